#!/bin/sh
# with-dynalite.sh COMMAND... runs a command with a fresh dynalite on a free port of 127.0.0.1, and ends it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
port=$(node -e 'const s = require("net").createServer(); s.listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
node "$here/node_modules/dynalite/cli.js" --host 127.0.0.1 --port "$port" --createTableMs 20 --deleteTableMs 20 >/dev/null 2>&1 &
engine=$!
trap 'kill $engine 2>/dev/null || true' EXIT INT TERM
node -e '
const net = require("net"), until = Date.now() + 20000;
(function knock() {
  net.connect(Number(process.argv[1]), "127.0.0.1").on("connect", () => process.exit(0))
    .on("error", () => Date.now() > until ? process.exit(1) : setTimeout(knock, 50));
})()' "$port"
TAPEDECK_DYNALITE=http://127.0.0.1:$port "$@"

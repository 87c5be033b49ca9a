#!/bin/sh
# with-versitygw.sh COMMAND... runs a command with a fresh versitygw on a free port of 127.0.0.1, and ends it.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
port=$(node -e 'const s = require("net").createServer(); s.listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
mkdir -p "$root/.tools/run"
data=$(mktemp -d "$root/.tools/run/versitygw.XXXXXX")
mkdir "$data/objects" "$data/versions"
"$root/.tools/bin/versitygw" --access tapedeck --secret tapedeck-test --port "127.0.0.1:$port" --quiet \
  posix --versioning-dir "$data/versions" "$data/objects" >"$data/log" 2>&1 &
engine=$!
trap 'kill $engine 2>/dev/null || true; rm -rf "$data"' EXIT INT TERM
node -e '
const net = require("net"), until = Date.now() + 20000;
(function knock() {
  net.connect(Number(process.argv[1]), "127.0.0.1").on("connect", () => process.exit(0))
    .on("error", () => Date.now() > until ? process.exit(1) : setTimeout(knock, 50));
})()' "$port" || { cat "$data/log" >&2; exit 1; }
TAPEDECK_VERSITYGW=http://127.0.0.1:$port "$@"

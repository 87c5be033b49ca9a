// Feeds the output of recordings to xterm.js without a screen and prints a row of a table (localstack/bench/terminals.go).
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { Terminal } = require("@xterm/headless");
const { Unicode11Addon } = require("@xterm/addon-unicode11");
const sheets = JSON.parse(readFileSync(process.argv[2], "utf8"));
const longMs = 5000;

let total = 0;
const start = performance.now();
while (performance.now() - start < longMs)
  for (const { size, outputs } of sheets) {
    const terminal = new Terminal({ cols: size[0], rows: size[1], scrollback: 0, allowProposedApi: true, logLevel: "off" });
    terminal.loadAddon(new Unicode11Addon());
    terminal.unicode.activeVersion = "11";
    for (const output of outputs) {
      terminal.write(output);
      total += Buffer.byteLength(output);
    }
    await new Promise((done) => terminal.write("", done));
    terminal.dispose();
  }
console.log(
  `| @xterm/headless 6 (Node ${process.versions.node}) | ${(total / 2 ** 20 / ((performance.now() - start) / 1000)).toFixed(0)} MB/s |`,
);

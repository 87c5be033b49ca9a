// Shows what xterm.js makes of sessions, for the tests. Standard input is a JSON array of sessions, each of them
// {cols, rows, steps: [text or [cols, rows], ...]}; standard output is an array of {text, seen}:
// rows as xterm.js gives them, and without blanks and what a resize left right of the screen.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(process.argv[2]); // web/package.json
const { Terminal } = require("@xterm/headless");
const { Unicode11Addon } = require("@xterm/addon-unicode11");

const written = (terminal) => new Promise((done) => terminal.write("", done));

async function screen({ cols, rows, steps }) {
  const terminal = new Terminal({ cols, rows, scrollback: 0, allowProposedApi: true, logLevel: "off" });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = "11";
  for (const step of steps) {
    if (typeof step === "string") terminal.write(step);
    else {
      await written(terminal);
      terminal.resize(...step);
    }
  }
  await written(terminal);
  const buffer = terminal.buffer.active;
  const lines = Array.from({ length: terminal.rows }, (_, y) => buffer.getLine(buffer.baseY + y));
  return { text: lines.map((l) => l.translateToString(true)), seen: lines.map((l) => l.translateToString(true, 0, terminal.cols).replace(/ +$/, "")) };
}

const screens = [];
for (const session of JSON.parse(readFileSync(0, "utf8"))) screens.push(await screen(session));
console.log(JSON.stringify(screens));

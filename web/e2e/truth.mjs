// What a recording shows at a moment, by reading the recording's own file: the other side of every comparison.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { Terminal } = require("@xterm/headless");
const { Unicode11Addon } = require("@xterm/addon-unicode11");

/** The rows of the screen `seconds` after the start of an asciicast, version 2 or 3. */
export async function screenAt(file, seconds) {
  const [first, ...lines] = readFileSync(file, "utf8").trim().split("\n");
  const header = JSON.parse(first);
  const { cols, rows } = header.version === 3 ? header.term : { cols: header.width, rows: header.height };
  const terminal = new Terminal({ cols, rows, scrollback: 0, allowProposedApi: true });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = "11";
  let at = 0;
  for (const line of lines) {
    if (line.startsWith("#")) continue;
    const [time, code, data] = JSON.parse(line);
    at = header.version === 3 ? at + time : time;
    if (at > seconds + 1e-9) break;
    if (code === "o") await new Promise((done) => terminal.write(data, done));
    if (code === "r") terminal.resize(...data.split("x").map(Number));
  }
  const buffer = terminal.buffer.active;
  return trimmed(Array.from({ length: terminal.rows }, (_, y) => buffer.getLine(y).translateToString(true)).join("\n"));
}

/** Blanks at the ends of rows and empty rows at the end do not count. */
export function trimmed(text) {
  return text
    .split("\n")
    .map((row) => row.trimEnd())
    .join("\n")
    .trimEnd();
}

export function finalScreen(file) {
  return trimmed(readFileSync(file.replace(/\.cast$/, ".final.txt"), "utf8"));
}

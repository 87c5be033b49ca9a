// What a recording shows at a moment, by reading the recording's own file: the other side of every comparison.
import { createReadStream, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(import.meta.url);
const { Terminal } = require("@xterm/headless");
const { Unicode11Addon } = require("@xterm/addon-unicode11");

/** The rows of the screen `seconds` after the start of an asciicast, version 2 or 3. */
export async function screenAt(file, seconds) {
  return (await screensAt(file, [seconds]))[0];
}

/** The same for several moments, read straight through. `moments` go up. */
export function screensAt(file, moments) {
  return screensOf(createReadStream(file), moments);
}

/** The same for the bytes of an asciicast of any size, as a stream. */
export async function screensOf(stream, moments) {
  let terminal;
  let text = "";
  const write = async () => {
    await new Promise((done) => terminal.write(text, done));
    text = "";
  };
  const screens = [];
  const shoot = async () => {
    await write();
    const buffer = terminal.buffer.active;
    const rows = Array.from({ length: terminal.rows }, (_, y) => buffer.getLine(buffer.viewportY + y).translateToString(true));
    screens.push(trimmed(rows.join("\n")));
  };
  let version;
  let at = 0;
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
    if (line === "" || line.startsWith("#")) continue;
    const value = JSON.parse(line);
    if (!terminal) {
      version = value.version;
      terminal = newTerminal(sizeOf(value));
      continue;
    }
    const [time, code, data] = value;
    at = version === 3 ? at + time : time;
    while (at > moments[screens.length] + 1e-9) await shoot();
    if (screens.length === moments.length) break;
    if (code === "o") text += data;
    if (text.length > 1 << 20) await write();
    if (code !== "r") continue;
    await write();
    terminal.resize(...data.split("x").map(Number));
  }
  stream.destroy();
  while (screens.length < moments.length) await shoot();
  return screens;
}

function newTerminal({ cols, rows }) {
  const terminal = new Terminal({ cols, rows, scrollback: 0, allowProposedApi: true, logLevel: "off" });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = "11";
  return terminal;
}

function sizeOf(header) {
  return header.version === 3 ? header.term : { cols: header.width, rows: header.height };
}

/** An asciicast's size and events, with times from the start. */
function read(file) {
  const [first, ...lines] = readFileSync(file, "utf8").trim().split("\n");
  const header = JSON.parse(first);
  const { cols, rows } = sizeOf(header);
  let at = 0;
  const events = lines
    .filter((line) => !line.startsWith("#"))
    .map((line) => {
      const [time, code, data] = JSON.parse(line);
      at = header.version === 3 ? at + time : time;
      return [at, code, data];
    });
  return { cols, rows, events };
}

/** Writes recordings one after the other as one, each in its size and with a marker at its start; `every`: its events at even steps of so many seconds. */
export function join(files, to) {
  let start = 0;
  const lines = [];
  for (const { file, every } of files) {
    const { cols, rows, events } = read(file);
    if (every) events.forEach((event, i) => (event[0] = i * every));
    if (lines.length === 0) lines.push({ version: 2, width: cols, height: rows });
    lines.push([start, "m", file.slice(file.lastIndexOf("/") + 1)], [start, "r", `${cols}x${rows}`]);
    for (const [at, code, data] of events) lines.push([Number((start + at).toFixed(6)), code, data]);
    start = Math.ceil(start + events.at(-1)[0]) + 1;
  }
  writeFileSync(to, lines.map((line) => JSON.stringify(line) + "\n").join(""));
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

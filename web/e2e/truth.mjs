// What a recording shows at a moment, by reading the recording's own file: the other side of every comparison.
import { readFileSync, writeFileSync } from "node:fs";
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
  return screensOf(read(file), moments);
}

const mostText = 1 << 20; // a string has an end

/** The same for events as they come. */
export async function screensOf({ cols, rows, events }, moments) {
  const terminal = new Terminal({ cols, rows, scrollback: 0, allowProposedApi: true });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = "11";
  const screens = [];
  let text = "";
  const write = async () => {
    await new Promise((done) => terminal.write(text, done));
    text = "";
  };
  const look = async () => {
    await write();
    const buffer = terminal.buffer.active;
    screens.push(
      trimmed(Array.from({ length: terminal.rows }, (_, y) => buffer.getLine(buffer.viewportY + y).translateToString(true)).join("\n")),
    );
  };
  for await (const [at, code, data] of events) {
    while (screens.length < moments.length && at > moments[screens.length] + 1e-9) await look();
    if (screens.length === moments.length) break;
    if (code === "o") text += data;
    if (code === "r" || text.length > mostText) await write();
    if (code === "r") terminal.resize(...data.split("x").map(Number));
  }
  while (screens.length < moments.length) await look();
  return screens;
}

/** An asciicast's size and events, with times from the start. */
function read(file) {
  const [first, ...lines] = readFileSync(file, "utf8").trim().split("\n");
  const header = JSON.parse(first);
  const { cols, rows } = header.version === 3 ? header.term : { cols: header.width, rows: header.height };
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

/** The same of a stream, for what is too large for the memory. */
export async function streamed(stream) {
  const lines = createInterface({ input: stream, crlfDelay: Infinity })[Symbol.asyncIterator]();
  const header = JSON.parse((await lines.next()).value);
  const { cols, rows } = header.version === 3 ? header.term : { cols: header.width, rows: header.height };
  async function* events() {
    let at = 0;
    for await (const line of { [Symbol.asyncIterator]: () => lines }) {
      if (line === "" || line.startsWith("#")) continue;
      const [time, code, data] = JSON.parse(line);
      at = header.version === 3 ? at + time : time;
      yield [at, code, data];
    }
  }
  return { cols, rows, events: events() };
}

/** Writes recordings one after the other as one, each in its size and with a marker at its start; `every`: its events at even steps of so many seconds. */
export function join(files, to) {
  const { cols, rows, events } = joined(files);
  const lines = [{ version: 2, width: cols, height: rows }, ...events];
  writeFileSync(to, lines.map((line) => JSON.stringify(line) + "\n").join(""));
}

/** The same as events; `times`: so many times over. */
export function joined(files, times = 1) {
  const parts = files.map(({ file, every }) => {
    const part = read(file);
    if (every) part.events.forEach((event, i) => (event[0] = i * every));
    return { ...part, name: file.slice(file.lastIndexOf("/") + 1) };
  });
  function* events() {
    let start = 0;
    for (let i = 0; i < times; i++)
      for (const { cols, rows, events, name } of parts) {
        yield* [
          [start, "m", name],
          [start, "r", `${cols}x${rows}`],
        ];
        for (const [at, code, data] of events) yield [Number((start + at).toFixed(6)), code, data];
        start = Math.ceil(start + events.at(-1)[0]) + 1;
      }
  }
  return { cols: parts[0].cols, rows: parts[0].rows, events: events() };
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

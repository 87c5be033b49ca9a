// Runs xterm.js for the tests: requests on standard input, answers on standard output.
//
// A request is its length (4 bytes, little endian), an operation (1 byte), the number of a terminal (4 bytes) and
// data: N new (columns and rows, 2 bytes each), W write (UTF-8), R resize (as N), D dispose, S state, G widths of all
// characters. S and G answer with a length (4 bytes) and data. A state is a list of records: key and value, each
// with its length (2 and 4 bytes) before it. xterm_test.go makes the same list of our terminal.
import { createRequire } from "node:module";

const require = createRequire(process.argv[2]); // web/package.json
const { Terminal } = require("@xterm/headless");
const { Unicode11Addon } = require("@xterm/addon-unicode11");

const terminals = new Map();
const encoder = new TextEncoder();

function open(cols, rows) {
  const terminal = new Terminal({ cols, rows, scrollback: 0, allowProposedApi: true, logLevel: "off" });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = "11";
  const opened = { terminal, core: terminal._core, failed: "", palette: new Map() };
  opened.core._inputHandler.onColor((event) => event.forEach((change) => colour(opened.palette, change)));
  return opened;
}

// As CoreBrowserTerminal.ts and ThemeService.ts do: 1 sets a colour, 2 restores one, or all that have an index.
function colour(palette, { type, index, color }) {
  if (type === 1) palette.set(index, color);
  if (type === 2 && index !== undefined) palette.delete(index);
  if (type === 2 && index === undefined) for (const i of [...palette.keys()]) if (i < 256) palette.delete(i);
}

function state({ core, failed, palette }) {
  const out = [];
  const put = (key, ...values) => out.push([key, encoder.encode(values.join(" "))]);
  const input = core._inputHandler;
  const { _bufferService: service, coreService, coreMouseService, _charsetService: sets } = core;
  const { cols, rows, buffers } = service;
  if (failed) put("failed", failed);
  put("size", cols, rows);
  put("screen", buffers.active === buffers.alt ? "alternate" : "primary");
  screen(out, put, "primary", buffers.normal, buffers.active, cols, rows);
  screen(out, put, "alternate", buffers.alt, buffers.active, cols, rows);
  const pen = input._curAttrData;
  put("pen", pen.fg >>> 0, pen.bg >>> 0, pen.extended._ext >>> 0, pen.extended._urlId ? 1 : 0);
  put("charsets", sets.glevel, charset(sets.charset), ...[0, 1, 2, 3].map((g) => charset(sets._charsets[g])));
  const dec = coreService.decPrivateModes;
  put("modes", +coreService.modes.insertMode, +dec.origin, +dec.wraparound, +dec.applicationCursorKeys, +dec.applicationKeypad);
  put("more modes", +dec.bracketedPasteMode, +dec.sendFocus, +dec.reverseWraparound, +dec.synchronizedOutput);
  put("mouse", coreMouseService.activeProtocol, coreMouseService.activeEncoding);
  put("cursor", +coreService.isCursorHidden, dec.cursorStyle, dec.cursorBlink, +core.options.cursorBlink, +core.options.convertEol);
  put("~screen used", +coreService.isCursorInitialized);
  put("title", input._windowTitle);
  put("icon", input._iconName);
  put("palette", ...[...palette].sort(([a], [b]) => a - b).map(([i, rgb]) => `${i}=${rgb}`));
  parser(put, input._parser);
  return out;
}

function screen(out, put, name, buffer, activeBuffer, cols, rows) {
  const active = buffer === activeBuffer;
  put(`${name} row`, buffer.y);
  put(`${active ? "" : "~"}${name} column`, buffer.x);
  put(`${name} margins`, buffer.scrollTop, buffer.scrollBottom);
  const tabs = Object.keys(buffer.tabs).map(Number);
  put(`${name} tabs`, ...tabs.filter((x) => x < cols));
  put(`~${name} tabs`, ...tabs.filter((x) => x >= cols && x <= 2000));
  const attributes = buffer.savedCurAttrData;
  const saved = [attributes.fg >>> 0, attributes.bg >>> 0, charset(buffer.savedCharset)];
  const y = Math.min(Math.max(buffer.savedY - buffer.ybase, 0), rows - 1);
  put(`${name} saved`, Math.min(buffer.savedX, cols - 1), y, ...saved);
  put(`~${name} saved`, buffer.savedX, buffer.savedY);
  const { lines } = buffer;
  put(`~${name} ring`, buffer.ybase, buffer.ydisp, lines.length, lines.maxLength);
  put(`~${name} slot`, lines._startIndex % lines.maxLength, +(lines._startIndex >= lines.maxLength));
  if (lines.length === 0) return;
  for (let y = 0; y < rows; y++) {
    const line = lines.get(buffer.ybase + y);
    out.push([`${name} row ${y}`, row(line, 0, cols)]);
    if (line && line.length > cols) out.push([`~${name} row ${y}`, row(line, cols, line.length)]);
  }
}

function row(line, from, to) {
  if (!line) return encoder.encode("no line");
  const data = line._data.slice(from * 3, to * 3);
  let more = line.isWrapped ? "wrapped" : "";
  for (let i = from; i < to; i++) {
    const [content, , bg] = line._data.subarray(i * 3, i * 3 + 3);
    if (content & 0x200000) more += `\n${i} ${line._combined[i]}`;
    if (bg & 0x10000000) more += `\n${i} extra ${line._extendedAttrs[i]._ext >>> 0} ${line._extendedAttrs[i]._urlId ? 1 : 0}`;
  }
  return Buffer.concat([Buffer.from(data.buffer), encoder.encode(more)]);
}

function charset(set) {
  if (!set) return "ascii";
  return Object.keys(set)
    .sort()
    .map((from) => from + set[from][0])
    .join("");
}

const [escapeState, escapeIntermediate, csiEntry, csiIntermediate, oscString, dcsEntry, dcsParam, dcsIntermediate] = [1, 2, 3, 5, 8, 9, 10, 12];

function parser(put, parser) {
  const { currentState: state, _params: params, _oscParser: osc } = parser;
  put("~joining", parser.precedingJoinState);
  put("parser", state);
  const inCsi = (state >= csiEntry && state <= csiIntermediate) || [dcsEntry, dcsParam, dcsIntermediate].includes(state);
  if (inCsi || state === escapeState || state === escapeIntermediate) put("collected", parser._collect >>> 0);
  if (inCsi) put("params", JSON.stringify(params.toArray()), +params._rejectDigits, +params._digitIsSub);
  if (state !== oscString) return;
  put("osc", osc._state, osc._state === 3 ? 0 : Math.min(osc._id, 1 << 20));
  if (osc._state === 2 && osc._active.length) put("osc text", osc._active[0]._data);
}

function widths() {
  const { unicodeService } = open(2, 1).core;
  const out = new Uint8Array(0x110000);
  for (let c = 0; c < out.length; c++) out[c] = unicodeService.wcwidth(c);
  return out;
}

function answer(data) {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(data.length);
  process.stdout.write(Buffer.concat([size, data]));
}

function pack(records) {
  const parts = [];
  for (const [key, value] of records) {
    const head = Buffer.alloc(6 + key.length);
    head.writeUInt16LE(key.length);
    head.write(key, 2, "latin1");
    head.writeUInt32LE(value.length, 2 + key.length);
    parts.push(head, value);
  }
  return Buffer.concat(parts);
}

function attempt(opened, what) {
  if (opened.failed) return;
  try {
    what();
  } catch (error) {
    opened.failed = String(error);
  }
}

function handle(request) {
  const operation = String.fromCharCode(request[0]);
  const number = request.readUInt32LE(1);
  const data = request.subarray(5);
  const opened = terminals.get(number);
  if (operation === "N") terminals.set(number, open(data.readUInt16LE(0), data.readUInt16LE(2)));
  if (operation === "W") attempt(opened, () => opened.core.writeSync(data.toString("utf8")));
  if (operation === "R") attempt(opened, () => opened.terminal.resize(data.readUInt16LE(0), data.readUInt16LE(2)));
  if (operation === "S") answer(pack(state(opened)));
  if (operation === "G") answer(widths());
  if (operation === "D") {
    opened.terminal.dispose();
    terminals.delete(number);
  }
}

let pending = Buffer.alloc(0);
process.stdin.on("data", (chunk) => {
  pending = pending.length ? Buffer.concat([pending, chunk]) : chunk;
  while (pending.length >= 4 && pending.length >= 4 + pending.readUInt32LE(0)) {
    const end = 4 + pending.readUInt32LE(0);
    handle(pending.subarray(4, end));
    pending = pending.subarray(end);
  }
});

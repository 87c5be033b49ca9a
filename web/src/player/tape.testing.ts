// Makes play objects from asciicast files, for tests.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { Event } from "./events";
import type { Part } from "./ranges";
import type { Addresses } from "./reader";

const folder = new URL("../../../testdata/recordings/cast/", import.meta.url);

export interface Cast {
  cols: number;
  rows: number;
  events: Event[];
}

export function castNames(): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".cast"))
    .map((name) => name.slice(0, -".cast".length));
}

/** Reads asciicast v2 (absolute times) or v3 (intervals). A torn last line, as of a killed writer, is left out. */
export function readCast(name: string): Cast {
  const lines = readFileSync(new URL(`${name}.cast`, folder), "utf8").split("\n");
  const header = JSON.parse(lines[0]!);
  const size = header.version === 3 ? header.term : { cols: header.width, rows: header.height };
  const events: Event[] = [];
  let seconds = 0;
  for (const line of lines.slice(1)) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    let value: [number, string, string];
    try {
      value = JSON.parse(line);
    } catch (cause) {
      if (line === lines.at(-1)) break;
      throw cause;
    }
    seconds = header.version === 3 ? seconds + value[0] : value[0];
    events.push({ ms: Math.round(seconds * 1000), code: value[1], data: value[2] });
  }
  return { cols: size.cols, rows: size.rows, events };
}

export function finalText(name: string): string {
  return readFileSync(new URL(`${name}.final.txt`, folder), "utf8");
}

export interface Tape {
  index: Buffer;
  object: Buffer;
  addresses: Addresses;
}

/** Writes a play object and its index; `change` may spoil the index before it is compressed. */
export function writeTape(cast: Cast, rawBytes: number, change: (index: Record<string, unknown>) => void = () => undefined): Tape {
  const members: Buffer[] = [];
  const segments: [number, number, number][] = [];
  let text = JSON.stringify({ version: 2, width: cast.cols, height: cast.rows }) + "\n";
  let startMs: number | undefined;
  const cut = () => {
    const member = gzipSync(text);
    members.push(member);
    segments.push([startMs ?? 0, member.length, Buffer.byteLength(text)]);
    text = "";
    startMs = undefined;
  };
  for (const { ms, code, data } of cast.events) {
    startMs ??= segments.length === 0 ? 0 : ms;
    text += JSON.stringify([ms / 1000, code, data]) + "\n";
    if (text.length >= rawBytes) cut();
  }
  if (text !== "") cut();

  const durationMs = cast.events.at(-1)?.ms ?? 0;
  const index: Record<string, unknown> = {
    version: 1,
    codec: "gzip",
    durationMs,
    cols: cast.cols,
    rows: cast.rows,
    segments,
    resizes: [],
    idle: [],
    markers: [],
  };
  change(index);
  const indexFile = gzipSync(JSON.stringify(index));
  const object = Buffer.concat(members);
  return { index: indexFile, object, addresses: { index: part("index", indexFile), segments: [{ n: 0, ...part("play", object) }] } };
}

function part(name: string, bytes: Buffer): Part {
  return {
    url: `https://storage.example/${name}`,
    range: `bytes=0-${bytes.length - 1}`,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}

/** A storage that holds a tape and answers ranges. */
export function serve(tape: Tape): (url: string, init: RequestInit) => Promise<Response> {
  return (url, init) => {
    const object = url.endsWith("/index") ? tape.index : tape.object;
    const range = /^bytes=(\d+)-(\d+)$/.exec(new Headers(init.headers).get("Range") ?? "");
    if (!range) return Promise.resolve(new Response("", { status: 400 }));
    return Promise.resolve(new Response(new Uint8Array(object.subarray(Number(range[1]), Number(range[2]) + 1)), { status: 206 }));
  };
}

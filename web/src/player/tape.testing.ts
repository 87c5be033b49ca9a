// Makes play objects from asciicast files, for tests.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { Ask, NumberedPart } from "./addresses";
import type { Event } from "./events";
import type { Fetch, Part } from "./ranges";
import { openReader, type Opening, type Reader, type ReaderOptions } from "./reader";

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
  play: Buffer;
  transcript: Buffer;
  opening: Opening;
  /** Answers as the API does, and keeps what it was asked. */
  ask: Ask;
  asked: { segments: number[]; transcript: number[] }[];
}

export interface TapeOptions {
  /** Segments that have no keyframe. */
  blind?: (n: number) => boolean;
  /** Data of a segment's keyframe, where it is to be another than what was shown. */
  keyframe?: (n: number) => string | undefined;
  /** May spoil the index before it is compressed. */
  change?: (index: Record<string, unknown>) => void;
}

const first = 2; // segments whose addresses come with the index

/** Writes a play object, its index and its transcript, which has the lines of the output as they are. */
export function writeTape(cast: Cast, rawBytes: number, { blind, keyframe, change }: TapeOptions = {}): Tape {
  const segments: number[][] = [];
  const members: Buffer[] = [];
  const lines: Buffer[] = [];
  let text = JSON.stringify({ version: 2, width: cast.cols, height: cast.rows }) + "\n";
  let said = "";
  let shown: string | undefined = ""; // makes a new terminal show the screen: all output, as long as there was no resize
  let [startMs, beforeMs, bytes] = [0, 0, text.length];
  let [begun, noKeyframe] = [false, false];
  const cut = () => {
    members.push(gzipSync(text));
    lines.push(said === "" ? Buffer.alloc(0) : gzipSync(said));
    const segment = [startMs - beforeMs, members.at(-1)!.length, Buffer.byteLength(text)];
    segments.push(noKeyframe ? [...segment, 1] : segment);
    beforeMs = startMs;
    text = said = "";
    bytes = 0;
    begun = false;
  };
  for (const { ms, code, data } of cast.events) {
    if (!begun) {
      begun = true;
      startMs = Math.floor(ms);
      const other = keyframe?.(segments.length);
      noKeyframe = (shown === undefined && !other) || blind?.(segments.length) === true;
      if (!noKeyframe) text += JSON.stringify([ms / 1000, "k", other ?? `${cast.cols}x${cast.rows}\n${shown}`]) + "\n";
    }
    const line = JSON.stringify([ms / 1000, code, data]) + "\n";
    text += line;
    bytes += line.length;
    if (code === "o") {
      if (shown !== undefined) shown += data;
      for (const row of data.split("\r\n")) if (row !== "") said += `${Math.floor(ms)}\t${row}\n`;
    }
    if (code === "r") shown = undefined;
    if (bytes >= rawBytes) cut();
  }
  if (begun) cut();

  const index: Record<string, unknown> = {
    version: 2,
    codec: "gzip",
    durationMs: Math.floor(cast.events.at(-1)?.ms ?? 0),
    cols: cast.cols,
    rows: cast.rows,
    segments,
    resizes: [],
    idle: [],
    markers: [],
  };
  change?.(index);
  const indexFile = gzipSync(JSON.stringify(index));
  const asked: Tape["asked"] = [];
  return {
    index: indexFile,
    play: Buffer.concat(members),
    transcript: Buffer.concat(lines),
    asked,
    opening: {
      index: part("index", indexFile, 0),
      segments: parts(
        "play",
        members,
        members.slice(0, first).map((_, n) => n),
      ),
    },
    ask: (segments, transcript) => {
      asked.push({ segments, transcript });
      return Promise.resolve({
        segments: parts("play", members, segments),
        transcript: parts("transcript", lines, transcript),
      });
    },
  };
}

/** Parts of nothing are left out. */
function parts(name: string, all: Buffer[], wanted: number[]): NumberedPart[] {
  const before = (n: number) => all.slice(0, n).reduce((at, { length }) => at + length, 0);
  return wanted.filter((n) => all[n]!.length > 0).map((n) => ({ n, ...part(name, all[n]!, before(n)) }));
}

function part(name: string, bytes: Buffer, at: number): Part {
  return {
    url: `https://storage.example/${name}`,
    range: `bytes=${at}-${at + bytes.length - 1}`,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}

/** A storage that holds a tape and answers ranges. */
export function serve(tape: Tape): Fetch {
  return (url, init) => {
    if (init.signal?.aborted) return Promise.reject(init.signal.reason as Error);
    const object = tape[url.slice(url.lastIndexOf("/") + 1) as "index" | "play" | "transcript"];
    const range = /^bytes=(\d+)-(\d+)$/.exec(new Headers(init.headers).get("Range") ?? "");
    if (!range) return Promise.resolve(new Response("", { status: 400 }));
    return Promise.resolve(new Response(new Uint8Array(object.subarray(Number(range[1]), Number(range[2]) + 1)), { status: 206 }));
  };
}

/** A reader of a tape. */
export function open(tape: Tape, options: Partial<ReaderOptions> = {}): Promise<Reader> {
  return openReader(tape.opening, { fetch: serve(tape), ask: tape.ask, signal: new AbortController().signal, ...options });
}

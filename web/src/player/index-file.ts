import { Fault } from "./fault";
import { gunzip } from "./gunzip";

/** One member of the play object. */
export interface Segment {
  startMs: number;
  /** Where the member begins in the play object. */
  at: number;
  /** Length of the member as stored. */
  bytes: number;
  /** Length of what it holds. */
  rawBytes: number;
}

export interface RecordingIndex {
  durationMs: number;
  cols: number;
  rows: number;
  segments: Segment[];
  resizes: { ms: number; cols: number; rows: number }[];
  idle: { fromMs: number; toMs: number }[];
  markers: { ms: number; label: string }[];
  /** Length of the whole play object. */
  totalBytes: number;
}

const maxIndexBytes = 64 << 20;
const maxSegmentBytes = 64 << 20;
/** Columns or rows: more than any real screen, and little enough to hold. */
export const maxSide = 2000;

/** Reads `index.json.gz`. Throws a Fault: `unsupported` for another version or codec, else `damaged`. */
export async function readIndex(file: Uint8Array<ArrayBuffer>): Promise<RecordingIndex> {
  const text = new TextDecoder().decode(await gunzip(file, maxIndexBytes));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damaged("not JSON");
  }
  return parseIndex(value);
}

export function parseIndex(value: unknown): RecordingIndex {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw damaged("not an object");
  const file = value as Record<string, unknown>;
  if (file.version !== 1) throw new Fault("unsupported", `index version ${JSON.stringify(file.version)}; this player reads version 1`);
  if (file.codec !== "gzip") throw new Fault("unsupported", `index codec ${JSON.stringify(file.codec)}; this player reads gzip`);

  let totalBytes = 0;
  const segments = tuples(file, "segments", 3).map(([startMs, bytes, rawBytes], n) => {
    const segment = {
      startMs: whole(startMs, `segments[${n}] start`),
      at: totalBytes,
      bytes: whole(bytes, `segments[${n}] bytes`),
      rawBytes: whole(rawBytes, `segments[${n}] raw bytes`, maxSegmentBytes),
    };
    totalBytes += segment.bytes;
    return segment;
  });
  segments.forEach((segment, n) => {
    if (n > 0 && segment.startMs < segments[n - 1]!.startMs) throw damaged(`segments[${n}] starts before the one before it`);
  });
  return {
    durationMs: whole(file.durationMs, "durationMs"),
    cols: side(file.cols, "cols"),
    rows: side(file.rows, "rows"),
    segments,
    resizes: tuples(file, "resizes", 3).map(([ms, cols, rows], n) => ({
      ms: whole(ms, `resizes[${n}] time`),
      cols: side(cols, `resizes[${n}] cols`),
      rows: side(rows, `resizes[${n}] rows`),
    })),
    idle: tuples(file, "idle", 2).map(([from, to], n) => ({ fromMs: whole(from, `idle[${n}] from`), toMs: whole(to, `idle[${n}] to`) })),
    markers: tuples(file, "markers", 2).map(([ms, label], n) => {
      if (typeof label !== "string") throw damaged(`markers[${n}] label is not text`);
      return { ms: whole(ms, `markers[${n}] time`), label };
    }),
    totalBytes,
  };
}

/** A list that is missing or null is empty, as Go writes a nil slice. */
function tuples(file: Record<string, unknown>, name: string, length: number): unknown[][] {
  const list = file[name] ?? [];
  if (!Array.isArray(list)) throw damaged(`${name} is not a list`);
  return list.map((item: unknown, n) => {
    if (!Array.isArray(item) || item.length < length) throw damaged(`${name}[${n}] is not a list of ${length}`);
    return item;
  });
}

function whole(value: unknown, what: string, max = Number.MAX_SAFE_INTEGER): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > max)
    throw damaged(`${what} is not a whole number from 0 to ${max}`);
  return value;
}

function side(value: unknown, what: string): number {
  const n = whole(value, what, maxSide);
  if (n < 1) throw damaged(`${what} is 0`);
  return n;
}

function damaged(what: string): Fault {
  return new Fault("damaged", `index: ${what}`);
}

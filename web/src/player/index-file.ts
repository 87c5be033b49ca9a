import { Fault } from "./fault";
import { gunzip } from "./gunzip";

/** One member of the play object. */
export interface Segment {
  /** Whole milliseconds, cut and not rounded: its first event may be a part of a millisecond later. */
  startMs: number;
  /** Length of the member as stored. */
  bytes: number;
  /** Length of what it holds. */
  rawBytes: number;
  /** It begins without a keyframe: who comes here goes on from an earlier segment. */
  blind: boolean;
}

export interface RecordingIndex {
  durationMs: number;
  cols: number;
  rows: number;
  segments: Segment[];
  resizes: { ms: number; cols: number; rows: number }[];
  idle: { fromMs: number; toMs: number }[];
  markers: { ms: number; label: string }[];
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
  if (file.version !== 2) throw new Fault("unsupported", `index version ${JSON.stringify(file.version)}; this player reads version 2`);
  if (file.codec !== "gzip") throw new Fault("unsupported", `index codec ${JSON.stringify(file.codec)}; this player reads gzip`);

  let startMs = 0; // each is stored as the difference to the one before
  const segments = tuples(file, "segments", 3).map(([step, bytes, rawBytes, blind], n) => {
    startMs += whole(step, `segments[${n}] start`);
    return {
      startMs,
      bytes: whole(bytes, `segments[${n}] bytes`, maxSegmentBytes),
      rawBytes: whole(rawBytes, `segments[${n}] raw bytes`, maxSegmentBytes),
      blind: blind === 1,
    };
  });
  let resizedMs = 0; // as with segments
  const resizes = tuples(file, "resizes", 3).map(([step, cols, rows], n) => {
    resizedMs += whole(step, `resizes[${n}] time`);
    return { ms: resizedMs, cols: side(cols, `resizes[${n}] cols`), rows: side(rows, `resizes[${n}] rows`) };
  });
  let idleMs = 0; // what lies between a gap and the one before, and its length
  const idle = tuples(file, "idle", 2).map(([step, length], n) => {
    const fromMs = idleMs + whole(step, `idle[${n}] from`);
    idleMs = fromMs + whole(length, `idle[${n}] length`);
    return { fromMs, toMs: idleMs };
  });
  return {
    durationMs: whole(file.durationMs, "durationMs"),
    cols: side(file.cols, "cols"),
    rows: side(file.rows, "rows"),
    segments,
    resizes,
    idle,
    markers: tuples(file, "markers", 2).map(([ms, label], n) => {
      if (typeof label !== "string") throw damaged(`markers[${n}] label is not text`);
      return { ms: whole(ms, `markers[${n}] time`), label };
    }),
  };
}

/** The number of the last segment that starts at or before a moment; 0 when all start later. */
export function segmentAt(segments: Segment[], ms: number): number {
  let [low, high] = [0, segments.length]; // all below low start at or before ms, all from high on later
  while (low < high) {
    const middle = (low + high) >> 1;
    if (segments[middle]!.startMs <= ms) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** The last segment, `n` or before it, from whose start the recording can be shown. */
export function keyframeAt(segments: Segment[], n: number): number {
  while (n > 0 && segments[n]!.blind) n--;
  return n;
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

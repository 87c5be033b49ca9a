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
  /** It is nothing but a keyframe of graphics: who plays on passes over it. */
  keyframe: boolean;
}

/** What the segments hold: the events of a terminal, instructions of the Guacamole protocol, or file operations. */
export type Format = "terminal" | "guacamole" | "filelog";

/** What all file operations of one name come to; "" are those of names beyond the bounds of an index. */
export interface Total {
  op: string;
  count: number;
  /** Of them, those whose result is another than "ok". */
  refused: number;
  bytes: number;
}

export interface RecordingIndex {
  format: Format;
  durationMs: number;
  /** The size at the start: characters of a terminal, pixels of graphics; 0 of file operations. */
  cols: number;
  rows: number;
  segments: Segment[];
  resizes: { ms: number; cols: number; rows: number }[];
  idle: { fromMs: number; toMs: number }[];
  markers: { ms: number; label: string }[];
  /** How busy graphics were in each span of `everyMs`: 0 to 255. */
  activity?: { everyMs: number; share: number[] };
  /** Of file operations: how many are in each segment, and what they come to. */
  files?: { operations: number[]; totals: Total[] };
}

const maxIndexBytes = 64 << 20;
const maxSegmentBytes = 64 << 20;
/** Columns or rows: more than any real screen, and little enough to hold. */
export const maxSide = 2000;
const maxPixels = 32767; // of a side
const maxTotals = 51; // 50 names, and the rest

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
  const graphics = file.version === 3 && file.format === "guacamole";
  const files = file.version === 3 && file.format === "filelog";
  if (file.version !== 2 && !graphics && !files) {
    const known = "this player reads version 2, and 3 of graphics and file operations";
    throw new Fault("unsupported", `index version ${JSON.stringify(file.version)}; ${known}`);
  }
  const longest = graphics ? maxPixels : maxSide;
  if (file.codec !== "gzip") throw new Fault("unsupported", `index codec ${JSON.stringify(file.codec)}; this player reads gzip`);

  let startMs = 0; // each is stored as the difference to the one before
  const segments = tuples(file, "segments", 3).map(([step, bytes, rawBytes, blind], n) => {
    startMs += whole(step, `segments[${n}] start`);
    return {
      startMs,
      bytes: whole(bytes, `segments[${n}] bytes`, maxSegmentBytes),
      rawBytes: whole(rawBytes, `segments[${n}] raw bytes`, maxSegmentBytes),
      blind: graphics ? blind !== 2 && n > 0 : blind === 1,
      keyframe: graphics && blind === 2,
    };
  });
  let resizedMs = 0; // as with segments
  const resizes = tuples(file, "resizes", 3).map(([step, cols, rows], n) => {
    resizedMs += whole(step, `resizes[${n}] time`);
    return { ms: resizedMs, cols: side(cols, `resizes[${n}] cols`, longest), rows: side(rows, `resizes[${n}] rows`, longest) };
  });
  let idleMs = 0; // what lies between a gap and the one before, and its length
  const idle = tuples(file, "idle", 2).map(([step, length], n) => {
    const fromMs = idleMs + whole(step, `idle[${n}] from`);
    idleMs = fromMs + whole(length, `idle[${n}] length`);
    return { fromMs, toMs: idleMs };
  });
  return {
    format: graphics ? "guacamole" : files ? "filelog" : "terminal",
    durationMs: whole(file.durationMs, "durationMs"),
    cols: files ? 0 : side(file.cols, "cols", longest),
    rows: files ? 0 : side(file.rows, "rows", longest),
    segments,
    resizes,
    idle,
    markers: tuples(file, "markers", 2).map(([ms, label], n) => {
      if (typeof label !== "string") throw damaged(`markers[${n}] label is not text`);
      return { ms: whole(ms, `markers[${n}] time`), label };
    }),
    ...(file.activity ? { activity: activityOf(file.activity) } : {}),
    ...(files ? { files: { operations: countsOf(file, segments.length), totals: totalsOf(file) } } : {}),
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

function activityOf(value: object): { everyMs: number; share: number[] } {
  const { everyMs, share } = value as { everyMs?: unknown; share?: unknown };
  if (!Array.isArray(share) || share.length > 256) throw damaged("activity is not a list of at most 256 shares");
  return { everyMs: whole(everyMs, "activity"), share: share.map((n) => whole(n, "activity share", 255)) };
}

function countsOf(file: Record<string, unknown>, segments: number): number[] {
  const counts = file.operations ?? [];
  if (!Array.isArray(counts) || counts.length !== segments) throw damaged(`operations is not a list of ${segments} counts`);
  return counts.map((n, i) => whole(n, `operations[${i}]`, maxSegmentBytes));
}

function totalsOf(file: Record<string, unknown>): Total[] {
  const totals = file.totals ?? [];
  if (!Array.isArray(totals) || totals.length > maxTotals) throw damaged(`totals is not a list of at most ${maxTotals}`);
  return totals.map((total: unknown, i) => {
    const { op, count, refused, bytes } = (total ?? {}) as Record<string, unknown>;
    if (typeof op !== "string") throw damaged(`totals[${i}] names no operation`);
    const n = (value: unknown, what: string) => whole(value, `totals[${i}] ${what}`);
    return { op, count: n(count, "count"), refused: n(refused, "refused"), bytes: n(bytes, "bytes") };
  });
}

function side(value: unknown, what: string, longest: number): number {
  const n = whole(value, what, longest);
  if (n < 1) throw damaged(`${what} is 0`);
  return n;
}

function damaged(what: string): Fault {
  return new Fault("damaged", `index: ${what}`);
}

import { parseEvents, type Event } from "./events";
import { Fault } from "./fault";
import { gunzip } from "./gunzip";
import { readIndex, type RecordingIndex } from "./index-file";
import { getPart, lengthOf, type Part, type Transfer } from "./ranges";

/** A recording that can be read segment by segment, in any order. */
export interface Reader {
  readonly index: RecordingIndex;
  /** The events of segment `n` (0 to index.segments.length - 1), in the order of the recording. */
  segment(n: number): Promise<Event[]>;
}

/** What the API says of a playable recording. */
export interface Addresses {
  index: Part | null;
  segments: (Part & { n: number })[];
}

/** Fetches and checks the index and the play object, which in this version is one part. Nothing is kept that has a wrong hash. */
export async function openReader(addresses: Addresses, transfer: Transfer): Promise<Reader> {
  if (!addresses.index) throw new Fault("damaged", "the answer has no index");
  const index = await readIndex(await getPart(addresses.index, { ...transfer, onProgress: undefined }));
  if (index.segments.length === 0) return { index, segment: () => Promise.resolve([]) };

  const [whole, ...more] = addresses.segments;
  if (!whole || more.length > 0)
    throw new Fault("unsupported", `${addresses.segments.length} parts; this player reads a play object in one part`);
  if (lengthOf(whole.range) !== index.totalBytes)
    throw new Fault("damaged", `the index speaks of ${index.totalBytes} bytes, the answer of ${whole.range}`);
  const object = await getPart(whole, transfer);
  return { index, segment: (n) => readSegment(index, object, n) };
}

async function readSegment(index: RecordingIndex, object: Uint8Array<ArrayBuffer>, n: number): Promise<Event[]> {
  const segment = index.segments[n];
  if (!segment) throw new RangeError(`no segment ${n}`);
  try {
    const raw = await gunzip(object.subarray(segment.at, segment.at + segment.bytes), segment.rawBytes);
    if (raw.length !== segment.rawBytes) throw new Fault("damaged", `${raw.length} bytes after decompression, not ${segment.rawBytes}`);
    return parseEvents(new TextDecoder().decode(raw), n === 0);
  } catch (cause) {
    if (cause instanceof Fault) throw new Fault(cause.code, `segment ${n}: ${cause.detail}`);
    throw cause;
  }
}

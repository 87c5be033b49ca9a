import { Addresses, type Ask, type NumberedPart } from "./addresses";
import { parseEvents, type Event } from "./events";
import { Fault } from "./fault";
import { parseFrames, type Frame } from "./instructions";
import { gunzip } from "./gunzip";
import { readIndex, segmentAt, type RecordingIndex } from "./index-file";
import { Lru } from "./lru";
import { parseOperations, type Operation } from "./operations";
import { Patience } from "./patience";
import { getPart, lengthOf, type Fetch, type Part } from "./ranges";

/** What the API says of a playable recording. */
export interface Opening {
  index: Part | null;
  segments: NumberedPart[];
}

export interface ReaderOptions {
  fetch: Fetch;
  ask: Ask;
  /** Aborted: everything stops. */
  signal: AbortSignal;
  now?: () => number;
}

const keptBytes = 32 << 20;
const askedAheadMs = 60_000; // addresses are asked for about a minute ahead
const askedAhead = 16;
const fetchedAheadMs = 10_000; // segments are fetched so far ahead while playing
const fetchedAhead = 4;

/** Fetches and checks the index; the segments follow when they are wanted. Nothing is shown that has a wrong hash. */
export async function openReader(opening: Opening, options: ReaderOptions): Promise<AnyReader> {
  if (!opening.index) throw new Fault("damaged", "the answer has no index");
  return readerOf(await readIndex(await getPart(opening.index, options)), opening, options);
}

/** A reader of a recording whose index is there. */
export function readerOf(index: RecordingIndex, opening: Opening, options: ReaderOptions): AnyReader {
  if (index.format === "guacamole") return { format: index.format, reader: new Reader(index, opening, options, framesOf) };
  if (index.format === "filelog") return { format: index.format, reader: new Reader(index, opening, options, operationsOf) };
  return { format: index.format, reader: new Reader(index, opening, options, eventsOf) };
}

/** A reader of what the recording holds. */
export type AnyReader =
  | { format: "terminal"; reader: Reader<Event[]> }
  | { format: "guacamole"; reader: Reader<Frame[]> }
  | { format: "filelog"; reader: Reader<Operation[]> };

/** Makes what a segment holds of its bytes. Throws a Fault when it is not what the index says. */
export type Parse<T> = (raw: Uint8Array<ArrayBuffer>, n: number, index: RecordingIndex) => T | Promise<T>;

/** The events of a terminal. */
export const eventsOf: Parse<Event[]> = async (raw, n, index) => {
  const events = await parseEvents(new TextDecoder().decode(raw), n === 0);
  checkTimes(n, index, events);
  return events;
};

/** The frames of graphics. */
export const framesOf: Parse<Frame[]> = (raw, n, index) => {
  const frames = parseFrames(new TextDecoder().decode(raw), index.segments[n]!.keyframe);
  checkTimes(n, index, frames);
  return frames;
};

/** The operations of a log. */
export const operationsOf: Parse<Operation[]> = async (raw, n, index) => {
  const operations = await parseOperations(new TextDecoder().decode(raw));
  checkTimes(n, index, operations);
  const count = index.files!.operations[n];
  if (operations.length !== count) throw new Fault("damaged", `${operations.length} operations where the index says ${count}`);
  return operations;
};

/** What has another time than the index says would be shown too early or too late, and differently after a seek. */
function checkTimes(n: number, { segments, durationMs }: RecordingIndex, timed: { ms: number }[]): void {
  const from = segments[n]!.startMs;
  const to = segments[n + 1]?.startMs ?? durationMs;
  const [first, last] = [timed[0]?.ms ?? from, timed.at(-1)?.ms ?? to];
  if (Math.floor(first) !== from || Math.floor(last) > to) throw new Fault("damaged", `its times are not those of the index`);
}

/** A recording that is read segment by segment, in any order, over signed ranges. */
export class Reader<T> {
  readonly patience = new Patience();
  #addresses: Addresses;
  #askedAhead = askedAhead;
  #kept = new Lru(keptBytes); // decompressed
  #coming = new Map<number, { raw: Promise<Uint8Array<ArrayBuffer>>; stop: AbortController }>();
  #beside: Reader<T> | undefined; // with which it shares what it has, and what comes
  #speed = 1;

  constructor(
    readonly index: RecordingIndex,
    opening: Opening,
    private readonly options: ReaderOptions,
    private readonly parse: Parse<T>,
  ) {
    this.#addresses = new Addresses(options.ask, options.now);
    this.#addresses.keep(opening.segments);
    options.signal.addEventListener("abort", () => this.focus(0, -1));
  }

  /**
   * A reader of the same recording for what is shown beside it: with the same addresses and cache, and a patience of its
   * own. It asks for nothing but what it is asked for, and neither fetches what the other is fetching.
   */
  aside(): Reader<T> {
    const reader = new Reader(this.index, { index: null, segments: [] }, this.options, this.parse);
    reader.#addresses = this.#addresses;
    reader.#kept = this.#kept;
    reader.#askedAhead = 1;
    reader.#beside = this;
    this.#beside = reader;
    return reader;
  }

  /**
   * What segment `n` holds (0 to index.segments.length - 1), in the order of the recording. While the network is
   * lost it waits. Rejects with a Fault, or with an AbortError when focus() turned away from the segment. Who goes through
   * all of them lets addresses be asked for further ahead.
   */
  async segment(n: number, aheadMs = askedAheadMs * this.#speed): Promise<T> {
    const raw = this.#kept.get(n) ?? (await this.#come(n, aheadMs));
    return named(n, async () => this.parse(raw, n, this.index));
  }

  /** Gives up what is on its way for segments outside `from` to `to`. */
  focus(from: number, to: number): void {
    for (const [n, { stop }] of this.#coming) if (n < from || n > to) stop.abort();
  }

  /** Call while playing: fetches ahead what `speed` needs next. */
  ahead(ms: number, speed: number): void {
    this.#speed = speed;
    for (const n of this.#next(segmentAt(this.index.segments, ms), fetchedAheadMs * speed, fetchedAhead + 1)) {
      // A failure shows when the segment is wanted, and not before.
      if (!this.#kept.has(n) && !this.#coming.has(n)) this.#come(n).catch(() => undefined);
    }
  }

  async #come(n: number, aheadMs = askedAheadMs * this.#speed): Promise<Uint8Array<ArrayBuffer>> {
    const beside = this.#beside;
    const shared = beside && !this.#coming.has(n) ? beside.#coming.get(n) : undefined;
    if (shared && !shared.stop.signal.aborted)
      try {
        return await shared.raw;
      } catch {
        // It was given up there, or failed: here it is tried anew.
      }
    let coming = this.#coming.get(n);
    if (!coming || coming.stop.signal.aborted) {
      const stop = new AbortController();
      coming = { raw: this.#transfer(n, aheadMs, stop.signal), stop };
      this.#coming.set(n, coming);
    }
    try {
      return await coming.raw;
    } finally {
      if (this.#coming.get(n) === coming) this.#coming.delete(n);
    }
  }

  async #transfer(n: number, aheadMs: number, stop: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const { fetch, signal: closed } = this.options;
    const segment = this.index.segments[n];
    if (!segment) throw new RangeError(`no segment ${n}`);
    const signal = AbortSignal.any([closed, stop]);
    const next = this.#next(n, aheadMs, this.#askedAhead);
    const address = () => this.patience.try(() => unlessAborted(signal, this.#addresses.of(n, next)), signal);
    const get = (part: Part) => {
      if (lengthOf(part.range) !== segment.bytes) throw new Fault("damaged", `${part.range} where the index says ${segment.bytes} bytes`);
      return this.patience.try(() => getPart(part, { fetch, signal }), signal);
    };
    const raw = await named(n, async () => {
      const part = await address();
      const stored = await get(part).catch(async (cause: unknown) => {
        if (!(cause instanceof Fault && cause.code === "address_refused")) throw cause;
        this.#addresses.refused(n, part);
        return get(await address());
      });
      const raw = await gunzip(stored, segment.rawBytes);
      if (raw.length !== segment.rawBytes) throw new Fault("damaged", `${raw.length} bytes after decompression, not ${segment.rawBytes}`);
      return raw;
    });
    if (!signal.aborted) this.#kept.put(n, raw);
    return raw;
  }

  /** Segment `n` and those after it that begin within `ms` of its start; the one after it in any case. */
  #next(n: number, ms: number, most: number): number[] {
    const { segments } = this.index;
    const until = (segments[n]?.startMs ?? 0) + ms;
    const numbers = [n];
    for (let m = n + 1; m < segments.length && numbers.length < most; m++) {
      if (m > n + 1 && segments[m]!.startMs > until) break;
      numbers.push(m);
    }
    return numbers;
  }
}

/** What several wait for goes on when one of them gives up. */
function unlessAborted<T>(signal: AbortSignal, shared: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    void shared.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** A Fault in what `act` does names the segment. */
async function named<T>(n: number, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw cause instanceof Fault ? new Fault(cause.code, `segment ${n}: ${cause.detail}`) : cause;
  }
}

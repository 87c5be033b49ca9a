import { segmentAt, type RecordingIndex } from "./index-file";
import { add, addOne, everything, matcher, noSums, type Filter, type Operation, type Sums } from "./operations";
import type { Stage } from "./player";
import { Pace } from "./turn";

/** Where a list takes the recording from (reader.ts). */
export interface OperationSource {
  readonly index: RecordingIndex;
  segment(n: number, askedAheadMs?: number): Promise<Operation[]>;
}

const places = 1000; // of the timeline, at which a moment is kept
const keptSegments = 64; // parsed: some 200,000 operations

/**
 * The operations of a log, of which those that pass a filter are its rows, 0 to `count` - 1. They are fetched where they
 * are wanted: a filter goes through all of them, and keeps their numbers alone.
 */
export class OperationList implements Stage {
  shownMs = -1;
  loading = false;
  /** What the rows come to. */
  sums: Sums;
  /** Moments of the rows, in order and none too near to another: a mark for each. None where there is no filter. */
  moments: number[] = [];

  #first: number[] = [0]; // number of each segment's first operation, and one more
  #parsed = new Map<number, Operation[]>();
  #coming = new Map<number, Promise<Operation[]>>();
  #rows: number[] | undefined; // numbers of those that pass; undefined is all
  #reached = 0; // operations up to the moment
  #target = 0;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(private readonly source: OperationSource) {
    for (const count of this.#files.operations) this.#first.push(this.#first.at(-1)! + count);
    this.sums = this.#all();
  }

  get count(): number {
    return this.#rows?.length ?? this.all;
  }

  /** How many operations there are, whatever the filter. */
  get all(): number {
    return this.#first.at(-1)!;
  }

  /** How many rows are up to the moment. */
  get reached(): number {
    return this.#rows ? below(this.#rows, this.#reached) : this.#reached;
  }

  /** Resolves when the last moment that was asked for is the one up to which operations are reached. */
  show(ms: number): Promise<void> {
    this.#target = ms;
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
    return this.#running;
  }

  close(): void {
    this.#closed = true;
  }

  /** A row, if it is there already. */
  peek(row: number): Operation | undefined {
    const [n, at] = this.#place(row);
    return this.#parsed.get(n)?.[at];
  }

  /** Fetches what rows `from` to below `to` need. Rejects with the reader's Fault. */
  async load(from: number, to: number): Promise<void> {
    const wanted = new Set<number>();
    for (let row = from; row < Math.min(to, this.count); row++) wanted.add(this.#place(row)[0]);
    await Promise.all([...wanted].map((n) => this.#segment(n)));
  }

  /**
   * Makes those operations the rows that pass the filter. They come segment by segment; `onPart` is told after each how
   * many of the segments are done. An abort leaves the rows that there are by then.
   */
  async filter(filter: Filter, onPart: (done: number, all: number) => void, signal: AbortSignal): Promise<void> {
    if (filter.text === "" && filter.op === everything.op && filter.result === everything.result) {
      this.#rows = undefined;
      this.sums = this.#all();
      this.moments = [];
      return;
    }
    const rows: number[] = (this.#rows = []);
    const moments: number[] = (this.moments = []);
    const apart = this.source.index.durationMs / places;
    const sums = (this.sums = noSums());
    const passes = matcher(
      filter,
      this.#files.totals.map(({ op }) => op),
    );
    for await (const [operations, n] of this.#segments(signal)) {
      operations.forEach((operation, at) => {
        if (!passes(operation)) return;
        rows.push(this.#first[n]! + at);
        addOne(sums, operation);
        if (moments.length === 0 || operation.ms > moments.at(-1)! + apart) moments.push(operation.ms);
      });
      onPart(n + 1, this.#files.operations.length);
    }
  }

  /** The rows in order, as many at a time as a segment has. */
  async *chunks(): AsyncGenerator<Operation[]> {
    const rows = this.#rows;
    for await (const [operations, n] of this.#segments()) {
      if (!rows) {
        yield operations;
        continue;
      }
      const [from, to] = [below(rows, this.#first[n]!), below(rows, this.#first[n + 1]!)];
      yield rows.slice(from, to).map((number) => operations[number - this.#first[n]!]!);
    }
  }

  /** The moment of the row after those that are reached, or of the last row that is earlier than the last of them. */
  async step(step: 1 | -1): Promise<number> {
    const { reached, count } = this;
    if (step > 0) return reached < count ? this.#msOf(reached) : this.source.index.durationMs;
    if (reached === 0) return 0;
    const ms = await this.#msOf(reached - 1);
    for (let row = reached - 2; row >= 0; row--) {
      const before = this.peek(row)?.ms ?? (await this.#msOf(row));
      if (before < ms) return before;
    }
    return 0;
  }

  async #msOf(row: number): Promise<number> {
    await this.load(row, row + 1);
    return this.peek(row)!.ms;
  }

  get #files() {
    return this.source.index.files!;
  }

  #all(): Sums {
    const sums = noSums();
    for (const total of this.#files.totals) add(sums, total);
    return sums;
  }

  async #run(): Promise<void> {
    const { segments } = this.source.index;
    while (!this.#closed && this.shownMs !== this.#target) {
      const target = this.#target;
      const n = segmentAt(segments, target);
      if (segments.length > 0) {
        const operations = await this.#needed(n);
        if (this.#closed) return;
        this.#reached = this.#first[n]! + upTo(operations, target);
      }
      this.shownMs = target;
    }
  }

  async #needed(n: number): Promise<Operation[]> {
    const found = this.#parsed.get(n);
    if (found) return found;
    this.loading = true;
    try {
      return await this.#segment(n);
    } finally {
      this.loading = false;
    }
  }

  /** Every segment in order; the next one comes while one is looked at. */
  async *#segments(signal?: AbortSignal): AsyncGenerator<[Operation[], number]> {
    const count = this.#files.operations.length;
    const pace = new Pace();
    for (let n = 0; n < count; n++) {
      const operations = await this.#segment(n, Infinity);
      // A failure shows when it is its turn.
      if (n + 1 < count) this.#segment(n + 1, Infinity).catch(() => undefined);
      await pace.step();
      signal?.throwIfAborted();
      yield [operations, n];
    }
  }

  #segment(n: number, askedAheadMs?: number): Promise<Operation[]> {
    const found = this.#parsed.get(n);
    if (found) {
      this.#parsed.delete(n);
      this.#parsed.set(n, found); // a Map is in the order in which it was filled
      return Promise.resolve(found);
    }
    let coming = this.#coming.get(n);
    if (!coming) {
      coming = this.source
        .segment(n, askedAheadMs)
        .then((operations) => {
          this.#parsed.set(n, operations);
          for (const oldest of this.#parsed.keys()) if (this.#parsed.size > keptSegments) this.#parsed.delete(oldest);
          return operations;
        })
        .finally(() => this.#coming.delete(n));
      this.#coming.set(n, coming);
    }
    return coming;
  }

  /** The segment of a row, and where it is in that. */
  #place(row: number): [n: number, at: number] {
    const number = this.#rows ? (this.#rows[row] ?? 0) : row;
    const n = below(this.#first, number + 1) - 1;
    return [n, number - this.#first[n]!];
  }
}

/** How many of ascending numbers are below one. */
function below(numbers: number[], limit: number): number {
  return cut(numbers.length, (i) => numbers[i]! < limit);
}

/** How many operations are up to a moment, itself included. */
function upTo(operations: Operation[], ms: number): number {
  return cut(operations.length, (i) => operations[i]!.ms <= ms);
}

/** How many of `length` places, from the first on, are so. */
function cut(length: number, isSo: (i: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isSo(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

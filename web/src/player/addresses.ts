import type { Part } from "./ranges";

export type NumberedPart = Part & { n: number };

/** What the API answers to a demand for ranges. */
export interface Ranges {
  segments: NumberedPart[];
  transcript: NumberedPart[];
}

/** Asks the API for ranges, at most `mostRanges` in all. */
export type Ask = (segments: number[], transcript: number[]) => Promise<Ranges>;

export const mostRanges = 64;

// The API signs for 5 minutes; less the way of the answer and to the storage. The answer says when that ends, but by
// another clock than this computer's, which may be wrong by days: how long ago an address came is known without it. One
// that ends sooner is refused, and asked for again.
export const lifeMs = 280_000;

/** Signed addresses of segments: each is asked for together with those that are wanted next, and kept while it lives. */
export class Addresses {
  #kept = new Map<number, { part: Part; untilMs: number }>();
  #asked = new Map<number, Promise<void>>();

  constructor(
    private readonly ask: Ask,
    /** Milliseconds that never go back. */
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** They were given just now. */
  keep(parts: NumberedPart[]): void {
    const untilMs = this.now() + lifeMs;
    for (const { n, url, range, sha256 } of parts) this.#kept.set(n, { part: { url, range, sha256 }, untilMs });
  }

  /** The address of segment `n`. When there is none it asks for those of `next` that are missing too. */
  async of(n: number, next: number[]): Promise<Part> {
    if (!this.#living(n)) await (this.#asked.get(n) ?? this.#askFor([n, ...next.filter((m) => m !== n && !this.#living(m))]));
    const found = this.#kept.get(n);
    if (!found) throw new Error(`the API gave no address for segment ${n}`);
    return found.part;
  }

  /** The storage refused this address: it and those as old are asked for again. One that was renewed meanwhile stays. */
  refused(n: number, part: Part): void {
    const refused = this.#kept.get(n);
    if (refused?.part !== part) return;
    for (const [m, { untilMs }] of this.#kept) if (untilMs <= refused.untilMs) this.#kept.delete(m);
  }

  #living(n: number): boolean {
    const kept = this.#kept.get(n);
    return kept !== undefined && this.now() < kept.untilMs;
  }

  async #askFor(wanted: number[]): Promise<void> {
    const numbers = wanted.slice(0, mostRanges).sort((a, b) => a - b);
    const asking = this.ask(numbers, []).then(({ segments }) => this.keep(segments));
    for (const n of numbers) this.#asked.set(n, asking);
    try {
      await asking;
    } finally {
      for (const n of numbers) if (this.#asked.get(n) === asking) this.#asked.delete(n);
    }
  }
}

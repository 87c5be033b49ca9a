import { mostRanges, type Ask, type NumberedPart } from "./addresses";
import { Fault } from "./fault";
import { gunzip } from "./gunzip";
import type { Patience } from "./patience";
import { getPart, type Fetch } from "./ranges";

/** A line of the transcript that holds what was looked for. */
export interface Hit {
  ms: number;
  line: string;
}

export interface SearchOptions {
  fetch: Fetch;
  ask: Ask;
  patience: Patience;
  signal: AbortSignal;
  /** Called after each part, in order: how many of all are searched, and the hits in it. */
  onPart: (done: number, all: number, hits: Hit[]) => void;
}

const maxPartBytes = 64 << 20;
const atOnce = 4;

/**
 * Searches the transcript of `segments` segments for a text, from the first on, until it has `most` hits. Case and
 * width of letters do not count (NFKC).
 */
export async function searchTranscript(text: string, segments: number, most: number, options: SearchOptions): Promise<void> {
  const wanted = fold(text);
  let found = 0;
  for (let from = 0; from < segments && found < most; from += mostRanges) {
    const numbers = Array.from({ length: Math.min(mostRanges, segments - from) }, (_, i) => from + i);
    const parts = new Map<number, Promise<string>>();
    const live = new Parts(numbers, options);
    for (const n of numbers) {
      for (let next = n; next < Math.min(n + atOnce, from + numbers.length); next++) {
        if (parts.has(next)) continue;
        const part = live.text(next);
        part.catch(() => undefined); // it is reported when its turn comes
        parts.set(next, part);
      }
      const hits = hitsIn(await parts.get(n)!, wanted).slice(0, most - found);
      parts.delete(n);
      found += hits.length;
      options.onPart(n + 1, segments, hits);
      if (found >= most) return;
    }
  }
}

/** Lines are `MS<TAB>TEXT<LF>`. */
export function hitsIn(transcript: string, wanted: string): Hit[] {
  const hits: Hit[] = [];
  for (const row of transcript.split("\n")) {
    const tab = row.indexOf("\t");
    if (tab > 0 && fold(row.slice(tab + 1)).includes(wanted)) hits.push({ ms: Number(row.slice(0, tab)), line: row.slice(tab + 1) });
  }
  return hits;
}

export function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

/** The transcript's parts of some segments: addresses for all of them are asked for at once, and once more when refused. */
class Parts {
  #addresses: Promise<Map<number, NumberedPart>> | undefined;

  constructor(
    private readonly numbers: number[],
    private readonly options: SearchOptions,
  ) {}

  /** "" for a segment without lines. */
  async text(n: number): Promise<string> {
    const used = (this.#addresses ??= this.#ask());
    try {
      return await this.#get(n, await used);
    } catch (cause) {
      if (!(cause instanceof Fault && cause.code === "address_refused")) throw cause;
      if (this.#addresses === used) this.#addresses = this.#ask();
      return this.#get(n, await this.#addresses);
    }
  }

  async #get(n: number, addresses: Map<number, NumberedPart>): Promise<string> {
    const { patience, fetch, signal } = this.options;
    const part = addresses.get(n);
    if (!part) return "";
    return new TextDecoder().decode(await gunzip(await patience.try(() => getPart(part, { fetch, signal }), signal), maxPartBytes));
  }

  async #ask(): Promise<Map<number, NumberedPart>> {
    const { patience, ask, signal } = this.options;
    const { transcript } = await patience.try(() => ask([], this.numbers), signal);
    return new Map(transcript.map((part) => [part.n, part]));
  }
}

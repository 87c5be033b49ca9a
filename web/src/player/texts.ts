import { mostRanges, type NumberedPart } from "./addresses";
import { Fault } from "./fault";
import { gunzip } from "./gunzip";
import type { Patience } from "./patience";
import { getPart, type Fetch } from "./ranges";

export interface TextsOptions {
  fetch: Fetch;
  /** Asks for the addresses of the texts of so many segments, at most `mostRanges`. */
  ask: (segments: number[]) => Promise<NumberedPart[]>;
  patience: Patience;
  signal: AbortSignal;
}

const maxPartBytes = 64 << 20;
const atOnce = 4;

/** The texts that lie beside segments, one after the other; "" for a segment without. Some are fetched ahead. */
export async function* textsOf(segments: number[], options: TextsOptions): AsyncGenerator<string> {
  for (let from = 0; from < segments.length; from += mostRanges) {
    const numbers = segments.slice(from, from + mostRanges);
    const coming = new Map<number, Promise<string>>();
    const parts = new Parts(numbers, options);
    for (const [i, n] of numbers.entries()) {
      for (const next of numbers.slice(i, i + atOnce)) {
        if (coming.has(next)) continue;
        const text = parts.text(next);
        text.catch(() => undefined); // it is reported when its turn comes
        coming.set(next, text);
      }
      yield await coming.get(n)!;
      coming.delete(n);
    }
  }
}

/** The texts of some segments: addresses for all of them are asked for at once, and once more when refused. */
class Parts {
  #addresses: Promise<Map<number, NumberedPart>> | undefined;

  constructor(
    private readonly numbers: number[],
    private readonly options: TextsOptions,
  ) {}

  /** "" for a segment without one. */
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
    const parts = await patience.try(() => ask(this.numbers), signal);
    return new Map(parts.map((part) => [part.n, part]));
  }
}

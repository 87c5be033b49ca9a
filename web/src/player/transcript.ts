import type { Ask } from "./addresses";
import type { Patience } from "./patience";
import type { Fetch } from "./ranges";
import { textsOf } from "./texts";

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

/**
 * Searches the transcript of `segments` segments for a text, from the first on, until it has `most` hits. Case and
 * width of letters do not count (NFKC).
 */
export async function searchTranscript(text: string, segments: number, most: number, options: SearchOptions): Promise<void> {
  const wanted = fold(text);
  const ask = async (numbers: number[]) => (await options.ask([], numbers)).transcript;
  let [done, found] = [0, 0];
  for await (const part of textsOf([...Array(segments).keys()], { ...options, ask })) {
    const hits = hitsIn(part, wanted).slice(0, most - found);
    found += hits.length;
    options.onPart(++done, segments, hits);
    if (found >= most) return;
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

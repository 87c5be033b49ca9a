import { segmentAt, type RecordingIndex } from "./index-file";

/** Where frames are looked for (reader.ts). */
export interface Timed<E extends { ms: number }> {
  readonly index: RecordingIndex;
  segment(n: number): Promise<E[]>;
}

/** The moment of the first picture after `ms`; the end when there is none. */
export async function frameAfter<E extends { ms: number }>(source: Timed<E>, ms: number, visible: (e: E) => boolean): Promise<number> {
  const { segments, durationMs } = source.index;
  for (let n = segmentAt(segments, ms); n < segments.length; n++) {
    if (segments[n]!.keyframe) continue;
    const next = (await source.segment(n)).find((e) => visible(e) && e.ms > ms);
    if (next) return next.ms;
  }
  return durationMs;
}

/** The moment of the picture before the one that is shown at `ms`; 0 when there is none. */
export async function frameBefore<E extends { ms: number }>(source: Timed<E>, ms: number, visible: (e: E) => boolean): Promise<number> {
  const { segments } = source.index;
  let shown: number | undefined; // when the picture at ms came
  for (let n = segmentAt(segments, ms); n >= 0 && segments.length > 0; n--) {
    if (segments[n]!.keyframe) continue;
    for (const e of (await source.segment(n)).reverse()) {
      if (!visible(e) || e.ms > ms) continue;
      shown ??= e.ms;
      if (e.ms < shown) return e.ms;
    }
  }
  return 0;
}

import type { Event } from "./events";
import { segmentAt } from "./index-file";
import type { Source } from "./screen";

const visible = (event: Event) => event.code === "o" || event.code === "r";

/** The moment of the first picture after `ms`; the end when there is none. */
export async function frameAfter(source: FrameSource, ms: number): Promise<number> {
  for (let n = segmentAt(source.index.segments, ms); n < source.index.segments.length; n++) {
    const next = (await source.segment(n)).find((event) => visible(event) && event.ms > ms);
    if (next) return next.ms;
  }
  return source.index.durationMs;
}

/** The moment of the picture before the one that is shown at `ms`; 0 when there is none. */
export async function frameBefore(source: FrameSource, ms: number): Promise<number> {
  let shown: number | undefined; // when the picture at ms came
  for (let n = segmentAt(source.index.segments, ms); n >= 0 && source.index.segments.length > 0; n--) {
    for (const event of (await source.segment(n)).reverse()) {
      if (!visible(event) || event.ms > ms) continue;
      shown ??= event.ms;
      if (event.ms < shown) return event.ms;
    }
  }
  return 0;
}

type FrameSource = Pick<Source, "index" | "segment">;

import { Glimpses } from "../player/glimpses";
import { keyframeAt, segmentAt } from "../player/index-file";
import type { Frame } from "../player/instructions";
import type { Reader } from "../player/reader";
import { Pace } from "../player/turn";
import { ClientDisplay } from "./client-display";
import type { Thumbnail, Thumbnails } from "./face";

const longestSide = 240; // CSS pixels
const stops = 16; // moments of a start without a keyframe that have a picture of their own

/** Where a picture is taken: what segment `n` shows from its start until `ms`. */
interface Place {
  n: number;
  ms: number;
}

/** Small pictures of a desktop: what its keyframes show, each drawn by a client of its own that nobody sees. */
export class DesktopThumbnails implements Thumbnails {
  #reader: Reader<Frame[]>;
  #made = new Glimpses<Place, Thumbnail>(
    (place) => this.#make(place),
    () => this.#reader.focus(0, -1),
  );

  /** What is shown goes first: `settled` resolves when that is done. */
  constructor(
    reader: Reader<Frame[]>,
    private readonly settled: () => Promise<void>,
  ) {
    this.#reader = reader.aside();
  }

  at(ms: number, ready: () => void): Thumbnail | undefined {
    const place = this.#place(ms);
    return this.#made.at(`${place.n} ${place.ms}`, place, ready);
  }

  rest(): void {
    this.#made.rest();
  }

  /** The keyframe at or before a moment; in the start of a recording, which needs none, one of some moments. */
  #place(ms: number): Place {
    const { segments, durationMs } = this.#reader.index;
    const n = keyframeAt(segments, segmentAt(segments, ms));
    if (n > 0) return { n, ms: segments[n]!.startMs };
    const end = segments[1]?.startMs ?? durationMs;
    const step = Math.max(1, Math.ceil(end / stops));
    return { n, ms: Math.floor(Math.min(ms, end) / step) * step };
  }

  async #make({ n, ms }: Place): Promise<Thumbnail> {
    const frames = await this.#reader.segment(n);
    await this.settled();
    const display = new ClientDisplay();
    try {
      const pace = new Pace();
      let shownMs = frames[0]?.ms ?? 0;
      for (const frame of frames) {
        if (frame.ms > ms) break;
        for (const instruction of frame.drawing) display.feed(instruction);
        shownMs = frame.ms;
        await pace.step();
      }
      await display.drawn();
      return { picture: display.small(longestSide), ms: shownMs };
    } finally {
      display.close();
    }
  }
}

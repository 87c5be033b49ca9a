import { keyframeAt, segmentAt, type RecordingIndex } from "./index-file";
import type { Frame, Instruction } from "./instructions";
import { Overdrawn } from "./overdrawn";
import { Pace } from "./turn";

/** Where a picture takes the recording from (reader.ts). */
export interface FrameSource {
  readonly index: RecordingIndex;
  segment(n: number): Promise<Frame[]>;
  focus(from: number, to: number): void;
}

/** What draws: a client of the Guacamole protocol that has seen nothing. */
export interface Display {
  /** A part of what was fed could not be drawn. */
  readonly incomplete: boolean;
  /** Takes an instruction other than `sync`. */
  feed(instruction: Instruction): void;
  pointer(x: number, y: number): void;
  /** Draws what was fed, at once: resolves when it is to be seen. Images take their time to be decoded. */
  drawn(): Promise<void>;
  close(): void;
}

const nearby = 4; // segments on either side of the way to the target that may go on coming
const atOnceBytes = 8 << 20; // of segments are gone through as one stretch
const atOncePixels = 8 << 20; // of images are drawn as one: all are held until then

/** A place between two frames: what has been fed ends here. */
interface Place {
  segment: number;
  frames: Frame[] | undefined; // of the segment
  next: number; // the frame that is fed next
}

/**
 * The picture of a recording of graphics at a moment. Forward it feeds what is new to the display that is there; a
 * longer way, and the way back, begins at a keyframe with a new display, which takes the old one's place once it shows
 * the moment. What the way would draw over again is not drawn.
 */
export class Picture<D extends Display> {
  /** What is to be seen; undefined before the first picture. */
  display: D | undefined;
  shownMs = -1;
  loading = false;

  #fed: D | undefined; // what is fed: display, or its successor
  #overdrawn = new Overdrawn(); // of #fed
  #place: Place = { segment: 0, frames: undefined, next: 0 };
  #fedMs = -1;
  #target = 0;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(
    private readonly source: FrameSource,
    private readonly make: () => D,
  ) {}

  /**
   * Shows the moment `ms`, a frame at `ms` included. A call while another is under way only moves the target: both
   * resolve when the last target is shown. Rejects with the reader's Fault; after close() it resolves and nothing moves.
   */
  show(ms: number): Promise<void> {
    this.#target = ms;
    const { segments } = this.source.index;
    const to = segmentAt(segments, ms);
    this.source.focus(keyframeAt(segments, to) - nearby, to + nearby);
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
    return this.#running;
  }

  /** Resolves when nothing is on its way to be shown. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running.catch(() => undefined);
  }

  close(): void {
    this.#closed = true;
    this.#fed?.close();
    if (this.display !== this.#fed) this.display?.close();
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      const target = this.#target;
      try {
        if (!this.#leadsTo(target)) await this.#begin(target);
        await this.#feed(target);
        if (this.#closed) return;
        if (target === this.#target) {
          this.#shown(target);
          return;
        }
      } catch (cause) {
        if (this.#closed) return;
        // What was on its way for an older target was given up for the new one.
        if (target === this.#target || !(cause instanceof DOMException && cause.name === "AbortError")) throw cause;
      }
    }
  }

  /** Feeding on from here reaches the moment as soon as its keyframe would. */
  #leadsTo(ms: number): boolean {
    const { segments } = this.source.index;
    if (segments.length === 0) return true;
    if (!this.#place.frames || ms < this.#fedMs) return false;
    const ahead = keyframeAt(segments, segmentAt(segments, ms)) - this.#place.segment;
    if (this.#fed!.incomplete && ahead > 0) return false; // a keyframe may have what is missing
    return ahead <= 2; // a keyframe, and frames after it
  }

  async #begin(ms: number): Promise<void> {
    const { segments } = this.source.index;
    const from = keyframeAt(segments, segmentAt(segments, ms));
    const frames = await this.#load(from);
    if (this.#closed) return;
    if (this.#fed !== this.display) this.#fed?.close();
    this.#fed = this.make();
    this.#overdrawn = new Overdrawn();
    this.#place = { segment: from, frames, next: 0 };
    this.#fedMs = -1;
  }

  /** Feeds the frames up to the moment, stretch by stretch, and waits until they are drawn. */
  async #feed(ms: number): Promise<void> {
    const givenUp = () => this.#closed || (ms !== this.#target && !this.#leadsTo(this.#target));
    for (;;) {
      const [frames, end] = await this.#stretch(ms);
      if (givenUp()) return;
      this.#place = end;
      if (frames.length === 0) break;
      this.#fedMs = frames.at(-1)!.ms;
      let drawn = false;
      try {
        drawn = await this.#draw(frames, givenUp);
      } finally {
        if (!drawn) this.#place = { ...end, frames: undefined }; // what there is now is no picture of any moment
      }
      if (!drawn) return;
    }
    const { frames, next } = this.#place;
    if (frames?.[next]) this.#point(frames[next], ms); // the pointer does not wait for the frame that it is stored with
    await this.#fed?.drawn();
  }

  /**
   * Draws what matters of some frames; false when it was given up. The client draws one frame for each of the screen's:
   * many go to it as one.
   */
  async #draw(frames: Frame[], givenUp: () => boolean): Promise<boolean> {
    const fed = this.#fed!;
    const pace = new Pace();
    const { instructions, images } = this.#overdrawn.rest(frames.flatMap(({ drawing }) => drawing));
    let held = 0; // pixels of images
    for (const [at, instruction] of instructions.entries()) {
      const coming = images.get(at) ?? 0;
      if (held > 0 && held + coming > atOncePixels) {
        await fed.drawn();
        held = 0;
      }
      held += coming;
      fed.feed(instruction);
      if (!pace.due) continue;
      await pace.step();
      if (givenUp()) return false;
    }
    const pointed = frames.findLast(({ pointer }) => pointer.length > 0);
    if (pointed) this.#point(pointed, Infinity);
    return true;
  }

  #point(frame: Frame, ms: number): void {
    const last = frame.pointer.findLast((at) => at.ms <= ms);
    if (last) this.#fed!.pointer(last.x, last.y);
  }

  /** The next frames up to the moment, not too many at once, and the place behind them. None where there are no more. */
  async #stretch(ms: number): Promise<[Frame[], Place]> {
    const { segments } = this.source.index;
    const stretch: Frame[] = [];
    let [{ segment, frames, next }, bytes] = [this.#place, 0];
    while (frames) {
      for (; next < frames.length && frames[next]!.ms <= ms; next++) stretch.push(frames[next]!);
      let n = segment + 1;
      while (segments[n]?.keyframe) n++; // it would change nothing
      if (next < frames.length || !segments[n] || segments[n]!.startMs > ms) break;
      if (stretch.length > 0 && (bytes += segments[segment]!.rawBytes) > atOnceBytes) break;
      frames = await this.#load(n);
      [segment, next] = [n, 0];
    }
    return [stretch, { segment, frames, next }];
  }

  #shown(ms: number): void {
    this.shownMs = ms;
    if (this.display === this.#fed) return;
    this.display?.close();
    this.display = this.#fed;
  }

  async #load(n: number): Promise<Frame[]> {
    this.loading = true;
    try {
      return await this.source.segment(n);
    } finally {
      this.loading = false;
    }
  }
}

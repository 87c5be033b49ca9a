import { keyframeAt, segmentAt, type RecordingIndex } from "./index-file";
import type { Frame, Instruction } from "./instructions";
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
const framesAtOnce = 32; // are drawn: all their images are held until then

/**
 * The picture of a recording of graphics at a moment. Forward it feeds what is new to the display that is there; a
 * longer way, and the way back, begins at a keyframe with a new display, which takes the old one's place once it shows
 * the moment.
 */
export class Picture<D extends Display> {
  /** What is to be seen; undefined before the first picture. */
  display: D | undefined;
  shownMs = -1;
  loading = false;

  #fed: D | undefined; // what is fed: display, or its successor
  #segment = 0;
  #frames: Frame[] | undefined; // of #segment
  #next = 0; // the frame that is fed next
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
    if (!this.#frames || ms < this.#fedMs) return false;
    const ahead = keyframeAt(segments, segmentAt(segments, ms)) - this.#segment;
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
    this.#segment = from;
    this.#frames = frames;
    this.#next = 0;
    this.#fedMs = -1;
  }

  /** Feeds the frames up to the moment, and waits until they are drawn. The client draws one frame for each of the screen's: many go to it as one. */
  async #feed(ms: number): Promise<void> {
    const pace = new Pace();
    for (let fed = 1; await this.#more(ms); fed++) {
      if (this.#closed || (ms !== this.#target && !this.#leadsTo(this.#target))) return;
      const frame = this.#frames![this.#next++]!;
      for (const instruction of frame.drawing) this.#fed!.feed(instruction);
      this.#point(frame, Infinity);
      this.#fedMs = frame.ms;
      if (fed % framesAtOnce === 0) await this.#fed!.drawn();
      await pace.step();
    }
    const next = this.#frames?.[this.#next];
    if (next) this.#point(next, ms); // the pointer does not wait for the frame that it is stored with
    await this.#fed?.drawn();
  }

  #point(frame: Frame, ms: number): void {
    const last = frame.pointer.findLast((at) => at.ms <= ms);
    if (last) this.#fed!.pointer(last.x, last.y);
  }

  /** Whether there is another frame up to the moment: goes to its segment. */
  async #more(ms: number): Promise<boolean> {
    const { segments } = this.source.index;
    for (;;) {
      const next = this.#frames?.[this.#next];
      if (next) return next.ms <= ms;
      let n = this.#segment + 1;
      while (segments[n]?.keyframe) n++; // it would change nothing
      if (!this.#frames || !segments[n] || segments[n]!.startMs > ms) return false;
      this.#frames = await this.#load(n);
      this.#segment = n;
      this.#next = 0;
    }
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

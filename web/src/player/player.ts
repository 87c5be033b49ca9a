import { Clock, type Time } from "./clock";
import type { RecordingIndex } from "./index-file";
import type { Patience } from "./patience";

/** What a player knows of a recording (reader.ts). */
export interface Recorded {
  readonly index: Pick<RecordingIndex, "durationMs" | "markers"> & Partial<Pick<RecordingIndex, "idle" | "activity">>;
  readonly patience: Pick<Patience, "waiting" | "wake">;
  /** Called while playing: fetches ahead what `speed` needs next. */
  ahead(ms: number, speed: number): void;
}

/** What shows a recording at a moment (screen.ts, picture.ts, film.ts). */
export interface Stage {
  /** Of what keeps the time by itself: a film. */
  readonly clock?: Time;
  /** The moment that is shown; -1 before the first. */
  readonly shownMs: number;
  /** A segment that the moment needs is on its way. */
  readonly loading: boolean;
  /** Resolves when the last moment that was asked for is shown. */
  show(ms: number): Promise<void>;
  close(): void;
}

export interface PlayerOptions {
  /** Milliseconds that never go back. */
  now: () => number;
  /** Calls back when the page is about to be drawn; the last call counts. */
  nextFrame: (act: () => void) => void;
  /** Position or state may be new. */
  changed: () => void;
  /** The screen may be drawn: it is at the moment, or on the way there while playing. */
  draw: () => void;
  /** The moment that was asked for is on the screen. */
  shown: () => void;
  /** So much of a stretch without output was passed over. */
  skipped: (ms: number) => void;
  /** The recording cannot be shown at this moment. */
  fail: (cause: unknown) => void;
}

const showWaitAfterMs = 300;
const stallAfterMs = 100; // time stands still when a segment is so late
const idleShownMs = 500; // of a stretch that is skipped
const frozenMs = 1000; // so long without a frame: the computer slept, or the page stood still

/** Plays a recording: clock and screen together. Time passes only while what it passes can be shown. */
export class Player<S extends Stage = Stage> {
  skipIdle = false;

  #clock: Time;
  #showing = false;
  #seekSince: number | undefined; // since when a seek is under way
  #loadingSince: number | undefined; // since when the screen waits for a segment
  #resume = false; // it played before time was stopped, and will again
  #held = new Set<string>();
  #seen: { at: number; ms: number } | undefined; // while playing: when the page was last drawn, and where it was
  #closed = false;

  constructor(
    private readonly reader: Recorded,
    readonly screen: S,
    private readonly options: PlayerOptions,
  ) {
    this.#clock = screen.clock ?? new Clock(reader.index.durationMs, options.now);
  }

  /** Where it is, in milliseconds; while it plays, a little later than what is shown. */
  get ms(): number {
    return this.#clock.playing ? Math.ceil(this.#clock.position()) : this.#clock.position();
  }

  /** It plays, or will as soon as what is waited for is there. */
  get playing(): boolean {
    return this.#clock.playing || this.#resume;
  }

  get ended(): boolean {
    return this.#clock.ended;
  }

  get speed(): number {
    return this.#clock.speed;
  }

  /** A seek is under way: the screen is at moments that nobody asked for. */
  get seeking(): boolean {
    return this.#seekSince !== undefined && this.#showing;
  }

  /** What time stands still for, once that takes long. */
  get waiting(): "network" | "segment" | undefined {
    if (this.#clock.playing || !this.#showing) return undefined;
    if (this.screen.loading && this.reader.patience.waiting) return "network";
    return this.seeking && this.options.now() - this.#seekSince! > showWaitAfterMs ? "segment" : undefined;
  }

  /** Keeps the state: what plays goes on from there. */
  seek(ms: number): void {
    this.#stop();
    this.#clock.seek(ms);
    if (!this.#showing || this.#seekSince === undefined) this.#seekSince = this.options.now();
    this.#update();
  }

  toggle(): void {
    if (this.#resume) this.#resume = false;
    else if (this.#seekSince !== undefined) this.#resume = true;
    else if (this.#clock.playing) this.#pause();
    else {
      const again = this.#clock.ended;
      this.#play();
      if (again) this.seek(0);
    }
    this.#update();
  }

  pause(): void {
    this.#resume = false;
    this.#pause();
    this.#update();
  }

  setSpeed(speed: number): void {
    this.#clock.setSpeed(speed);
    this.#update();
  }

  /** Time stands still until release() for the same reason. */
  hold(reason: string): void {
    this.#held.add(reason);
    this.#stop();
  }

  release(reason: string): void {
    this.#held.delete(reason);
    this.#settle();
  }

  close(): void {
    this.#closed = true;
    this.screen.close();
  }

  /** Until #settle. */
  #stop(): void {
    this.#resume ||= this.#clock.playing;
    this.#pause();
  }

  #update(): void {
    if (this.#closed) return;
    this.#thaw();
    this.#skip();
    this.#stall();
    const ms = this.#clock.position();
    if (this.#clock.playing) {
      this.#seen = { at: this.options.now(), ms };
      this.reader.ahead(ms, this.#clock.speed);
    }
    this.options.changed();
    if (this.#showing) {
      void this.screen.show(ms); // moves the target of what is under way
      // Playing through a flood of output: what there is so far is a true picture of the way.
      if (!this.seeking) this.options.draw();
    } else if (ms !== this.screen.shownMs || this.#seekSince !== undefined) this.#show(ms);
    if (this.#clock.playing || this.#showing) this.options.nextFrame(() => this.#update());
  }

  #show(ms: number): void {
    this.#showing = true;
    this.screen.show(ms).then(
      () => {
        this.#showing = false;
        if (this.#closed) return;
        this.options.draw();
        this.options.shown();
        this.#settle();
      },
      (cause: unknown) => {
        this.#showing = false;
        if (!this.#closed) this.options.fail(cause);
      },
    );
  }

  /** Ends a seek once its moment is shown and nothing holds the time. */
  #settle(): void {
    if (this.#showing || this.#held.size > 0) return;
    this.#seekSince = undefined;
    this.options.changed();
    if (!this.#resume) return;
    this.#resume = false;
    if (!this.#clock.ended) this.#play();
    this.#update();
  }

  #play(): void {
    this.#clock.play();
    this.#seen = { at: this.options.now(), ms: this.#clock.position() };
  }

  #pause(): void {
    this.#clock.pause();
    this.#seen = undefined;
  }

  /** What passed while the page stood still nobody saw: it plays on from there. */
  #thaw(): void {
    if (!this.#seen || this.options.now() - this.#seen.at <= frozenMs) return;
    this.#clock.seek(this.#seen.ms);
    this.#clock.play();
  }

  #skip(): void {
    if (!this.skipIdle || !this.#clock.playing) return;
    const ms = this.#clock.position();
    const gap = this.reader.index.idle?.find(({ fromMs, toMs }) => ms >= fromMs + idleShownMs && ms < toMs);
    if (!gap) return;
    this.#clock.seek(gap.toMs);
    this.options.skipped(gap.toMs - gap.fromMs);
  }

  /** While a segment is late time does not pass. */
  #stall(): void {
    if (!this.screen.loading) {
      this.#loadingSince = undefined;
      return;
    }
    this.#loadingSince ??= this.options.now();
    if (!this.#clock.playing || this.options.now() - this.#loadingSince < stallAfterMs) return;
    this.#stop();
    this.#seekSince ??= this.options.now();
  }
}

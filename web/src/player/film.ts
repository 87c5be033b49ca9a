import { lifeMs } from "./addresses";
import type { Time } from "./clock";
import { Fault } from "./fault";
import type { Stage } from "./player";

/** What plays a film: a video element, of which this is needed. */
export type Video = Pick<
  HTMLVideoElement,
  | "currentTime"
  | "playbackRate"
  | "muted"
  | "paused"
  | "seeking"
  | "ended"
  | "readyState"
  | "error"
  | "play"
  | "pause"
  | "addEventListener"
  | "removeEventListener"
> &
  Partial<Pick<HTMLVideoElement, "requestVideoFrameCallback">>; // Firefox has it since 132

/** Where a film comes from. */
export interface FilmSource<V> {
  /** A video of an address that was given just now, which says how long it is. Rejects with a Fault. */
  open(): Promise<V>;
  close(video: V): void;
  /** Milliseconds that never go back. */
  now(): number;
}

/** A video by a new address, that may still be on its way. */
interface Next<V> {
  video: Promise<V>;
  came: boolean;
  givenAt: number;
}

const shown = 2; // HTMLMediaElement.HAVE_CURRENT_DATA
const playable = 3; // HAVE_FUTURE_DATA: it can go on from here
const decodeError = 3; // MediaError.MEDIA_ERR_DECODE
const nearEndMs = 500; // where there may be nothing to go on with
const sameMs = 1; // nearer to each other than this are two moments the same
const againMs = 2000; // a film that breaks twice so near to the same place is not made good by a new address
const usualFrameMs = 40;

/**
 * A film at a moment. While it plays the browser keeps the time, sound and all, so it is the player's clock too; while it
 * rests it is sought. Its address ends: before that, and where the film breaks, a new video takes the old one's place at
 * the same moment.
 */
export class Film<V extends Video = Video> implements Stage, Time {
  readonly clock = this;
  video: V;
  shownMs = -1;

  #restMs = 0; // where it is while it does not play
  #wanted = false; // it is to play
  #speed = 1;
  #target = 0;
  #running: Promise<void> | undefined;
  #givenAt: number; // when the address of the video came
  #next: Next<V> | undefined;
  #brokeMs = -Infinity;
  #pictureMs: number | undefined; // when the picture that is seen begins
  #frameMs = Infinity; // the shortest time between two pictures that was seen
  #closed = false;

  constructor(
    first: V,
    readonly durationMs: number,
    private readonly source: FilmSource<V>,
  ) {
    this.video = first;
    this.#givenAt = source.now();
    this.#watch(first);
  }

  position(): number {
    if (!this.#wanted) return this.#restMs;
    if (this.video.ended) return this.durationMs;
    const ms = Math.min(this.durationMs, this.video.currentTime * 1000);
    return this.video.paused ? Math.ceil(ms) : ms;
  }

  get playing(): boolean {
    return this.#wanted && !this.#stopped && !this.ended;
  }

  get ended(): boolean {
    return this.position() >= this.durationMs;
  }

  get speed(): number {
    return this.#speed;
  }

  get muted(): boolean {
    return this.video.muted;
  }

  set muted(muted: boolean) {
    this.video.muted = muted;
  }

  play(): void {
    if (this.playing) return;
    if (this.ended) this.video.currentTime = 0;
    this.#wanted = true;
    this.video.playbackRate = this.#speed;
    // A browser that does not let it play leaves it paused, and the player sees that. So it is with a pause meanwhile.
    this.video.play().catch(() => undefined);
  }

  pause(): void {
    this.#restMs = Math.ceil(this.position());
    this.#wanted = false;
    this.video.pause();
  }

  seek(ms: number): void {
    this.#restMs = Math.max(0, Math.min(this.durationMs, ms));
    if (this.#wanted) this.video.currentTime = this.#restMs / 1000;
  }

  setSpeed(speed: number): void {
    this.#speed = speed;
    this.video.playbackRate = speed;
  }

  /** Something else than the player has paused it. A browser pauses what breaks, too. */
  get #stopped(): boolean {
    return this.video.paused && this.video.error === null;
  }

  /** Something of the film is on its way without which it cannot be shown. */
  get loading(): boolean {
    if (this.#running || this.#next?.came) return true;
    return this.#wanted && !this.ended && (this.video.error !== null || this.video.readyState < playable);
  }

  show(ms: number): Promise<void> {
    if (this.#wanted && !this.#running) {
      if (ms >= this.durationMs) this.pause();
      else if (this.#old) this.#fetch();
      this.shownMs = ms;
      return Promise.resolve();
    }
    this.#target = ms;
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
    return this.#running;
  }

  /** The moment of the next picture, or of the one before. */
  frame(step: 1 | -1, ms: number): number {
    const frameMs = Number.isFinite(this.#frameMs) ? this.#frameMs : usualFrameMs;
    const from = this.#pictureMs !== undefined && Math.abs(this.#pictureMs - ms) < frameMs ? this.#pictureMs : ms;
    const to = Math.ceil(from + step * frameMs) + (step > 0 ? 1 : 0); // WebM's times are cut to milliseconds
    return Math.max(0, Math.min(this.durationMs, to));
  }

  close(): void {
    this.#closed = true;
    this.source.close(this.video);
    void this.#next?.video.then(
      (video) => this.source.close(video),
      () => undefined,
    );
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      const target = this.#target;
      if (this.video.error) this.#broken(target);
      if (this.#next || this.#old || this.video.error) await this.#replace(target);
      else await this.#go(this.video, target);
      if (!this.#closed && !this.video.error && target === this.#target) {
        this.shownMs = target;
        return;
      }
    }
  }

  get #old(): boolean {
    return this.source.now() - this.#givenAt > lifeMs;
  }

  /** Gets a new video. What there is plays on meanwhile; the player waits from when it has come. */
  #fetch(): Next<V> {
    if (this.#next) return this.#next;
    const next = { video: this.source.open(), came: false, givenAt: this.source.now() };
    const came = () => void (next.came = true);
    next.video.then(came, came);
    return (this.#next = next);
  }

  /** Puts a new video in the place of the old one, once it shows the moment. */
  async #replace(ms: number): Promise<void> {
    const { video, givenAt } = this.#fetch();
    const next = await video.finally(() => (this.#next = undefined));
    if (this.#closed) return this.source.close(next);
    this.#givenAt = givenAt;
    next.muted = this.video.muted;
    await this.#go(next, ms);
    this.source.close(this.video);
    if (this.#closed) return this.source.close(next);
    this.video = next;
    this.#watch(next);
  }

  /** Goes to a moment and waits for its picture, or for an error. */
  async #go(video: V, ms: number): Promise<void> {
    const enough = ms >= this.durationMs - nearEndMs ? shown : playable;
    // What has run dry is sought, too: Chromium does not wake a video that was paused then, even when all of it has come.
    if (Math.abs(video.currentTime * 1000 - ms) >= sameMs || video.readyState < enough) video.currentTime = ms / 1000;
    await until(video, () => this.#closed || video.error !== null || (!video.seeking && video.readyState >= enough));
  }

  #broken(ms: number): void {
    const { code, message } = this.video.error!;
    if (Math.abs(ms - this.#brokeMs) < againMs)
      throw new Fault(code === decodeError ? "damaged" : "unreachable", message || `code ${code}`);
    this.#brokeMs = ms;
  }

  #watch(video: V): void {
    // Keyboards and headphones play and pause videos, too. A pause is taken over; it plays when the player says so.
    video.addEventListener("pause", () => video === this.video && this.#wanted && this.#stopped && this.pause());
    video.addEventListener("play", () => !this.#wanted && video.pause());
    let last: number | undefined;
    const seen = (_: number, { mediaTime }: VideoFrameCallbackMetadata) => {
      const ms = mediaTime * 1000;
      if (last !== undefined && ms !== last) this.#frameMs = Math.min(this.#frameMs, Math.abs(ms - last));
      last = ms;
      if (video !== this.video || this.#closed) return;
      this.#pictureMs = ms;
      video.requestVideoFrameCallback?.(seen);
    };
    video.requestVideoFrameCallback?.(seen);
  }
}

const events = ["seeked", "canplay", "canplaythrough", "ended", "error", "emptied"];

function until(video: Video, met: () => boolean): Promise<void> {
  return new Promise((done) => {
    const look = () => {
      if (!met()) return;
      for (const event of events) video.removeEventListener(event, look);
      done();
    };
    for (const event of events) video.addEventListener(event, look);
    look();
  });
}

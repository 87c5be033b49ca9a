/** What a player asks of a clock. */
export type Time = Pick<Clock, keyof Clock>;

/** Where a replay is. It knows nothing of what is replayed; `now` gives milliseconds that never go back. */
export class Clock {
  #base = 0;
  #since: number | undefined; // when play began at #base; undefined while paused
  #speed = 1;

  constructor(
    readonly durationMs: number,
    private readonly now: () => number,
  ) {}

  /** Milliseconds of the recording, 0 to the duration. */
  position(): number {
    if (this.#since === undefined) return this.#base;
    return Math.min(this.durationMs, this.#base + (this.now() - this.#since) * this.#speed);
  }

  get playing(): boolean {
    return this.#since !== undefined && !this.ended;
  }

  get ended(): boolean {
    return this.position() >= this.durationMs;
  }

  get speed(): number {
    return this.#speed;
  }

  /** At the end it plays again, from 0. */
  play(): void {
    if (this.playing) return;
    this.#base = this.ended ? 0 : this.position();
    this.#since = this.now();
  }

  /** It rests at a whole millisecond, so that its moment can be written down. */
  pause(): void {
    if (this.#since !== undefined) this.#base = Math.min(this.durationMs, Math.ceil(this.position()));
    this.#since = undefined;
  }

  /** Keeps the state: what plays goes on from there, what is paused stays paused. Times outside are moved to the nearest end. */
  seek(ms: number): void {
    const playing = this.playing;
    this.#base = Math.max(0, Math.min(this.durationMs, ms));
    this.#since = playing ? this.now() : undefined;
  }

  setSpeed(speed: number): void {
    this.seek(this.position());
    this.#speed = speed;
  }
}

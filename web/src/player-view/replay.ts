import { Clock } from "../player/clock";
import type { Key } from "../player/messages.en";
import type { Reader } from "../player/reader";
import { Screen } from "../player/screen";
import { CanvasView } from "./canvas";
import { Controls } from "./controls";
import { element } from "./dom";
import { press } from "./keys";

export interface ReplayOptions {
  t: (key: Key, values?: Record<string, string>) => string;
  elapsed: (ms: number) => string;
  wallClock: (ms: number) => string;
  close: () => void;
  /** The recording turned out to be unreadable further on. */
  fail: (cause: unknown) => void;
}

const frame = 8; // padding of the canvas (player.css), in CSS pixels
const textEveryMs = 250;
const showWaitAfterMs = 300;

/** A replay on the page: clock, screen, canvas, text and controls. */
export class Replay {
  readonly stage: HTMLElement;
  readonly controls: Controls;
  #clock: Clock;
  #screen: Screen;
  #view = new CanvasView();
  #text: HTMLPreElement;
  #wait = element("p", { class: "wait", role: "status" });
  #textAt = -Infinity;
  #textMs = -1;
  #frame = 0;
  #showing = false;
  #seekSince: number | undefined; // since when a seek is under way
  #held = false; // the timeline is being dragged
  #resume = false; // it played before the seek, and will again
  #closed = new AbortController();

  constructor(
    reader: Reader,
    private readonly options: ReplayOptions,
  ) {
    const { t } = options;
    const { durationMs, markers } = reader.index;
    this.#clock = new Clock(durationMs, () => performance.now());
    this.#screen = new Screen(reader);
    this.#text = element("pre", {
      class: "visually-hidden",
      "data-testid": "screen-text",
      role: "region",
      "aria-label": t("terminalText"),
    });
    this.stage = element("div", { class: "screen" }, this.#view.canvas, this.#text, this.#wait);
    this.controls = new Controls(
      { t, durationMs, markers, elapsed: options.elapsed, wallClock: options.wallClock },
      {
        toggle: () => this.#toggle(),
        seek: (ms) => this.seek(ms),
        grab: (held) => this.#grab(held),
        speed: (speed) => this.#clock.setSpeed(speed),
        close: options.close,
      },
    );
  }

  /** Call when stage and controls are on the page: shows `ms`, paused. */
  start(ms: number): void {
    const { signal } = this.#closed;
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    const resized = new ResizeObserver(() => this.#draw());
    resized.observe(this.stage);
    signal.addEventListener("abort", () => resized.disconnect());
    signal.addEventListener("abort", () => cancelAnimationFrame(this.#frame));
    this.seek(ms);
  }

  seek(ms: number): void {
    this.#resume ||= this.#clock.playing;
    this.#clock.pause(); // time does not pass while the screen is on its way
    this.#clock.seek(ms);
    if (!this.#showing || this.#seekSince === undefined) this.#seekSince = performance.now();
    this.#update();
  }

  close(): void {
    this.#closed.abort();
    this.#screen.close();
  }

  #toggle(): void {
    if (this.#resume) this.#resume = false;
    else if (this.#seekSince !== undefined) this.#resume = true;
    else if (this.#clock.playing) this.#clock.pause();
    else {
      const again = this.#clock.ended;
      this.#clock.play();
      if (again) this.seek(0);
    }
    this.#update();
  }

  #grab(held: boolean): void {
    this.#held = held;
    if (!held) this.#settle();
  }

  #key(event: KeyboardEvent): void {
    const used = press(event, {
      toggle: () => this.#toggle(),
      move: (ms) => this.seek(this.#clock.position() + ms),
      start: () => this.seek(0),
      end: () => this.seek(this.#clock.durationMs),
    });
    if (used) event.preventDefault();
  }

  #update(): void {
    const clock = this.#clock;
    const ms = clock.position();
    this.controls.set({ ms, playing: clock.playing || this.#resume, ended: clock.ended });
    this.#showWait();
    if (this.#showing) {
      void this.#screen.show(ms); // moves the target of what is under way
      // Playing through a flood of output: what there is so far is a true picture of the way.
      if (this.#seekSince === undefined) this.#draw();
    } else if (ms !== this.#screen.shownMs || this.#seekSince !== undefined || (!clock.playing && ms !== this.#textMs)) {
      this.#showing = true;
      this.#screen.show(ms).then(
        () => this.#shown(),
        (cause: unknown) => this.#fail(cause),
      );
    }
    if (clock.playing || this.#showing) {
      cancelAnimationFrame(this.#frame);
      this.#frame = requestAnimationFrame(() => this.#update());
    }
  }

  #shown(): void {
    this.#showing = false;
    if (this.#closed.signal.aborted) return;
    this.#draw();
    this.#writeText();
    this.#settle();
  }

  /** Ends a seek once its moment is shown and the timeline is let go. */
  #settle(): void {
    if (this.#showing || this.#held) return;
    this.#seekSince = undefined;
    if (!this.#resume) return;
    this.#resume = false;
    if (!this.#clock.ended) this.#clock.play();
    this.#update();
  }

  #draw(): void {
    // While a seek is on its way the terminal is at moments that nobody asked for.
    if (this.#showing && this.#seekSince !== undefined) return;
    this.#view.draw(this.#screen.terminal, this.stage.clientWidth - 2 * frame, this.stage.clientHeight - 2 * frame);
  }

  #writeText(): void {
    const now = performance.now();
    if (this.#clock.playing && this.#seekSince === undefined && now - this.#textAt < textEveryMs) return;
    this.#textAt = now;
    this.#text.textContent = this.#screen.terminal.rows().join("\n");
    this.#textMs = this.#screen.shownMs;
    this.#text.dataset.timeMs = String(Math.round(this.#screen.shownMs));
  }

  #showWait(): void {
    const late = this.#showing && this.#seekSince !== undefined && performance.now() - this.#seekSince > showWaitAfterMs;
    const percent = Math.floor((100 * this.#screen.fedMs) / Math.max(1, this.#clock.position()));
    const text = late ? this.options.t("seeking", { percent: String(Math.min(percent, 99)) }) : "";
    if (this.#wait.textContent !== text) this.#wait.textContent = text;
    this.#wait.hidden = !late;
  }

  #fail(cause: unknown): void {
    this.#showing = false;
    if (!this.#closed.signal.aborted) this.options.fail(cause);
  }
}

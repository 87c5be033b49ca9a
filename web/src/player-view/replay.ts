import { Clock } from "../player/clock";
import { frameAfter, frameBefore } from "../player/frames";
import type { Key } from "../player/messages.en";
import type { Reader } from "../player/reader";
import { Screen } from "../player/screen";
import type { Hit } from "../player/transcript";
import { CanvasView } from "./canvas";
import { Controls, speeds } from "./controls";
import { element } from "./dom";
import { showHelp } from "./help";
import { press, type KeyActions } from "./keys";
import { Notice } from "./notice";
import { SearchPanel, type SearchPanelOptions } from "./search-panel";

export interface ReplayOptions {
  t: (key: Key, values?: Record<string, string>) => string;
  elapsed: (ms: number) => string;
  wallClock: (ms: number) => string;
  /** The address of a moment. */
  link: (ms: number) => string;
  search: SearchPanelOptions["search"];
  explain: (cause: unknown) => string;
  close: () => void;
  /** The recording turned out to be unreadable further on. */
  fail: (cause: unknown) => void;
}

const frame = 8; // padding of the canvas (player.css), in CSS pixels
const textEveryMs = 250;
const showWaitAfterMs = 300;
const stallAfterMs = 100; // time stands still when a segment is so late
const idleShownMs = 500; // of a stretch that is skipped
const markerSlackMs = 1000; // the way back passes a marker that has just been reached

/** A replay on the page: clock, screen, canvas, text and controls. */
export class Replay {
  readonly stage: HTMLElement;
  readonly controls: Controls;
  #clock: Clock;
  #screen: Screen;
  #view = new CanvasView();
  #box: HTMLElement;
  #text: HTMLPreElement;
  #notice = new Notice();
  #search: SearchPanel;
  #textAt = -Infinity;
  #textMs = -1;
  #frame = 0;
  #showing = false;
  #seekSince: number | undefined; // since when a seek is under way
  #loadingSince: number | undefined; // since when the screen waits for a segment
  #held = false; // the timeline is being dragged
  #resume = false; // it played before the seek, and will again
  #skipIdle = false;
  #stepping = false;
  #closed = new AbortController();

  constructor(
    private readonly reader: Reader,
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
    this.#box = element("div", { class: "screen" }, this.#view.canvas, this.#text, this.#notice.root);
    this.#search = new SearchPanel({
      t,
      search: options.search,
      explain: options.explain,
      seek: (ms) => this.seek(ms),
      found: (hits: Hit[]) => this.controls.slider.setHits(hits),
      closed: () => this.controls.slider.root.focus(),
    });
    this.stage = element("div", { class: "replay" }, this.#box, this.#search.root);
    this.controls = new Controls(
      { t, durationMs, markers, elapsed: options.elapsed, wallClock: options.wallClock },
      {
        ...this.#actions,
        seek: (ms) => this.seek(ms),
        grab: (held) => this.#grab(held),
        speed: (speed) => this.#setSpeed(speed),
        skipIdle: (skip) => this.#setSkipIdle(skip),
        copyText: () => void this.#copy(this.#screen.terminal.rows().join("\n").trimEnd() + "\n", "copiedText"),
        copyLink: () => void this.#copy(options.link(this.ms), "copiedLink"),
        close: options.close,
      },
    );
  }

  /** What the buttons and the keys have in common. */
  get #actions(): Pick<KeyActions, "toggle" | "frame" | "fullScreen" | "search" | "help"> {
    return {
      toggle: () => this.#toggle(),
      frame: (step) => void this.#step(step),
      fullScreen: () => void this.#fullScreen(),
      search: () => this.#search.open(),
      help: () => showHelp(this.options.t),
    };
  }

  /** Where it is; while it plays, a little later than what is shown. */
  get ms(): number {
    return this.#clock.playing ? Math.ceil(this.#clock.position()) : this.#clock.position();
  }

  /** Call when stage and controls are on the page: shows `ms`, paused. */
  start(ms: number): void {
    const { signal } = this.#closed;
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    document.addEventListener("visibilitychange", () => this.#visibility(), { signal });
    window.addEventListener("online", () => this.reader.patience.wake(), { signal });
    const resized = new ResizeObserver(() => this.#draw());
    resized.observe(this.#box);
    signal.addEventListener("abort", () => resized.disconnect());
    signal.addEventListener("abort", () => cancelAnimationFrame(this.#frame));
    this.seek(ms);
  }

  seek(ms: number): void {
    this.#hold();
    this.#clock.seek(ms);
    if (!this.#showing || this.#seekSince === undefined) this.#seekSince = performance.now();
    this.#update();
  }

  close(): void {
    this.#closed.abort();
    this.#search.close();
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

  /** Time does not pass until #settle, while the screen is on its way. */
  #hold(): void {
    this.#resume ||= this.#clock.playing;
    this.#clock.pause();
  }

  #grab(held: boolean): void {
    this.#held = held;
    if (!held) this.#settle();
  }

  /** A hidden page draws nothing: what nobody can see is not played. */
  #visibility(): void {
    if (document.hidden) return this.#hold();
    this.reader.patience.wake();
    this.#settle();
  }

  #setSpeed(speed: number): void {
    this.#clock.setSpeed(speed);
    this.#update();
  }

  #setSkipIdle(skip: boolean): void {
    this.#skipIdle = skip;
    this.controls.slider.setIdle(skip ? this.reader.index.idle : []);
  }

  #key(event: KeyboardEvent): void {
    const { durationMs } = this.#clock;
    const used = press(event, {
      ...this.#actions,
      move: (ms) => this.seek(this.#clock.position() + ms),
      movePart: (share) => this.seek(this.#clock.position() + share * durationMs),
      goTo: (share) => this.seek(Math.round(share * durationMs)),
      marker: (step) => this.#toMarker(step),
      speed: (step) => this.#setSpeed(speeds[speeds.indexOf(this.#clock.speed) + step] ?? this.#clock.speed),
    });
    if (used) event.preventDefault();
  }

  #toMarker(step: 1 | -1): void {
    const { markers } = this.reader.index;
    const ms = this.#clock.position();
    const marker =
      step > 0 ? markers.find((m) => m.ms > ms) : markers.findLast((m) => m.ms < ms - (this.#clock.playing ? markerSlackMs : 0));
    if (!marker) return this.#notice.say(this.options.t("noMarker"));
    this.seek(marker.ms);
    this.#notice.say(marker.label);
  }

  async #step(step: 1 | -1): Promise<void> {
    this.#resume = false;
    this.#clock.pause();
    this.#update();
    if (this.#stepping) return;
    this.#stepping = true;
    const ms = this.#clock.position();
    try {
      const to = await (step > 0 ? frameAfter : frameBefore)(this.reader, ms);
      if (this.#clock.position() === ms && !this.#closed.signal.aborted) this.seek(to);
    } catch (cause) {
      // A seek meanwhile gives up what the step was waiting for.
      if (this.#clock.position() === ms) this.#fail(cause);
    } finally {
      this.#stepping = false;
    }
  }

  async #fullScreen(): Promise<void> {
    try {
      if (document.fullscreenElement) await document.exitFullscreen();
      else await document.documentElement.requestFullscreen();
    } catch {
      this.#notice.say(this.options.t("noFullScreen"));
    }
  }

  async #copy(text: string, done: Key): Promise<void> {
    const copied = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    );
    this.#notice.say(this.options.t(copied ? done : "notCopied"));
  }

  #update(): void {
    const clock = this.#clock;
    this.#skip();
    this.#stall();
    const ms = clock.position();
    this.controls.set({ ms, playing: clock.playing || this.#resume, ended: clock.ended, speed: clock.speed });
    if (clock.playing) this.reader.ahead(ms, clock.speed);
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

  /** Passes over a stretch without output, and says so. */
  #skip(): void {
    if (!this.#skipIdle || !this.#clock.playing) return;
    const ms = this.#clock.position();
    const gap = this.reader.index.idle.find(({ fromMs, toMs }) => ms >= fromMs + idleShownMs && ms < toMs);
    if (!gap) return;
    this.#clock.seek(gap.toMs);
    this.#notice.say(this.options.t("skipped", { time: this.options.elapsed(gap.toMs - gap.fromMs) }));
  }

  /** While a segment is late time does not pass. */
  #stall(): void {
    if (!this.#screen.loading) {
      this.#loadingSince = undefined;
      return;
    }
    this.#loadingSince ??= performance.now();
    if (!this.#clock.playing || performance.now() - this.#loadingSince < stallAfterMs) return;
    this.#hold();
    this.#seekSince ??= performance.now();
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
    if (this.#showing || this.#held || document.hidden) return;
    this.#seekSince = undefined;
    this.#showWait();
    if (!this.#resume) return;
    this.#resume = false;
    if (!this.#clock.ended) this.#clock.play();
    this.#update();
  }

  #draw(): void {
    // While a seek is on its way the terminal is at moments that nobody asked for.
    if (this.#showing && this.#seekSince !== undefined) return;
    this.#view.draw(this.#screen.terminal, this.#box.clientWidth - 2 * frame, this.#box.clientHeight - 2 * frame);
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
    const { t } = this.options;
    const late = this.#seekSince !== undefined && this.#showing && performance.now() - this.#seekSince > showWaitAfterMs;
    const lost = this.#screen.loading && this.reader.patience.waiting;
    this.#notice.hold(lost ? t("waitingForNetwork") : late ? t("seeking") : "");
  }

  #fail(cause: unknown): void {
    this.#showing = false;
    if (!this.#closed.signal.aborted) this.options.fail(cause);
  }
}

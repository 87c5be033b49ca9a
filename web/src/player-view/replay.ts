import { frameAfter, frameBefore } from "../player/frames";
import type { Key } from "../player/messages.en";
import { Player } from "../player/player";
import type { Reader } from "../player/reader";
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
  /** Not there where nobody knows when the recording was made. */
  wallClock?: (ms: number) => string;
  /** The address of a moment; not there where moments have none. */
  link?: (ms: number) => string;
  search: SearchPanelOptions["search"];
  explain: SearchPanelOptions["explain"];
  close: () => void;
  /** The recording turned out to be unreadable further on. */
  fail: (cause: unknown) => void;
}

const frame = 8; // padding of the canvas (player.css), in CSS pixels
const textEveryMs = 250;
const markerSlackMs = 1000; // while playing, the way back passes a marker that has just been reached

/** A replay on the page: player, canvas, text, search and controls. */
export class Replay {
  readonly stage: HTMLElement;
  readonly controls: Controls;
  #player: Player;
  #view = new CanvasView();
  #box: HTMLElement;
  #text: HTMLPreElement;
  #textAt = -Infinity;
  #notice = new Notice();
  #search: SearchPanel;
  #frame = 0;
  #stepping = false;
  #closed = new AbortController();

  constructor(
    private readonly reader: Reader,
    private readonly options: ReplayOptions,
  ) {
    const { t, link } = options;
    const { durationMs, markers } = reader.index;
    this.#player = new Player(reader, {
      now: () => performance.now(),
      nextFrame: (act) => {
        cancelAnimationFrame(this.#frame);
        this.#frame = requestAnimationFrame(act);
      },
      changed: () => this.#changed(),
      draw: () => this.#draw(),
      shown: () => this.#writeText(),
      skipped: (ms) => this.#notice.say(t("skipped", { time: options.elapsed(ms) })),
      fail: options.fail,
    });
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
      seek: (ms) => this.#player.seek(ms),
      found: (hits) => this.controls.slider.setHits(hits),
      closed: () => this.controls.slider.root.focus(),
    });
    this.stage = element("div", { class: "replay" }, this.#box, this.#search.root);
    this.controls = new Controls(
      { t, durationMs, markers, elapsed: options.elapsed, wallClock: options.wallClock },
      {
        ...this.#actions(),
        seek: (ms) => this.#player.seek(ms),
        grab: (held) => (held ? this.#player.hold("drag") : this.#player.release("drag")),
        speed: (speed) => this.#player.setSpeed(speed),
        skipIdle: (skip) => this.#setSkipIdle(skip),
        copyText: () => void this.#copy(this.#rows().trimEnd() + "\n", "copiedText"),
        copyLink: link && (() => void this.#copy(link(this.ms), "copiedLink")),
        close: options.close,
      },
    );
  }

  get ms(): number {
    return this.#player.ms;
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
    this.#player.seek(ms);
  }

  close(): void {
    this.#closed.abort();
    this.#search.close();
    this.#player.close();
  }

  /** What buttons and keys have in common. */
  #actions(): Pick<KeyActions, "toggle" | "frame" | "fullScreen" | "search" | "help"> {
    return {
      toggle: () => this.#player.toggle(),
      frame: (step) => void this.#step(step),
      fullScreen: () => void this.#fullScreen(),
      search: () => this.#search.open(),
      help: () => showHelp(this.options.t),
    };
  }

  #key(event: KeyboardEvent): void {
    const player = this.#player;
    const { durationMs } = this.reader.index;
    const used = press(event, {
      ...this.#actions(),
      move: (ms) => player.seek(player.ms + ms),
      movePart: (share) => player.seek(player.ms + Math.round(share * durationMs)),
      goTo: (share) => player.seek(Math.round(share * durationMs)),
      marker: (step) => this.#toMarker(step),
      speed: (step) => player.setSpeed(speeds[speeds.indexOf(player.speed) + step] ?? player.speed),
    });
    if (used) event.preventDefault();
  }

  /** A hidden page draws nothing: what nobody can see is not played. */
  #visibility(): void {
    if (document.hidden) return this.#player.hold("hidden");
    this.reader.patience.wake();
    this.#player.release("hidden");
  }

  #setSkipIdle(skip: boolean): void {
    this.#player.skipIdle = skip;
    this.controls.slider.setIdle(skip ? this.reader.index.idle : []);
  }

  #toMarker(step: 1 | -1): void {
    const { markers } = this.reader.index;
    const { ms, playing } = this.#player;
    const before = ms - (playing ? markerSlackMs : 0);
    const marker = step > 0 ? markers.find((m) => m.ms > ms) : markers.findLast((m) => m.ms < before);
    if (marker) this.#player.seek(marker.ms);
    this.#notice.say(marker?.label ?? this.options.t("noMarker"));
  }

  async #step(step: 1 | -1): Promise<void> {
    const player = this.#player;
    player.pause();
    if (this.#stepping) return;
    this.#stepping = true;
    const { ms } = player;
    try {
      const to = await (step > 0 ? frameAfter : frameBefore)(this.reader, ms);
      if (player.ms === ms && !this.#closed.signal.aborted) player.seek(to);
    } catch (cause) {
      // A seek meanwhile gives up what the step was waiting for.
      if (player.ms === ms && !this.#closed.signal.aborted) this.options.fail(cause);
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
    try {
      await navigator.clipboard.writeText(text);
      this.#notice.say(this.options.t(done));
    } catch {
      this.#notice.say(this.options.t("notCopied"));
    }
  }

  #changed(): void {
    const { t } = this.options;
    const { ms, playing, ended, speed, waiting } = this.#player;
    this.controls.set({ ms, playing, ended, speed });
    this.#notice.hold(waiting === "network" ? t("waitingForNetwork") : waiting === "segment" ? t("seeking") : "");
    if (!playing && ms === this.#player.screen.shownMs && String(Math.round(ms)) !== this.#text.dataset.timeMs) this.#writeText();
  }

  #draw(): void {
    if (this.#player.seeking) return;
    this.#view.draw(this.#player.screen.terminal, this.#box.clientWidth - 2 * frame, this.#box.clientHeight - 2 * frame);
  }

  /** The text for assistive technology; while playing not with every picture. */
  #writeText(): void {
    const now = performance.now();
    const { playing, screen } = this.#player;
    if (playing && !this.#player.seeking && now - this.#textAt < textEveryMs) return;
    this.#textAt = now;
    this.#text.textContent = this.#rows();
    this.#text.dataset.timeMs = String(Math.round(screen.shownMs));
  }

  #rows(): string {
    return this.#player.screen.terminal.rows().join("\n");
  }
}

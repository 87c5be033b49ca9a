import type { Key } from "../player/messages.en";
import { Player, type Recorded } from "../player/player";
import { Controls, speeds } from "./controls";
import { element } from "../dom/dom";
import type { Face, Moment } from "./face";
import { showHelp } from "./help";
import { press, type KeyActions } from "./keys";
import { Notice } from "./notice";
import { SearchPanel, type SearchPanelOptions } from "./search-panel";
import { TypedPanel, type TypedPanelOptions } from "./typed-panel";

export interface ReplayOptions {
  t: (key: Key, values?: Record<string, string>) => string;
  elapsed: (ms: number) => string;
  /** Not there where nobody knows when the recording was made. */
  wallClock?: (ms: number) => string;
  /** The address of a moment; not there where moments have none. */
  link?: (ms: number) => string;
  /** Undefined where there is nothing to be searched. */
  search?: SearchPanelOptions["search"];
  /** Not there where nobody may see what was typed, or nothing could be. */
  typed?: TypedPanelOptions["typed"] | undefined;
  explain: SearchPanelOptions["explain"];
  close: () => void;
  /** The recording turned out to be unreadable further on. */
  fail: (cause: unknown) => void;
}

const frame = 8; // padding of the picture (player.css), in CSS pixels
const markerSlackMs = 1000; // while playing, the way back passes a marker that has just been reached

/** A replay on the page: player, picture, search and controls. */
export class Replay {
  readonly stage: HTMLElement;
  readonly controls: Controls;
  #player: Player;
  #box: HTMLElement;
  #notice = new Notice();
  #search: SearchPanel | undefined;
  #typed: TypedPanel | undefined;
  #frame = 0;
  #rest = 0; // the frame in which the rest of a large screen is drawn
  #stepping = false;
  #closed = new AbortController();

  constructor(
    private readonly reader: Recorded,
    private readonly face: Face,
    private readonly options: ReplayOptions,
  ) {
    const { t, search, typed, link, explain } = options;
    const { durationMs, markers, idle, activity } = reader.index;
    this.#player = new Player(reader, face.screen, {
      now: () => performance.now(),
      nextFrame: (act) => {
        cancelAnimationFrame(this.#frame);
        this.#frame = requestAnimationFrame(act);
      },
      changed: () => this.#changed(),
      draw: () => this.#draw(),
      shown: () => face.shown(this.#moment),
      skipped: (ms) => this.#notice.say(t("skipped", { time: options.elapsed(ms) })),
      fail: options.fail,
    });
    this.#box = element("div", { class: "screen" }, face.root, this.#notice.root);
    const seek = (ms: number) => this.#player.seek(ms);
    const found = (hits: { ms: number }[]) => this.controls.slider.setHits(hits);
    const closed = () => this.controls.slider.root.focus();
    if (search) this.#search = new SearchPanel({ t, search, explain, seek, found, closed });
    if (typed)
      this.#typed = new TypedPanel({ t, typed, explain, seek, found, closed, copy: (text) => void this.#copy(text, "copiedTyped") });
    const panels = [this.#search, this.#typed].flatMap((panel) => (panel ? [panel.root] : []));
    this.stage = element("div", { class: "replay" }, this.#box, ...panels);
    const { text, thumbnails, tools } = face;
    this.controls = new Controls(
      { t, durationMs, markers, activity, thumbnails, elapsed: options.elapsed, wallClock: options.wallClock, tools },
      {
        ...this.#actions(),
        seek,
        grab: (held) => (held ? this.#player.hold("drag") : this.#player.release("drag")),
        speed: (speed) => this.#player.setSpeed(speed),
        skipIdle: idle && ((skip) => this.#setSkipIdle(skip)),
        typed: this.#typed && (() => this.#typed?.open()),
        copyText: text && (() => void this.#copy(text().trimEnd() + "\n", "copiedText")),
        copyLink: link && (() => void this.#copy(link(this.ms), "copiedLink")),
        close: options.close,
      },
    );
  }

  get ms(): number {
    return this.#player.ms;
  }

  /** Keeps the state: what plays goes on from there. */
  seek(ms: number): void {
    this.#player.seek(ms);
  }

  /** Call when stage and controls are on the page: shows `ms`, paused. */
  start(ms: number): void {
    const { signal } = this.#closed;
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    document.addEventListener("visibilitychange", () => this.#visibility(), { signal });
    const full = () => (this.controls.fullScreen = document.fullscreenElement !== null);
    document.addEventListener("fullscreenchange", full, { signal });
    window.addEventListener("online", () => this.reader.patience.wake(), { signal });
    const resized = new ResizeObserver(() => this.#draw());
    resized.observe(this.#box);
    signal.addEventListener("abort", () => resized.disconnect());
    signal.addEventListener("abort", () => [this.#frame, this.#rest].forEach((frame) => cancelAnimationFrame(frame)));
    this.#player.seek(ms);
  }

  close(): void {
    this.#closed.abort();
    this.#search?.close();
    this.#typed?.close();
    this.#player.close();
  }

  /** What buttons and keys have in common. */
  #actions(): Pick<KeyActions, "toggle" | "frame" | "fullScreen" | "search" | "help"> {
    const search = this.#search;
    return {
      toggle: () => this.#player.toggle(),
      frame: (step) => void this.#step(step),
      fullScreen: () => void this.#fullScreen(),
      search: search ? () => search.open() : this.face.find,
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
    this.controls.slider.setIdle((skip && this.reader.index.idle) || []);
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
      const to = await this.face.frame(step, ms);
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
    const waits = waiting === "network" ? t("waitingForNetwork") : waiting === "segment" ? t("seeking") : "";
    const says = this.face.changed(this.#moment);
    this.#notice.hold(waits || says);
  }

  get #moment(): Moment {
    const { ms, playing, seeking } = this.#player;
    return { ms, playing, seeking };
  }

  /** The picture at the moment, in the room that there is. */
  redraw(): void {
    this.#draw();
  }

  #draw(): void {
    if (this.#player.seeking) return;
    const [width, height] = [this.#box.clientWidth - 2 * frame, this.#box.clientHeight - 2 * frame];
    cancelAnimationFrame(this.#rest);
    this.#box.classList.add("drawn"); // until now it had another size
    if (!this.face.draw(width, height)) this.#rest = requestAnimationFrame(() => this.#draw());
  }
}

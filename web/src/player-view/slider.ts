import { element, setAttribute } from "../dom/dom";
import { heat, type Activity } from "./heat";
import "./timeline.css";
import type { Tip } from "./tip";

export interface SliderActions {
  seek: (ms: number) => void;
  /** A drag begins (true) or ends (false). */
  grab: (held: boolean) => void;
}

export interface SliderOptions {
  label: string;
  durationMs: number;
  markers: { ms: number; label: string }[];
  /** How busy it was, where that is known. */
  activity?: Activity | undefined;
  /** Says what is at a moment, for who points at it. */
  tip: Tip;
}

export interface Span {
  fromMs: number;
  toMs: number;
}

const places = 500; // marks nearer to each other than this part of the whole are one
const nearPixels = 5;
const keyedMs = 2000; // the tip stays so long after a key

/** The timeline: click or drag. Its keys are the page's keys (keys.ts). */
export class Slider {
  readonly root: HTMLElement;
  #done = element("div", { class: "timeline-done" });
  #idle = element("div", { class: "timeline-layer" });
  #hits = element("div", { class: "timeline-layer" });
  #marks = element("div", { class: "timeline-layer" });
  #thumb = element("div", { class: "timeline-thumb" });
  #track = element("div", { class: "timeline-track" }, this.#done, this.#idle, this.#hits, this.#marks);
  #keyed = 0; // the timer that hides what a key has shown

  constructor(
    private readonly options: SliderOptions,
    private readonly actions: SliderActions,
  ) {
    const { label, durationMs, markers, activity, tip } = options;
    this.#draw(this.#marks, "timeline-mark", markers.map(at));
    this.root = element(
      "div",
      {
        class: "timeline",
        role: "slider",
        tabindex: "0",
        "aria-label": label,
        "aria-orientation": "horizontal",
        "aria-valuemin": "0",
        "aria-valuemax": String(seconds(durationMs)),
      },
      ...(activity ? [heat(activity, durationMs)] : []),
      this.#track,
      this.#thumb,
      tip.root,
    );
    this.root.addEventListener("pointerdown", (event) => this.#down(event));
    this.root.addEventListener("pointermove", (event) => {
      if (this.root.hasPointerCapture(event.pointerId)) this.actions.seek(this.#moment(event));
      this.#point(event);
    });
    this.root.addEventListener("pointerleave", () => tip.hide());
    this.root.addEventListener("keydown", () => this.#key());
    this.root.addEventListener("blur", () => this.#unkey());
    this.root.addEventListener("lostpointercapture", () => this.actions.grab(false));
  }

  set(ms: number, text: string): void {
    const share = percent(this.#share(ms));
    this.#done.style.width = share;
    this.#thumb.style.left = share;
    setAttribute(this.root, "aria-valuenow", String(seconds(ms)));
    setAttribute(this.root, "aria-valuetext", text);
    if (this.#keyed) this.#say(ms);
  }

  /** Stretches that are skipped while playing. */
  setIdle(spans: Span[]): void {
    this.#draw(this.#idle, "timeline-idle", spans);
  }

  /** Moments where something was found. */
  setHits(hits: { ms: number }[]): void {
    this.#draw(this.#hits, "timeline-hit", hits.map(at));
  }

  #draw(layer: HTMLElement, className: string, spans: Span[]): void {
    const drawn: HTMLElement[] = [];
    let until = -1;
    for (const { fromMs, toMs } of spans) {
      if (this.#share(toMs) < until) continue;
      const mark = element("div", { class: className });
      mark.style.left = percent(this.#share(fromMs));
      if (toMs > fromMs) mark.style.width = percent(this.#share(toMs) - this.#share(fromMs));
      drawn.push(mark);
      until = this.#share(toMs) + 1 / places;
    }
    layer.replaceChildren(...drawn);
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault(); // no text selection while dragging
    this.root.focus();
    this.root.setPointerCapture(event.pointerId);
    this.actions.grab(true);
    this.actions.seek(this.#moment(event));
  }

  #moment(event: PointerEvent): number {
    const box = this.#track.getBoundingClientRect();
    return Math.round(Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)) * this.options.durationMs);
  }

  #point(event: PointerEvent): void {
    this.#unkey();
    this.#say(this.#moment(event));
  }

  /** Who goes along by keys sees what who points sees. */
  #key(): void {
    clearTimeout(this.#keyed);
    this.#keyed = window.setTimeout(() => this.#unkey(), keyedMs);
  }

  #unkey(): void {
    if (!this.#keyed) return;
    clearTimeout(this.#keyed);
    this.#keyed = 0;
    this.options.tip.hide();
  }

  #say(ms: number): void {
    const { markers, durationMs, tip } = this.options;
    const nearMs = (nearPixels * durationMs) / Math.max(1, this.#track.clientWidth);
    const marker = markers.find((marker) => Math.abs(marker.ms - ms) <= nearMs);
    tip.show(ms, marker?.label, this.#share(ms), this.#track.clientWidth);
  }

  #share(ms: number): number {
    const { durationMs } = this.options;
    return durationMs === 0 ? 0 : Math.min(1, ms / durationMs);
  }
}

function at({ ms }: { ms: number }): Span {
  return { fromMs: ms, toMs: ms };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(3)}%`;
}

function seconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}

import { element, setAttribute } from "./dom";

export interface SliderActions {
  seek: (ms: number) => void;
  /** A drag begins (true) or ends (false). */
  grab: (held: boolean) => void;
}

/** The timeline: click or drag. Its keys are the page's keys (keys.ts). */
export class Slider {
  readonly root: HTMLElement;
  #done = element("div", { class: "timeline-done" });
  #thumb = element("div", { class: "timeline-thumb" });
  #track = element("div", { class: "timeline-track" }, this.#done);

  constructor(
    label: string,
    private readonly durationMs: number,
    markers: { ms: number; label: string }[],
    private readonly actions: SliderActions,
  ) {
    for (const marker of markers) this.#track.append(this.#mark(marker));
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
      this.#track,
      this.#thumb,
    );
    this.root.addEventListener("pointerdown", (event) => this.#down(event));
    this.root.addEventListener("pointermove", (event) => {
      if (this.root.hasPointerCapture(event.pointerId)) this.#seekTo(event);
    });
    this.root.addEventListener("lostpointercapture", () => this.actions.grab(false));
  }

  set(ms: number, text: string): void {
    const share = `${(this.#share(ms) * 100).toFixed(3)}%`;
    this.#done.style.width = share;
    this.#thumb.style.left = share;
    setAttribute(this.root, "aria-valuenow", String(seconds(ms)));
    setAttribute(this.root, "aria-valuetext", text);
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault(); // no text selection while dragging
    this.root.focus();
    this.root.setPointerCapture(event.pointerId);
    this.actions.grab(true);
    this.#seekTo(event);
  }

  #seekTo(event: PointerEvent): void {
    const box = this.#track.getBoundingClientRect();
    const share = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
    this.actions.seek(Math.round(share * this.durationMs));
  }

  #mark({ ms, label }: { ms: number; label: string }): HTMLElement {
    const mark = element("div", { class: "timeline-mark", title: label });
    mark.style.left = `${this.#share(ms) * 100}%`;
    return mark;
  }

  #share(ms: number): number {
    return this.durationMs === 0 ? 0 : Math.min(1, ms / this.durationMs);
  }
}

function seconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}

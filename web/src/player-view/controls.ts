import type { Key } from "../player/messages.en";
import { button, element, setText } from "./dom";
import { Slider, type SliderActions } from "./slider";

export const speeds = [0.5, 1, 2, 4, 8];

export interface ControlsActions extends SliderActions {
  toggle: () => void;
  speed: (speed: number) => void;
  close: () => void;
}

export interface ControlsState {
  ms: number;
  playing: boolean;
  ended: boolean;
}

export interface ControlsOptions {
  t: (key: Key, values?: Record<string, string>) => string;
  durationMs: number;
  markers: { ms: number; label: string }[];
  /** Text of a time that passed, such as 1:23. */
  elapsed: (ms: number) => string;
  /** Text of the wall clock at a moment of the recording. */
  wallClock: (ms: number) => string;
}

/** The bottom of the page. */
export class Controls {
  readonly root: HTMLElement;
  #play: HTMLButtonElement;
  #slider: Slider;
  #elapsed = element("span", { "data-testid": "elapsed" });
  #wallClock = element("span", { "data-testid": "action-time" });

  constructor(
    private readonly options: ControlsOptions,
    actions: ControlsActions,
  ) {
    const { t, durationMs, elapsed, wallClock } = options;
    this.#play = button(t("play"), "button primary play", actions.toggle);
    this.#slider = new Slider(t("timeline"), durationMs, options.markers, actions);
    this.root = element(
      "section",
      { class: "controls", "aria-label": t("controls") },
      element("div", { class: "line" }, this.#play, this.#slider.root, pair("elapsed", t("elapsed"), this.#elapsed, elapsed(durationMs))),
      element(
        "div",
        { class: "line" },
        element(
          "div",
          { class: "action-time" },
          element("span", { class: "label" }, t("actionTime")),
          pair("", t("actionTimeHint"), this.#wallClock, wallClock(durationMs)),
        ),
        speedField(t("speed"), actions.speed),
        button(t("close"), "button", actions.close),
      ),
    );
  }

  set({ ms, playing, ended }: ControlsState): void {
    const { t, durationMs, elapsed, wallClock } = this.options;
    const now = elapsed(ms);
    setText(this.#play, t(playing ? "pause" : ended ? "playAgain" : "play"));
    setText(this.#elapsed, now);
    setText(this.#wallClock, wallClock(ms));
    this.#slider.set(ms, t("position", { elapsed: now, total: elapsed(durationMs) }));
  }
}

/** `now / end`. */
function pair(className: string, title: string, now: HTMLElement, end: string): HTMLElement {
  return element("span", { class: `pair ${className}`.trim(), title }, now, element("span", { class: "end" }, ` / ${end}`));
}

function speedField(label: string, change: (speed: number) => void): HTMLElement {
  const select = element("select");
  for (const speed of speeds) {
    const option = element("option", { value: String(speed) }, `${speed}×`);
    option.selected = speed === 1;
    select.append(option);
  }
  select.addEventListener("change", () => change(Number(select.value)));
  return element("label", { class: "speed" }, element("span", { class: "label" }, label), select);
}

import type { Key } from "../player/messages.en";
import { button, element, setText } from "../dom/dom";
import type { Thumbnails } from "./face";
import type { Activity } from "./heat";
import { Slider, type SliderActions } from "./slider";
import { Tip } from "./tip";

export const speeds = [0.25, 0.5, 1, 2, 4, 8, 16];

export interface ControlsActions extends SliderActions {
  toggle: () => void;
  frame: (step: 1 | -1) => void;
  speed: (speed: number) => void;
  /** Not there: nobody knows where nothing happens. */
  skipIdle?: ((skip: boolean) => void) | undefined;
  search?: (() => void) | undefined;
  typed?: (() => void) | undefined;
  copyText?: (() => void) | undefined;
  /** Not there: a moment has no link. */
  copyLink?: (() => void) | undefined;
  fullScreen: () => void;
  help: () => void;
  close: () => void;
}

export interface ControlsState {
  ms: number;
  playing: boolean;
  ended: boolean;
  speed: number;
}

export interface ControlsOptions {
  t: (key: Key, values?: Record<string, string>) => string;
  durationMs: number;
  markers: { ms: number; label: string }[];
  /** How busy it was, where that is known. */
  activity?: Activity | undefined;
  /** For who points at the timeline. */
  thumbnails?: Thumbnails | undefined;
  /** Buttons of what is shown. */
  tools: HTMLElement[];
  /** Text of a time that passed, such as 1:23. */
  elapsed: (ms: number) => string;
  /** Text of the wall clock at a moment of the recording; not there where nobody knows it. */
  wallClock?: (ms: number) => string;
}

/** The bottom of the page. */
export class Controls {
  readonly root: HTMLElement;
  readonly slider: Slider;
  #play: HTMLButtonElement;
  #speed = element("select");
  #fullScreen: HTMLButtonElement;
  #elapsed = element("span", { "data-testid": "elapsed" });
  #wallClock = element("span", { "data-testid": "action-time" });

  constructor(
    private readonly options: ControlsOptions,
    actions: ControlsActions,
  ) {
    const { t, durationMs, markers, activity, thumbnails, elapsed, wallClock } = options;
    this.#play = button(t("play"), "button primary play", actions.toggle);
    const tip = new Tip({
      describe: (ms) => elapsed(ms) + (wallClock ? `  ${wallClock(ms)}` : ""),
      earlier: (ms) => t("pictureOf", { time: elapsed(ms) }),
      thumbnails,
    });
    this.slider = new Slider({ label: t("timeline"), durationMs, markers, activity, tip }, actions);
    const passed = pair("elapsed", t("elapsed"), this.#elapsed, elapsed(durationMs));
    // As wide as at the end, so that the timeline beside it does not move under the pointer.
    passed.style.minWidth = `${2 * elapsed(durationMs).length + 3}ch`;
    const tool = (key: Key, act: () => void) => button(t(key), "button", act);
    this.#fullScreen = tool("fullScreen", actions.fullScreen);
    this.root = element(
      "section",
      { class: "controls", "aria-label": t("controls") },
      element(
        "div",
        { class: "line" },
        this.#play,
        icon("‹", t("frameBack"), ",", () => actions.frame(-1)),
        icon("›", t("frameOn"), ".", () => actions.frame(1)),
        this.slider.root,
        passed,
      ),
      element(
        "div",
        { class: "line" },
        element(
          "div",
          { class: "action-time" },
          ...(wallClock
            ? [element("span", { class: "label" }, t("actionTime")), pair("", t("actionTimeHint"), this.#wallClock, wallClock(durationMs))]
            : []),
        ),
        this.#speedField(t("speed"), actions.speed),
        ...(actions.skipIdle ? [checkbox(t("skipIdle"), actions.skipIdle)] : []),
        element(
          "div",
          { class: "tools" },
          ...options.tools,
          ...(actions.search ? [tool("search", actions.search)] : []),
          ...(actions.typed ? [tool("typed", actions.typed)] : []),
          ...(actions.copyText ? [tool("copyText", actions.copyText)] : []),
          ...(actions.copyLink ? [tool("copyLink", actions.copyLink)] : []),
          this.#fullScreen,
          icon("?", t("keys"), "?", actions.help),
          tool("close", actions.close),
        ),
      ),
    );
  }

  set({ ms, playing, ended, speed }: ControlsState): void {
    const { t, durationMs, elapsed, wallClock } = this.options;
    const now = elapsed(ms);
    setText(this.#play, t(playing ? "pause" : ended ? "playAgain" : "play"));
    setText(this.#elapsed, now);
    if (wallClock) setText(this.#wallClock, wallClock(ms));
    this.#speed.value = String(speed);
    this.slider.set(ms, t("position", { elapsed: now, total: elapsed(durationMs) }));
  }

  set fullScreen(on: boolean) {
    setText(this.#fullScreen, this.options.t(on ? "leaveFullScreen" : "fullScreen"));
  }

  #speedField(label: string, change: (speed: number) => void): HTMLElement {
    for (const speed of speeds) this.#speed.append(element("option", { value: String(speed) }, `${speed}×`));
    this.#speed.addEventListener("change", () => change(Number(this.#speed.value)));
    return element("label", { class: "field" }, element("span", { class: "label" }, label), this.#speed);
  }
}

/** `now / end`. */
function pair(className: string, title: string, now: HTMLElement, end: string): HTMLElement {
  return element("span", { class: `pair ${className}`.trim(), title }, now, element("span", { class: "end" }, ` / ${end}`));
}

function icon(sign: string, label: string, key: string, act: () => void): HTMLButtonElement {
  const made = button(sign, "button icon", act);
  made.setAttribute("aria-label", label);
  made.title = `${label} (${key})`;
  return made;
}

function checkbox(label: string, change: (checked: boolean) => void): HTMLElement {
  const box = element("input", { type: "checkbox" });
  box.addEventListener("change", () => change(box.checked));
  return element("label", { class: "field" }, box, label);
}

import { visible, type Event } from "../player/events";
import { frameAfter, frameBefore } from "../player/frames";
import type { Key } from "../player/messages.en";
import type { Reader } from "../player/reader";
import { Screen } from "../player/screen";
import { CanvasView } from "./canvas";
import { element } from "../dom/dom";
import type { Face, Moment } from "./face";
import { TextLayer } from "./text-layer";

const textEveryMs = 250;

/** A terminal: its picture on a canvas, and its text over it. */
export class TextFace implements Face {
  readonly screen: Screen;
  readonly root: HTMLElement;
  readonly tools = [];
  #view = new CanvasView();
  #text: TextLayer;
  #textAt = -Infinity;
  #textMoved = false;

  constructor(
    private readonly reader: Reader<Event[]>,
    private readonly options: { t: (key: Key, values?: Record<string, string>) => string; elapsed: (ms: number) => string },
  ) {
    this.screen = new Screen(reader);
    this.#text = new TextLayer(options.t("terminalText"));
    this.root = element("div", { class: "picture" }, this.#view.canvas, this.#text.root);
  }

  draw(width: number, height: number): boolean {
    const whole = this.#view.draw(this.screen.terminal, width, height);
    this.#text.fit(this.#view.grid);
    return whole;
  }

  changed(moment: Moment): string {
    const { ms, playing, seeking } = moment;
    this.#text.still = !playing;
    if (!playing && ms === this.screen.shownMs && (Math.round(ms) !== this.#text.ms || this.#textMoved)) this.shown(moment);
    return seeking ? "" : this.#gap();
  }

  /** The text for assistive technology; while playing not with every picture. */
  shown({ playing, seeking }: Moment): void {
    const now = performance.now();
    if (playing && !seeking && now - this.#textAt < textEveryMs) return;
    this.#textAt = now;
    this.#textMoved = playing;
    this.#text.write(this.screen.terminal, this.screen.shownMs, playing);
  }

  frame(step: 1 | -1, ms: number): Promise<number> {
    return (step > 0 ? frameAfter : frameBefore)(this.reader, ms, visible);
  }

  text = () => this.screen.terminal.rows().join("\n");

  /** A sentence while the screen is not that of the moment, because xterm.js cannot show it. */
  #gap(): string {
    const { gap } = this.screen;
    if (!gap) return "";
    const { t, elapsed } = this.options;
    const from = elapsed(gap.fromMs);
    return gap.toMs === undefined ? t("gapToEnd", { from }) : t("gap", { from, to: elapsed(gap.toMs) });
  }
}

import { element, setText } from "../dom/dom";
import type { Thumbnails } from "./face";

export interface TipOptions {
  /** Says what is at a moment. */
  describe: (ms: number) => string;
  /** Says that a picture is that of an earlier moment. */
  earlier: (ms: number) => string;
  thumbnails?: Thumbnails | undefined;
}

const earlierMs = 1000; // a picture that is older says so

/** What is at a moment of the timeline, over it: the time, a marker, a small picture. Assistive technology has the slider's value. */
export class Tip {
  readonly root = element("div", { class: "timeline-tip", hidden: "", "aria-hidden": "true" });
  #picture = element("div", { class: "thumbnail", hidden: "" });
  #text = element("div");
  #earlier = element("div", { class: "small" });

  constructor(private readonly options: TipOptions) {
    this.root.append(this.#picture, this.#text, this.#earlier);
  }

  /** Shows it over a part of a track that is `width` pixels long, and inside of it on both sides. */
  show(ms: number, marker: string | undefined, share: number, width: number): void {
    setText(this.#text, this.options.describe(ms) + (marker ? `\n${marker}` : ""));
    this.root.hidden = false;
    this.#look(ms);
    const room = this.root.offsetWidth / 2;
    this.root.style.left = `${Math.max(room, Math.min(width - room, share * width))}px`;
  }

  hide(): void {
    this.root.hidden = true;
    this.options.thumbnails?.rest();
  }

  #look(ms: number): void {
    const { thumbnails, earlier } = this.options;
    if (!thumbnails) return;
    const found = thumbnails.at(ms, () => this.#look(ms));
    this.#picture.hidden = false;
    this.#picture.replaceChildren(...(found ? [found.picture] : []));
    setText(this.#earlier, found && ms - found.ms >= earlierMs ? earlier(found.ms) : "");
  }
}

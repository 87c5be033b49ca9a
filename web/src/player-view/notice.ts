import { element, setText } from "../dom/dom";

const shownMs = 3000;

/** A line over the screen: what is waited for, or for a moment what was done. */
export class Notice {
  readonly root = element("p", { class: "notice", role: "status" });
  #held = "";
  #said = "";
  #timer = 0;

  /** Shows the text until it is "". */
  hold(text: string): void {
    this.#held = text;
    this.#show();
  }

  /** Shows the text for some seconds. */
  say(text: string): void {
    this.#said = text;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      this.#said = "";
      this.#show();
    }, shownMs);
    this.#show();
  }

  #show(): void {
    setText(this.root, this.#held || this.#said);
  }
}

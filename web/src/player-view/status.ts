import { button, element } from "./dom";

export interface Message {
  title: string;
  sentences: string[];
  /** Small print: request id, detail. */
  small?: string[];
  retry?: { label: string; act: () => void };
}

/** A message in the place of the replay. */
export function messageView({ title, sentences, small = [], retry }: Message): HTMLElement {
  const view = element("div", { class: "message", role: "alert" }, element("h2", {}, title));
  for (const sentence of sentences) view.append(element("p", {}, sentence));
  for (const line of small) view.append(element("p", { class: "small" }, line));
  if (retry) view.append(button(retry.label, "button primary", retry.act));
  return view;
}

/** A wait of unknown length, until `set` says how far it is. */
export class WaitView {
  readonly root: HTMLElement;
  #text = element("p");
  #bar: HTMLProgressElement;

  constructor(text: string) {
    this.#bar = element("progress", { "aria-label": text });
    this.#text.textContent = text;
    this.root = element("div", { class: "message", role: "status" }, this.#text, this.#bar);
  }

  set(text: string, share: number): void {
    this.#text.textContent = text;
    this.#bar.max = 1;
    this.#bar.value = share;
  }
}

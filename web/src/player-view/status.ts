import { button, element } from "../dom/dom";

export interface Message {
  title: string;
  sentences: string[];
  /** Small print: request id, detail. */
  small?: string[];
  retry?: { label: string; act: () => void };
  /** What can be done instead. */
  more?: HTMLElement;
}

/** A message in the place of the replay. */
export function messageView({ title, sentences, small = [], retry, more }: Message): HTMLElement {
  const view = element("div", { class: "message", role: "alert" }, element("h2", {}, title));
  for (const sentence of sentences) view.append(element("p", {}, sentence));
  for (const line of small) view.append(element("p", { class: "small" }, line));
  if (more) view.append(more);
  if (retry) view.append(button(retry.label, "button primary", retry.act));
  return view;
}

/** A wait of unknown length. */
export function waitView(text: string): HTMLElement {
  return element("div", { class: "message", role: "status" }, element("p", {}, text), element("progress", { "aria-label": text }));
}

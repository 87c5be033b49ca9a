import { element } from "../dom/dom";

export interface HeaderText {
  name: string;
  actionAt: string;
  sessionRecord: string;
}

/** The top of the page: Name | Action At | Session Record, and X. Values are "-" until `set`. */
export class Header {
  readonly root: HTMLElement;
  #values = { name: value(), actionAt: value(), sessionRecord: value() };
  #tools = element("div", { class: "tools" });

  constructor(labels: HeaderText & { page: string; back: string }, close: () => void) {
    const x = element("button", { type: "button", class: "button icon", "aria-label": labels.back, title: `${labels.back} (Esc)` }, "×");
    x.addEventListener("click", close);
    const list = element("dl", { class: "facts" });
    for (const key of ["name", "actionAt", "sessionRecord"] as const) {
      list.append(element("div", {}, element("dt", {}, labels[key]), this.#values[key]));
    }
    this.root = element("header", { class: "top" }, element("h1", { class: "visually-hidden" }, labels.page), list, this.#tools, x);
  }

  /** What this person can do beside watching. */
  set tools(tools: HTMLElement[]) {
    this.#tools.replaceChildren(...tools);
  }

  /** `offset` is that of the zone of Action At, such as UTC+09:00. */
  set(text: HeaderText, offset: string): void {
    this.#values.name.textContent = text.name;
    this.#values.actionAt.replaceChildren(text.actionAt, " ", element("span", { class: "small" }, offset));
    this.#values.sessionRecord.textContent = text.sessionRecord;
  }
}

function value(): HTMLElement {
  return element("dd", {}, "-");
}

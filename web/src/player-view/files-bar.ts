import { element, setText } from "../dom/dom";
import type { Total } from "../player/index-file";
import type { Key } from "../player/messages.en";
import { everything, type Filter } from "../player/operations";
import { nameOf } from "./operation-table";

const pauseMs = 200; // between two keys of a text that is typed

/** What is wanted of the operations: text, operation, result. */
export class FilesBar {
  readonly root: HTMLElement;
  #text: HTMLInputElement;
  #op: HTMLSelectElement;
  #result: HTMLSelectElement;
  #status = element("p", { class: "small", role: "status" });
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    t: (key: Key) => string,
    totals: Total[],
    private readonly changed: (filter: Filter) => void,
  ) {
    this.#text = element("input", {
      type: "search",
      "aria-label": t("filterHint"),
      placeholder: t("filterHint"),
      maxlength: "200",
    });
    const ops = totals.map(({ op, count }, n): [string, string] => [String(n), `${op ? nameOf(op, t) : t("otherOperations")} (${count})`]);
    this.#op = select(t("columnOperation"), [["", t("allOperations")], ...ops]);
    this.#result = select(t("columnResult"), [
      ["any", t("allResults")],
      ["ok", t("resultOk")],
      ["refused", t("sumRefused")],
    ]);
    this.#text.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#tell(totals), pauseMs);
    });
    this.#text.addEventListener("keydown", (event) => this.#key(event, totals));
    for (const chosen of [this.#op, this.#result]) chosen.addEventListener("change", () => this.#tell(totals));
    const hint = element("p", { class: "visually-hidden", id: "file-hint" }, t("fileHint"));
    this.root = element("div", { class: "file-bar", role: "search" }, this.#text, this.#op, this.#result, this.#status, hint);
  }

  focus(): void {
    this.#text.focus();
    this.#text.select();
  }

  say(text: string): void {
    setText(this.#status, text);
  }

  #tell(totals: Total[]): void {
    clearTimeout(this.#timer);
    const op = this.#op.value === "" ? everything.op : totals[Number(this.#op.value)]!.op;
    this.changed({ text: this.#text.value, op, result: this.#result.value as Filter["result"] });
  }

  /** Escape empties the field before it closes the page. */
  #key(event: KeyboardEvent, totals: Total[]): void {
    const empties = event.key === "Escape" && this.#text.value !== "";
    if (empties) this.#text.value = "";
    if (empties || event.key === "Enter") {
      event.preventDefault();
      event.stopPropagation();
      this.#tell(totals);
    }
  }
}

function select(label: string, options: [value: string, text: string][]): HTMLSelectElement {
  const made = element("select", { "aria-label": label });
  for (const [value, text] of options) made.append(element("option", { value }, text));
  return made;
}

import { formatBytes } from "../format/bytes";
import { formatDuration } from "../format/time";
import type { Key } from "../player/messages.en";
import { fold, type Hit } from "../player/transcript";
import { corrected, entryText, strokeText, Typist, type Entry } from "../player/typed";
import { button, element, setText } from "../dom/dom";
import "./search-panel.css";

export interface TypedPanelOptions {
  t: (key: Key, values?: Record<string, string>) => string;
  /** What was typed, segment by segment. Called when somebody wants to see it, and not before. */
  typed: (signal: AbortSignal) => AsyncIterable<string>;
  explain: (cause: unknown) => string;
  seek: (ms: number) => void;
  /** Those that hold what was looked for. */
  found: (hits: Pick<Hit, "ms">[]) => void;
  copy: (text: string) => void;
  closed: () => void;
}

const mostRead = 20_000; // entries
const mostShown = 1000;

/** What was typed, and what the clipboard got: a sentence that says what that means, a field to find something, and the entries. */
export class TypedPanel {
  readonly root: HTMLElement;
  #field: HTMLInputElement;
  #status = element("p", { class: "small", role: "status" });
  #bar = element("progress", { hidden: "" });
  #list = element("ol", { class: "hits" });
  #copy: HTMLButtonElement;
  #entries: Entry[] = [];
  #shown: Entry[] = [];
  #whole = false;
  #problem = "";
  #running: AbortController | undefined;

  constructor(private readonly options: TypedPanelOptions) {
    const { t, copy } = options;
    this.#field = element("input", { type: "search", "aria-label": t("typedHint"), placeholder: t("typedHint"), maxlength: "200" });
    this.#field.addEventListener("input", () => this.#show());
    this.#bar.setAttribute("aria-label", t("loading"));
    this.#copy = button(t("copyTyped"), "button", () =>
      copy(this.#shown.map((e) => `${formatDuration(e.ms)}\t${entryText(e)}\n`).join("")),
    );
    const close = button("×", "button icon", () => this.close());
    close.setAttribute("aria-label", t("closeTyped"));
    const form = element("form", { role: "search" }, this.#field, close);
    form.addEventListener("submit", (event) => event.preventDefault());
    this.root = element(
      "aside",
      { class: "search", "aria-label": t("typed"), hidden: "" },
      form,
      element("p", { class: "small" }, t("typedWarning")),
      this.#status,
      this.#bar,
      this.#list,
      this.#copy,
    );
    this.root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      this.close();
    });
  }

  open(): void {
    this.root.hidden = false;
    this.#field.focus();
    if (!this.#whole && !this.#running) void this.#read();
    else this.#show();
  }

  /** Nothing of it stays on the page. */
  close(): void {
    if (this.root.hidden) return;
    this.#running?.abort();
    this.#running = undefined;
    this.root.hidden = true;
    this.#entries = [];
    this.#whole = false;
    this.#field.value = "";
    this.#show();
    this.options.closed();
  }

  async #read(): Promise<void> {
    const running = (this.#running = new AbortController());
    const { signal } = running;
    this.#problem = "";
    this.#bar.hidden = false;
    this.#show();
    try {
      const typist = new Typist();
      for await (const text of this.options.typed(signal)) {
        if (signal.aborted) return;
        const before = this.#entries.length;
        for (const entry of typist.add(text)) this.#entries.push(entry);
        if (before < mostShown) this.#show();
        if (this.#entries.length >= mostRead) break;
      }
      this.#entries.push(...typist.end());
      this.#whole = true;
    } catch (cause) {
      if (signal.aborted) return;
      this.#problem = this.options.explain(cause);
    }
    this.#running = undefined;
    this.#bar.hidden = true;
    this.#show();
  }

  /** The entries that hold what is looked for, as they were typed or as they were meant. */
  #show(): void {
    const { t, found } = this.options;
    const wanted = fold(this.#field.value.trim());
    const holds = (entry: Entry) => fold(entryText(entry)).includes(wanted) || fold(corrected(entry)).includes(wanted);
    const all = wanted === "" ? this.#entries : this.#entries.filter(holds);
    this.#shown = all.slice(0, mostShown);
    this.#list.replaceChildren(...this.#shown.map((entry) => this.#item(entry)));
    this.#copy.hidden = this.#shown.length === 0;
    found(wanted === "" ? [] : all);
    setText(this.#status, this.root.hidden ? "" : this.#summary(all.length, t));
  }

  #summary(count: number, t: TypedPanelOptions["t"]): string {
    if (this.#problem) return this.#problem;
    if (this.#running) return t("loading");
    if (this.#entries.length === 0) return t("typedNothing");
    if (count === 0) return t("searchNothing");
    const cut = count > mostShown || this.#entries.length >= mostRead;
    return t(cut ? "searchMany" : "searchDone", { count: String(Math.min(count, mostShown)) });
  }

  #item(entry: Entry): HTMLElement {
    const { t, seek } = this.options;
    const go = button("", "hit", () => seek(entry.ms));
    const line = element("span", { class: "hit-line" });
    if (entry.clipboard) {
      const { type, bytes } = entry.clipboard;
      line.append(element("span", { class: "label" }, `${t("clipboard")}: `), bytes === undefined ? "" : `${type}, ${formatBytes(bytes)}`);
    }
    line.append(...entry.pieces.map((piece) => (typeof piece === "string" ? piece : element("kbd", {}, strokeText(piece)))));
    go.append(element("span", { class: "hit-time" }, formatDuration(entry.ms)), line);
    return element("li", {}, go);
  }
}

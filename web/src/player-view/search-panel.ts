import { formatDuration } from "../format/time";
import type { Key } from "../player/messages.en";
import { fold, type Hit } from "../player/transcript";
import { button, element, setText } from "../dom/dom";
import "./search-panel.css";

export interface SearchPanelOptions {
  t: (key: Key, values?: Record<string, string>) => string;
  /** Searches from the start, until so many hits; resolves at the end. */
  search: (text: string, most: number, onPart: (done: number, all: number, hits: Hit[]) => void, signal: AbortSignal) => Promise<void>;
  /** A sentence for what went wrong. */
  explain: (cause: unknown) => string;
  seek: (ms: number) => void;
  /** All hits so far. */
  found: (hits: Hit[]) => void;
  closed: () => void;
}

const mostHits = 1000;
const shownAround = 60; // characters of a long line before what was found

/** Search in the session: a field, how far the search is, and the lines that were found. */
export class SearchPanel {
  readonly root: HTMLElement;
  #field: HTMLInputElement;
  #status = element("p", { class: "small", role: "status" });
  #bar = element("progress", { hidden: "" });
  #cancel: HTMLButtonElement;
  #list = element("ol", { class: "hits" });
  #hits: Hit[] = [];
  #searched = "";
  #current = -1;
  #running = new AbortController();

  constructor(private readonly options: SearchPanelOptions) {
    const { t } = options;
    this.#field = element("input", { type: "search", "aria-label": t("searchHint"), placeholder: t("searchHint"), maxlength: "200" });
    this.#bar.setAttribute("aria-label", t("searching"));
    this.#cancel = button(t("cancel"), "button", () => this.#stop());
    this.#cancel.hidden = true;
    const close = button("×", "button icon", () => this.close());
    close.setAttribute("aria-label", t("closeSearch"));
    const form = element("form", { role: "search" }, this.#field, close);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#field.value !== this.#searched) void this.#search(this.#field.value);
      else this.#go(this.#current + 1);
    });
    this.root = element(
      "aside",
      { class: "search", "aria-label": t("search"), hidden: "" },
      form,
      this.#status,
      this.#bar,
      this.#cancel,
      this.#list,
    );
    this.root.addEventListener("keydown", (event) => this.#key(event));
  }

  open(): void {
    this.root.hidden = false;
    this.#field.focus();
    this.#field.select();
  }

  close(): void {
    if (this.root.hidden) return;
    this.#stop();
    this.#running = new AbortController();
    this.root.hidden = true;
    this.#hits = [];
    this.#searched = "";
    this.#list.replaceChildren();
    setText(this.#status, "");
    this.options.found([]);
    this.options.closed();
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && event.shiftKey && event.target === this.#field) this.#go(this.#current - 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  async #search(text: string): Promise<void> {
    this.#stop();
    const { signal } = (this.#running = new AbortController());
    this.#searched = text;
    this.#hits = [];
    this.#current = -1;
    this.#list.replaceChildren();
    this.options.found([]);
    if (text.trim() === "") return setText(this.#status, "");
    const { t } = this.options;
    let done = 0;
    this.#busy(true);
    setText(this.#status, t("searching"));
    try {
      await this.options.search(
        text,
        mostHits,
        (part, all, hits) => {
          if (signal.aborted) return;
          done = part;
          this.#bar.max = all;
          this.#bar.value = part;
          this.#add(text, hits);
        },
        signal,
      );
      if (!signal.aborted) setText(this.#status, this.#summary());
    } catch (cause) {
      if (this.#running.signal !== signal) return; // another search has begun, or the panel is closed
      const percent = String(Math.floor((100 * done) / this.#bar.max));
      setText(this.#status, signal.aborted ? t("searchStopped", { percent }) : this.options.explain(cause));
      this.#searched = ""; // Enter searches again
    } finally {
      if (this.#running.signal === signal) this.#busy(false);
    }
  }

  #summary(): string {
    const { t } = this.options;
    if (this.#hits.length === 0) return t("searchNothing");
    return t(this.#hits.length >= mostHits ? "searchMany" : "searchDone", { count: String(this.#hits.length) });
  }

  #add(text: string, hits: Hit[]): void {
    if (hits.length === 0) return;
    this.#list.append(...hits.map((hit, i) => this.#item(text, hit, this.#hits.length + i)));
    this.#hits.push(...hits);
    this.options.found(this.#hits);
  }

  #item(text: string, { ms, line }: Hit, n: number): HTMLElement {
    const go = button("", "hit", () => this.#go(n));
    go.append(element("span", { class: "hit-time" }, formatDuration(ms)), element("span", { class: "hit-line" }, ...excerpt(line, text)));
    return element("li", {}, go);
  }

  /** Goes to the n-th hit, around both ends. */
  #go(n: number): void {
    if (this.#hits.length === 0) return;
    this.#list.querySelector("[aria-current]")?.removeAttribute("aria-current");
    this.#current = (n + this.#hits.length) % this.#hits.length;
    const item = this.#list.children[this.#current]!.firstElementChild!;
    item.setAttribute("aria-current", "true");
    item.scrollIntoView({ block: "nearest" });
    // The times of lines are cut to milliseconds: the line is there one later.
    this.options.seek(this.#hits[this.#current]!.ms + 1);
  }

  #stop(): void {
    this.#running.abort();
    this.#busy(false);
  }

  #busy(busy: boolean): void {
    this.#bar.hidden = this.#cancel.hidden = !busy;
    if (busy) this.#bar.removeAttribute("value");
  }
}

/** The line around the first place of `text`, which is marked. */
function excerpt(line: string, text: string): (Node | string)[] {
  const [folded, wanted] = [fold(line), fold(text)];
  const at = folded.indexOf(wanted);
  // Where folding changes lengths, places in one are not places in the other.
  if (at < 0 || folded.length !== line.length) return [line.slice(0, 4 * shownAround).trim()];
  const from = at > shownAround ? at - shownAround : 0;
  const end = at + wanted.length;
  return [
    (from > 0 ? "…" : "") + line.slice(from, at).trimStart(),
    element("mark", {}, line.slice(at, end)),
    line.slice(end, end + 3 * shownAround),
  ];
}

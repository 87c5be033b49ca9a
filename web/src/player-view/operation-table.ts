import { element, setAttribute } from "../dom/dom";
import { formatBytes } from "../format/bytes";
import { formatNumber } from "../i18n/i18n";
import type { Key } from "../player/messages.en";
import type { OperationList } from "../player/operation-list";
import { plain, type Operation } from "../player/operations";

export interface OperationTableOptions {
  t: (key: Key, values?: Record<string, string>) => string;
  /** Text of a moment, to the millisecond. */
  moment: (ms: number) => string;
  /** Text of the wall clock at a moment; "" where nobody knows it. */
  wallClock: (ms: number) => string;
  /** Goes to the moment of a row. */
  go: (row: number) => void;
  /** Another row is looked at. */
  moved: (row: number) => void;
  fail: (cause: unknown) => void;
}

const rowHeight = 28; // CSS pixels, as in player.css
const tallest = 8_000_000; // CSS pixels: browsers end an element at some 17 to 33 million
const around = 8; // rows that are made beyond those that are seen
const columns = ["columnTime", "columnOperation", "columnPath", "columnSize", "columnResult", "columnHash"] as const;

/** The rows of a list, of which only those that can be seen are on the page. */
export class OperationTable {
  readonly root: HTMLElement;
  readonly grid: HTMLElement;
  /** The row that the keyboard is at. */
  cursor: number | undefined;
  #body = element("tbody");
  #above = spacer();
  #below = spacer();
  #rows = new Map<number, HTMLElement>();
  #first = 0;

  constructor(
    private readonly list: OperationList,
    private readonly options: OperationTableOptions,
  ) {
    const { t } = options;
    const head = element("tr", { "aria-rowindex": "1" }, ...columns.map((key) => element("th", { scope: "col" }, t(key))));
    this.grid = element(
      "table",
      { role: "grid", tabindex: "0", "aria-label": t("fileTable"), "aria-describedby": "file-hint" },
      element("thead", {}, head),
      this.#body,
    );
    this.root = element("div", { class: "file-rows" }, this.grid);
    this.root.addEventListener("scroll", () => this.render());
    this.#body.addEventListener("click", (event) => this.#click(event));
    this.grid.addEventListener("keydown", (event) => this.#key(event));
  }

  /** The rows are other ones now. */
  reset(): void {
    this.#rows.clear();
    this.cursor = undefined;
  }

  render(): void {
    const { count } = this.list;
    setAttribute(this.grid, "aria-rowcount", String(count + 1));
    // Looked at before anything is written: with rows on the page and not yet their spacers, the browser would scroll.
    const [top, y, room] = [this.#top, this.#y, this.#room];
    const first = Math.max(0, Math.floor(y / rowHeight) - around);
    const end = Math.min(count, Math.ceil((y + room) / rowHeight) + around);
    let others = first !== this.#first || this.#body.childElementCount !== Math.max(0, end - first) + 2;
    const rows: HTMLElement[] = [];
    const missing: number[] = [];
    for (let row = first; row < end; row++) {
      const operation = this.list.peek(row);
      let made = this.#rows.get(row);
      if (!made || (operation && made.dataset.coming)) {
        made = this.#row(row, operation);
        this.#rows.set(row, made);
        others = true;
      }
      if (!operation) missing.push(row);
      rows.push(made);
    }
    this.#first = first;
    for (const row of this.#rows.keys()) if (row < first || row >= end) this.#rows.delete(row);
    // Only then: a row that is taken away and put back loses the click that has begun on it.
    if (others) this.#body.replaceChildren(this.#above, ...rows, this.#below);
    const above = Math.max(0, top - (y - first * rowHeight));
    height(this.#above, above);
    height(this.#below, Math.max(0, this.#tall - above - rows.length * rowHeight));
    this.#mark();
    if (missing.length > 0) this.list.load(missing[0]!, missing.at(-1)! + 1).then(() => this.render(), this.options.fail);
  }

  /** Whether a row is among those that can be seen. */
  sees(row: number): boolean {
    return row * rowHeight >= this.#y - rowHeight && (row + 1) * rowHeight <= this.#y + this.#room + rowHeight;
  }

  /** Scrolls as little as shows a row. */
  reveal(row: number): void {
    const top = row * rowHeight;
    if (top < this.#y) this.root.scrollTop = top * this.#scale;
    else if (top + rowHeight > this.#y + this.#room) this.root.scrollTop = (top + rowHeight - this.#room) * this.#scale;
  }

  /** Height that there is for rows. */
  get #room(): number {
    return Math.max(rowHeight, this.root.clientHeight - rowHeight);
  }

  /** Height of the rows on the page, seen or not. */
  get #tall(): number {
    return Math.min(tallest, this.list.count * rowHeight);
  }

  /** How far down it is; when there are fewer rows than before, the browser does not know yet. */
  get #top(): number {
    return Math.max(0, Math.min(this.root.scrollTop, this.#tall - this.#room));
  }

  /** How far down it is in a table that would be as tall as all its rows. */
  get #y(): number {
    return this.#top / this.#scale;
  }

  get #scale(): number {
    const all = this.list.count * rowHeight;
    return all <= tallest ? 1 : (tallest - this.#room) / (all - this.#room);
  }

  /** Which rows are up to the moment, which is the last of them, and where the keyboard is. */
  #mark(): void {
    const { reached } = this.list;
    for (const [row, made] of this.#rows) {
      made.classList.toggle("next", row >= reached);
      made.classList.toggle("cursor", row === this.cursor);
      if (row === reached - 1) setAttribute(made, "aria-current", "true");
      else made.removeAttribute("aria-current");
    }
    const at = this.cursor !== undefined && this.#rows.get(this.cursor);
    if (at) setAttribute(this.grid, "aria-activedescendant", at.id);
    else this.grid.removeAttribute("aria-activedescendant");
  }

  #row(row: number, operation: Operation | undefined): HTMLElement {
    const made = element("tr", { id: `file-${row}`, "aria-rowindex": String(row + 2), "data-row": String(row) });
    if (!operation) {
      made.dataset.coming = "true";
      made.append(element("td", { colspan: String(columns.length) }, "…"));
      return made;
    }
    const { t, moment, wallClock } = this.options;
    const { ms, op, path, to, bytes, result, sha256 } = operation;
    const ok = result === "ok";
    made.append(
      element("td", { title: wallClock(ms) }, moment(ms)),
      cell(nameOf(op, t), op),
      cell(to === "" ? plain(path) : `${plain(path)} → ${plain(to)}`),
      element("td", { title: bytes === undefined ? "" : exactly(bytes, t) }, bytes === undefined ? "" : formatBytes(bytes)),
      cell(ok ? t("resultOk") : plain(result)),
      cell(sha256.slice(0, 12), sha256),
    );
    made.classList.toggle("refused", !ok);
    return made;
  }

  #click(event: MouseEvent): void {
    const row = event.target instanceof Element && event.target.closest<HTMLElement>("[data-row]")?.dataset.row;
    if (!row || getSelection()?.isCollapsed === false) return; // text is being selected
    this.#at(Number(row));
    this.options.go(Number(row));
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { count, reached } = this.list;
    const page = Math.max(1, Math.floor(this.#room / rowHeight) - 1);
    const from = this.cursor ?? reached - 1;
    const to = {
      ArrowUp: from - 1,
      ArrowDown: from + 1,
      PageUp: from - page,
      PageDown: from + page,
      Home: 0,
      End: count - 1,
      Enter: from,
    }[event.key];
    if (to === undefined || count === 0) return;
    event.preventDefault();
    event.stopPropagation(); // these keys mean something else to the page
    this.#at(Math.max(0, Math.min(count - 1, to)));
    if (event.key === "Enter") this.options.go(this.cursor!);
  }

  #at(row: number): void {
    this.cursor = row;
    this.reveal(row);
    this.render();
    this.options.moved(row);
  }
}

/** What an operation is called; of one that is not known, its own name. */
export function nameOf(op: string, t: (key: Key) => string): string {
  return (names as readonly string[]).includes(op) ? t(`op_${op as (typeof names)[number]}`) : plain(op);
}

const names = ["get", "put", "mkdir", "rmdir", "remove", "rename", "symlink", "link", "chmod", "list", "stat"] as const;

export function exactly(bytes: number, t: OperationTableOptions["t"]): string {
  return t("exactBytes", { count: formatNumber(bytes) });
}

function cell(text: string, title = text): HTMLElement {
  return element("td", { title: plain(title) }, text);
}

function spacer(): HTMLElement {
  return element("tr", { "aria-hidden": "true", class: "spacer" }, element("td", { colspan: String(columns.length) }));
}

function height(row: HTMLElement, pixels: number): void {
  (row.firstElementChild as HTMLElement).style.height = `${pixels}px`;
}

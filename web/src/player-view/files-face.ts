import { button, element, setText } from "../dom/dom";
import { save } from "../dom/save";
import { formatBytes } from "../format/bytes";
import { formatDuration } from "../format/time";
import { formatNumber } from "../i18n/i18n";
import type { Key } from "../player/messages.en";
import { OperationList } from "../player/operation-list";
import { plain, type Filter, type Operation } from "../player/operations";
import { csvOf } from "../player/operations-csv";
import type { Reader } from "../player/reader";
import type { Face, Moment } from "./face";
import { FilesBar } from "./files-bar";
import "./files.css";
import { exactly, nameOf, OperationTable } from "./operation-table";

export interface FilesFaceOptions {
  t: (key: Key, values?: Record<string, string>) => string;
  seek: (ms: number) => void;
  /** Not there where nobody knows when the recording was made. */
  wallClock?: (ms: number) => string;
  /** When the recording began, in ms of the Unix epoch. */
  startMs?: number;
  /** What a file of the operations is called, without its ending. */
  fileName: string;
  /** Marks moments on the timeline, in place of those that were. */
  mark: (moments: { ms: number }[]) => void;
  fail: (cause: unknown) => void;
}

const tellEveryMs = 100; // how far a filter is
const jumpMs = 5000; // a longer way than playing goes between two pictures

/** A log of file operations: a table, whose rows up to the moment are those that are done. */
export class FilesFace implements Face {
  readonly screen: OperationList;
  readonly root: HTMLElement;
  readonly tools: HTMLElement[];
  #bar: FilesBar;
  #table: OperationTable;
  #sums = element("dl", { class: "file-sums", "data-testid": "file-sums" });
  #detail: HTMLElement;
  #ms = -1; // that was shown last
  #heldMs = -1; // the moment at which the table's cursor stays where it is
  #looked = 0; // the row that was looked at last
  #filtering = new AbortController();
  #filtered = Promise.resolve();

  constructor(
    reader: Reader<Operation[]>,
    private readonly options: FilesFaceOptions,
  ) {
    const { t, wallClock = () => "" } = options;
    const list = (this.screen = new OperationList(reader));
    this.#bar = new FilesBar(t, reader.index.files!.totals, (filter) => (this.#filtered = this.#filter(filter)));
    this.#table = new OperationTable(list, {
      t,
      moment,
      wallClock,
      go: (row) => void this.#go(row),
      moved: (row) => {
        this.#heldMs = list.shownMs;
        this.#look(row);
      },
      fail: (cause) => this.#fail(cause),
    });
    this.#detail = element("section", { class: "file-detail", tabindex: "0", "aria-label": t("fileDetail") });
    const csv = button(t("csv"), "button", () => void this.#save());
    csv.title = t("csvHint");
    this.tools = [csv];
    this.root = element("div", { class: "files", "data-testid": "files" }, this.#bar.root, this.#sums, this.#table.root, this.#detail);
    this.#summary();
  }

  find = () => this.#bar.focus();

  draw(): boolean {
    this.#table.render();
    return true;
  }

  changed(): string {
    return "";
  }

  shown({ playing }: Moment): void {
    const { shownMs, reached } = this.screen;
    const jumped = shownMs < this.#ms || shownMs - this.#ms > jumpMs;
    if (shownMs !== this.#ms && shownMs !== this.#heldMs && (jumped || !playing)) this.#table.cursor = undefined;
    const follows = jumped || !playing || this.#table.sees(this.#looked); // who has scrolled away stays there
    this.#ms = shownMs;
    this.#look(this.#table.cursor ?? Math.max(0, reached - 1));
    if (follows) this.#table.reveal(this.#looked);
    this.#table.render();
    this.root.dataset.timeMs = String(Math.round(shownMs));
    this.root.dataset.reached = String(reached);
  }

  frame(step: 1 | -1): Promise<number> {
    return this.screen.step(step);
  }

  async #go(row: number): Promise<void> {
    const operation = await this.#operation(row);
    if (!operation || this.#table.cursor !== row) return;
    this.#heldMs = operation.ms;
    this.options.seek(operation.ms);
  }

  /** A row, once it is there; undefined where it cannot be had. */
  async #operation(row: number): Promise<Operation | undefined> {
    try {
      await this.screen.load(row, row + 1);
      return this.screen.peek(row);
    } catch (cause) {
      this.#fail(cause);
      return undefined;
    }
  }

  async #filter(filter: Filter): Promise<void> {
    this.#filtering.abort();
    const { signal } = (this.#filtering = new AbortController());
    const { t } = this.options;
    let told = -Infinity;
    const part = (done: number, all: number) => {
      if (performance.now() - told < tellEveryMs) return;
      told = performance.now();
      this.#summary();
      if (done < all) this.#bar.say(t("filtering", { percent: String(Math.floor((100 * done) / all)) }));
      this.#table.render();
    };
    try {
      const done = this.screen.filter(filter, part, signal);
      this.#table.reset();
      await done;
    } catch (cause) {
      if (!signal.aborted) this.#fail(cause);
      return;
    }
    this.#summary();
    const row = Math.max(0, this.screen.reached - 1);
    this.#table.render(); // as tall as it is now
    this.#table.reveal(row);
    this.#table.render();
    this.#look(row);
    this.root.dataset.reached = String(this.screen.reached);
  }

  /** What the rows come to. */
  #summary(): void {
    const { t } = this.options;
    const { sums, count, all, moments } = this.screen;
    this.options.mark(moments.map((ms) => ({ ms })));
    const values: [label: Key, text: string, title: string][] = [
      ["sumCount", formatNumber(sums.count), ""],
      ["sumRead", formatBytes(sums.read), exactly(sums.read, t)],
      ["sumWritten", formatBytes(sums.written), exactly(sums.written, t)],
      ["sumRefused", formatNumber(sums.refused), ""],
    ];
    this.#sums.replaceChildren(
      ...values.map(([label, text, title]) => element("div", {}, element("dt", {}, t(label)), element("dd", { title }, text))),
    );
    const some = { count: formatNumber(count), all: formatNumber(all) };
    this.#bar.say(all === 0 ? t("noOperations") : count === 0 ? t("noMatch") : count === all ? "" : t("someOperations", some));
  }

  /** All of the row that is looked at, at full length. */
  #look(row: number): void {
    this.#looked = row;
    const operation = row < this.screen.count ? this.screen.peek(row) : undefined;
    if (!operation) return this.#detail.replaceChildren();
    const { t, wallClock } = this.options;
    const { ms, op, path, to, bytes, result, sha256 } = operation;
    const parts: [label: Key, text: string][] = [
      ["columnTime", moment(ms) + (wallClock ? `  ${wallClock(ms)}` : "")],
      ["columnOperation", nameOf(op, t)],
      ["columnPath", plain(path)],
      ["columnTo", plain(to)],
      ["columnSize", bytes === undefined ? "" : exactly(bytes, t)],
      ["columnResult", result === "ok" ? t("resultOk") : plain(result)],
      ["columnHash", sha256],
    ];
    const there = parts.filter(([, text]) => text !== "");
    setRows(
      this.#detail,
      there.map(([label, text]) => [t(label), text]),
    );
  }

  async #save(): Promise<void> {
    const { startMs, fileName } = this.options;
    try {
      await this.#filtered;
      save(await csvOf(this.screen.chunks(), startMs), `${fileName}.csv`);
    } catch (cause) {
      this.#fail(cause);
    }
  }

  #fail(cause: unknown): void {
    // The page is being closed.
    if (!(cause instanceof DOMException && cause.name === "AbortError")) this.options.fail(cause);
  }
}

/** `M:SS.mmm` */
function moment(ms: number): string {
  return `${formatDuration(ms)}.${String(Math.floor(ms) % 1000).padStart(3, "0")}`;
}

/** Writes a list of names and values, of which only what changes is written. */
function setRows(root: HTMLElement, rows: [name: string, value: string][]): void {
  const list = root.firstElementChild ?? root.appendChild(element("dl"));
  while (list.childElementCount > rows.length) list.lastElementChild!.remove();
  rows.forEach(([name, value], i) => {
    const row = list.children[i] ?? list.appendChild(element("div", {}, element("dt"), element("dd")));
    setText(row.children[0] as HTMLElement, name);
    setText(row.children[1] as HTMLElement, value);
  });
}

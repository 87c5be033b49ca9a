import type { Session, SessionPage } from "../api/client";
import { columns, record } from "./csv";

/** How a file is written. */
interface Format {
  type: string;
  head: string;
  tail: string;
  /** The text of one session; `first` is the first of the file. */
  row(session: Session, first: boolean): string;
}

export type FormatName = "csv" | "json";

export const formats: Record<FormatName, Format> = {
  csv: {
    type: "text/csv;charset=utf-8",
    head: "\ufeff" + record(columns), // the mark tells spreadsheets that this is UTF-8
    tail: "",
    row: (session) => record(columns.map((c) => session[c])),
  },
  json: {
    type: "application/json",
    head: "[",
    tail: "\n]\n",
    row: (session, first) => (first ? "\n" : ",\n") + JSON.stringify(session),
  },
};

/** How far an export is. */
export interface Progress {
  rows: number;
  back: string | null; // the time back to which sessions were read
}

/**
 * The whole answer to one query as a file, put together from its pages. `page` gives the page of a token (null: the
 * first), always of the same query. The pages' texts are handed to the browser as they come, which may keep them on
 * disk.
 */
export class Export {
  private readonly parts: Blob[];
  private token: string | null = null;
  private ended = false;
  private progress: Progress = { rows: 0, back: null };

  constructor(
    private readonly format: Format,
    private readonly page: (token: string | null, signal: AbortSignal) => Promise<SessionPage>,
  ) {
    this.parts = [new Blob([format.head])];
  }

  /**
   * Reads on to the end. Where a page fails or the signal aborts, it throws the cause; called again, it goes on
   * with that page.
   */
  async run(signal: AbortSignal, tell: (progress: Progress) => void): Promise<Blob> {
    while (!this.ended) {
      const page = await this.page(this.token, signal);
      signal.throwIfAborted();
      this.add(page);
      tell(this.progress);
    }
    return new Blob([...this.parts, this.format.tail], { type: this.format.type });
  }

  private add({ items, nextPageToken, searchedBackTo }: SessionPage): void {
    const { rows, back } = this.progress;
    if (items.length > 0) this.parts.push(new Blob([items.map((s, i) => this.format.row(s, rows + i === 0)).join("")]));
    this.progress = { rows: rows + items.length, back: searchedBackTo ?? items.at(-1)?.actionAt ?? back };
    this.token = nextPageToken;
    this.ended = nextPageToken === null;
  }
}

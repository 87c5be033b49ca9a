import { record } from "./csv";

/** How a file of rows is written. */
interface Format<Row> {
  type: string;
  head: string;
  tail: string;
  /** The text of one row; `first` is the first of the file. */
  row(row: Row, first: boolean): string;
  /** When it was: rows come newest first. */
  time(row: Row): string;
}

export type FormatName = "csv" | "json";

/** The formats of rows with these columns. */
export function formatsOf<Row>(
  columns: readonly string[],
  values: (row: Row) => (string | number | null)[],
  time: (row: Row) => string,
): Record<FormatName, Format<Row>> {
  return {
    csv: {
      type: "text/csv;charset=utf-8",
      head: "\ufeff" + record(columns), // the mark tells spreadsheets that this is UTF-8
      tail: "",
      row: (row) => record(values(row)),
      time,
    },
    json: {
      type: "application/json",
      head: "[",
      tail: "\n]\n",
      row: (row, first) => (first ? "\n" : ",\n") + JSON.stringify(row),
      time,
    },
  };
}

/** One page of rows, as the API's lists give it. */
export interface Page<Row> {
  items: Row[];
  nextPageToken: string | null;
  searchedBackTo: string | null;
}

/** How far an export is. */
export interface Progress {
  rows: number;
  back: string | null; // the time back to which rows were read
}

/**
 * The whole answer to one query as a file, put together from its pages. `page` gives the page of a token (null: the
 * first), always of the same query. The pages' texts are handed to the browser as they come, which may keep them on
 * disk.
 */
export class Export<Row> {
  private readonly parts: Blob[];
  private token: string | null = null;
  private ended = false;
  private progress: Progress = { rows: 0, back: null };

  constructor(
    private readonly format: Format<Row>,
    private readonly page: (token: string | null, signal: AbortSignal) => Promise<Page<Row>>,
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

  private add({ items, nextPageToken, searchedBackTo }: Page<Row>): void {
    const { rows, back } = this.progress;
    if (items.length > 0) this.parts.push(new Blob([items.map((row, i) => this.format.row(row, rows + i === 0)).join("")]));
    const last = items.at(-1);
    this.progress = { rows: rows + items.length, back: searchedBackTo ?? (last ? this.format.time(last) : back) };
    this.token = nextPageToken;
    this.ended = nextPageToken === null;
  }
}

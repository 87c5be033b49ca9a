import { monthStart, startOf } from "../format/time";

/** What the address bar says of the list: a link shows the same rows. */
export interface Address {
  range: Range;
  pageSize: number;
  page: string | null; // token of the page; null: the first
}

export type Range =
  | { kind: "month" } // the current calendar month
  | { kind: "days"; n: number } // the last n calendar days, today included
  | { kind: "dates"; from: string; to: string }; // calendar days, both included

export const pageSizes = [10, 50, 100, 200];
const defaultSize = 50;

/** Reads an address. What it does not understand it takes for not said. */
export function parseAddress(search: string, size = defaultSize): Address {
  const q = new URLSearchParams(search);
  const pageSize = Number(q.get("pageSize") ?? size);
  return { range: parseRange(q), pageSize: pageSizes.includes(pageSize) ? pageSize : defaultSize, page: q.get("page") };
}

function parseRange(q: URLSearchParams): Range {
  const days = /^P(\d{1,4})D$/.exec(q.get("range") ?? "");
  if (days && Number(days[1]) > 0) return { kind: "days", n: Number(days[1]) };
  const [from, to] = [q.get("from") ?? "", q.get("to") ?? ""];
  if (isDate(from) && isDate(to) && from <= to) return { kind: "dates", from, to };
  return { kind: "month" };
}

function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
}

export function formatAddress({ range, pageSize, page }: Address): string {
  const q = new URLSearchParams();
  if (range.kind === "days") q.set("range", `P${range.n}D`);
  if (range.kind === "dates") {
    q.set("from", range.from);
    q.set("to", range.to);
  }
  if (pageSize !== defaultSize) q.set("pageSize", String(pageSize));
  if (page) q.set("page", page);
  const text = q.toString();
  return text ? `?${text}` : "";
}

/** The moments that a range stands for: from (included) to (not included). */
export function bounds(range: Range, zone: string, now: Date): { from: string; to: string } {
  let from: Date, to: Date;
  if (range.kind === "dates") {
    from = day(range.from, zone);
    to = day(range.to, zone, 1);
  } else if (range.kind === "days") {
    const today = new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(now);
    from = day(today, zone, 1 - range.n);
    to = day(today, zone, 1);
  } else {
    from = monthStart(now, zone);
    to = monthStart(now, zone, 1);
  }
  return { from: from.toISOString(), to: to.toISOString() };
}

function day(date: string, zone: string, later = 0): Date {
  const [y, m, d] = date.split("-").map(Number);
  return startOf(y, m - 1, d + later, zone);
}

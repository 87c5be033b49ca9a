import { formatTime, monthStart, startOf } from "../format/time";
import { formatWhere, parseWhere, type Where } from "./where";

/** What the address bar says of the list: a link shows the same rows. */
export interface Address {
  where: Where;
  range: Range;
  timeZone: string; // in which the range's days are
  pageSize: number;
  page: string | null; // token of the page; null: the first
}

export type Range =
  | { kind: "month" } // the current calendar month
  | { kind: "days"; n: number } // the last n calendar days, today included
  | { kind: "dates"; from: string; to: string }; // calendar days, both included

/** What an address means where it does not say it. */
export interface Defaults {
  link: Pick<Address, "timeZone" | "pageSize">; // for everybody: an address that says anything at all
  own: Pick<Address, "timeZone" | "pageSize">; // for this person: an address that says nothing
}

export const pageSizes = [10, 50, 100, 200];
export const linkPageSize = 50;

/** Reads an address. What it does not understand it takes for not said. */
export function parseAddress(search: string, { link, own }: Defaults): Address {
  const q = new URLSearchParams(search);
  const unsaid = search === "" ? own : link;
  const pageSize = Number(q.get("pageSize"));
  const timeZone = q.get("timeZone");
  return {
    where: parseWhere(q),
    range: parseRange(q, { kind: "month" }),
    timeZone: timeZone && isZone(timeZone) ? timeZone : unsaid.timeZone,
    pageSize: pageSizes.includes(pageSize) ? pageSize : unsaid.pageSize,
    page: q.get("page"),
  };
}

/** The range that an address names, else the usual one. */
export function parseRange(q: URLSearchParams, usual: Range): Range {
  const days = /^P(\d{1,4})D$/.exec(q.get("range") ?? "");
  if (days && Number(days[1]) > 0) return { kind: "days", n: Number(days[1]) };
  const [from, to] = [q.get("from") ?? "", q.get("to") ?? ""];
  if (isDate(from) && isDate(to) && from <= to) return { kind: "dates", from, to };
  return q.get("range") === "month" ? { kind: "month" } : usual;
}

function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
}

export function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }) !== null;
  } catch {
    return false;
  }
}

/** The address without what goes without saying, for everybody who reads it. */
export function formatAddress({ where, range, timeZone, pageSize, page }: Address, { link, own }: Defaults): string {
  const q = new URLSearchParams();
  formatWhere(where, q);
  formatRange(range, q, { kind: "month" });
  if (timeZone !== link.timeZone || own.timeZone !== link.timeZone) q.set("timeZone", timeZone);
  if (pageSize !== link.pageSize || own.pageSize !== link.pageSize) q.set("pageSize", String(pageSize));
  if (page) q.set("page", page);
  return queryText(q);
}

/** Writes a range, unless it is the usual one. */
export function formatRange(range: Range, q: URLSearchParams, usual: Range): void {
  if (JSON.stringify(range) === JSON.stringify(usual)) return;
  if (range.kind === "month") q.set("range", "month");
  if (range.kind === "days") q.set("range", `P${range.n}D`);
  if (range.kind === "dates") {
    q.set("from", range.from);
    q.set("to", range.to);
  }
}

/** The query of an address, its question mark included, or "". */
export function queryText(q: URLSearchParams): string {
  const text = q.toString().replace(/%(?:2F|3A|40)/g, decodeURIComponent); // / : @ are themselves in a query (RFC 3986, section 3.4)
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

/** The first and the last calendar day of [from, to). */
export function daysOf(from: string, to: string, zone: string): { from: string; to: string } {
  const last = new Date(Date.parse(to) - 1).toISOString();
  return { from: formatTime(from, zone).slice(0, 10), to: formatTime(last, zone).slice(0, 10) };
}

/** The next longer range to look in when there is nothing; null when there is no longer one to offer. */
export function wider(range: Range, zone: string, now: Date): { kind: "days"; n: number } | null {
  const { from, to } = bounds(range, zone, now);
  const days = Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
  const n = [90, 365, 3650].find((n) => n > days);
  return n === undefined ? null : { kind: "days", n };
}

function day(date: string, zone: string, later = 0): Date {
  const [y, m, d] = date.split("-").map(Number);
  return startOf(y, m - 1, d + later, zone);
}

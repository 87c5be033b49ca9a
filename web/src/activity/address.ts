import { isZone, linkPageSize, pageSizes, parseRange, formatRange, queryText, type Range } from "../list/address";

export const filterNames = ["action", "person", "session", "gateway"] as const;
export type FilterName = (typeof filterNames)[number];

/** What an entry must answer, as the API's own parameters: any of the values of one, and all of the parameters. */
export type Wanted = Partial<Record<FilterName, string[]>>;

/** What the address bar says of the page: a link shows the same entries. */
export interface Address {
  wanted: Wanted;
  range: Range;
  timeZone: string; // in which the range's days are
  pageSize: number;
  page: string | null; // token of the page; null: the first
}

/** Today and yesterday, as in the API. */
export const usualRange: Range = { kind: "days", n: 2 };

/** Reads an address; `zone` is that of the organisation. What it does not understand it takes for not said. */
export function parseAddress(search: string, zone: string): Address {
  const q = new URLSearchParams(search);
  const timeZone = q.get("timeZone");
  const pageSize = Number(q.get("pageSize"));
  return {
    wanted: wantedOf((name) => q.getAll(name)),
    range: parseRange(q, usualRange),
    timeZone: timeZone && isZone(timeZone) ? timeZone : zone,
    pageSize: pageSizes.includes(pageSize) ? pageSize : linkPageSize,
    page: q.get("page"),
  };
}

/** The address without what goes without saying. */
export function formatAddress({ wanted, range, timeZone, pageSize, page }: Address, zone: string): string {
  const q = new URLSearchParams();
  for (const name of filterNames) for (const value of wanted[name] ?? []) q.append(name, value);
  formatRange(range, q, usualRange);
  if (timeZone !== zone) q.set("timeZone", timeZone);
  if (pageSize !== linkPageSize) q.set("pageSize", String(pageSize));
  if (page) q.set("page", page);
  return queryText(q);
}

/** Filters by their values; empty ones and those that were said before ask for nothing. */
export function wantedOf(values: (name: FilterName) => string[]): Wanted {
  const wanted: Wanted = {};
  for (const name of filterNames) {
    const said = new Set(values(name).map((v) => v.trim()));
    said.delete("");
    if (said.size > 0) wanted[name] = [...said];
  }
  return wanted;
}

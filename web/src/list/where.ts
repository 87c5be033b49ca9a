import type { Session } from "../api/client";

/** The fields that are searched by terms, in the order of the search bar. */
export const searchFields = ["name", "email", "account", "serverName", "host", "clientIp", "clientName"] as const;
export type SearchField = (typeof searchFields)[number];

/** The columns of closed lists, and what may be in them. */
export const filterValues = {
  serverOs: ["Ubuntu", "CentOS", "RHEL", "Amazon Linux", "Windows", "macOS", "ETC"],
  protocol: ["SSH", "SFTP", "TELNET", "FTP", "RDP", "VNC", "ETC"],
  connectedFrom: ["Web", "Proxy", "ETC"],
} as const satisfies { [F in "serverOs" | "protocol" | "connectedFrom"]: readonly Session[F][] };
export type FilterField = keyof typeof filterValues;
export const filterFields = Object.keys(filterValues) as FilterField[];

type Column = SearchField | "any" | FilterField;
export type Parameter = Column | `not.${Column}`;

/**
 * What a session must answer, as the API's own parameters: any of the values of one parameter, and all of the
 * parameters; `not.` leaves out what any of its values finds.
 */
export type Where = Partial<Record<Parameter, string[]>>;

/** Columns of search terms: the fields, and "any" for all of them. */
export const searchColumns = ["any", ...searchFields] as const;

const columns: readonly Column[] = [...searchColumns, ...filterFields];
const parameters = columns.flatMap((column) => [column, `not.${column}`] as const);

/** Reads the conditions of an address. Empty values and values that were said before ask for nothing. */
export function parseWhere(q: URLSearchParams): Where {
  const where: Where = {};
  for (const parameter of parameters) {
    const values = new Set(q.getAll(parameter).map((v) => canonical(columnOf(parameter), v.trim())));
    values.delete("");
    if (values.size > 0) where[parameter] = [...values];
  }
  return where;
}

function columnOf(parameter: string): string {
  return parameter.replace(/^not\./, "");
}

/** The list's own spelling of a filter's value. One that it does not know stays: the API says so. */
function canonical(column: string, value: string): string {
  if (!(column in filterValues)) return value;
  const list: readonly string[] = filterValues[column as FilterField];
  return list.find((v) => v.toLowerCase() === value.toLowerCase()) ?? value;
}

/** Adds conditions to an address, always in the same order; parseWhere reads them back. */
export function formatWhere(where: Where, q: URLSearchParams): void {
  for (const parameter of parameters) for (const value of where[parameter] ?? []) q.append(parameter, value);
}

/** The same conditions with other values of one parameter. */
export function withValues(where: Where, parameter: Parameter, values: string[]): Where {
  const { [parameter]: _, ...others } = where;
  return values.length > 0 ? { ...others, [parameter]: values } : others;
}

/** The same conditions without those of some columns. */
export function without(where: Where, gone: readonly string[]): Where {
  return Object.fromEntries(Object.entries(where).filter(([parameter]) => !gone.includes(columnOf(parameter))));
}

export function isEmpty(where: Where): boolean {
  return Object.keys(where).length === 0;
}

import { Fault } from "./fault";
import { Pace } from "./turn";
import { fold } from "./transcript";

/** Something that was done to a file, or that was refused. */
export interface Operation {
  ms: number;
  /** get, put, mkdir, ...: docs/format.md. */
  op: string;
  path: string;
  /** The new name, or what a link points to; "" where there is none. */
  to: string;
  /** That were moved; undefined where nothing is, or nobody counted. */
  bytes: number | undefined;
  /** "ok", or the server's words. */
  result: string;
  sha256: string;
}

/** What operations come to. */
export interface Sums {
  count: number;
  refused: number;
  read: number;
  written: number;
}

/** Which operations are wanted. */
export interface Filter {
  /** In path, new name, result or hash; case and width of letters do not count. */
  text: string;
  /** Undefined is any; "" is one that has no total of its own. */
  op: string | undefined;
  result: "any" | "ok" | "refused";
}

export const everything: Filter = { text: "", op: undefined, result: "any" };

/** Parses the lines of one segment. Rejects with a Fault that names the line that is bad. Many lines do not keep the page from its work. */
export async function parseOperations(text: string): Promise<Operation[]> {
  const operations: Operation[] = [];
  const pace = new Pace();
  let from = 0;
  for (let line = 1; from < text.length; line++) {
    if (line % 256 === 0) await pace.step();
    let to = text.indexOf("\n", from);
    if (to < 0) to = text.length;
    operations.push(parseOperation(text.slice(from, to), line, operations.at(-1)?.ms ?? 0));
    from = to + 1;
  }
  return operations;
}

function parseOperation(text: string, line: number, beforeMs: number): Operation {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Fault("damaged", `line ${line} is not JSON`);
  }
  const { ms, op, path, to = "", bytes, result, sha256 = "" } = (value ?? {}) as Record<string, unknown>;
  if (!isWhole(ms)) throw new Fault("damaged", `line ${line}: the time is not a whole number`);
  if (ms < beforeMs) throw new Fault("damaged", `line ${line}: the time goes back`);
  if (bytes !== undefined && !isWhole(bytes)) throw new Fault("damaged", `line ${line}: the bytes are not a whole number`);
  if (!isText(op) || !isText(path) || !isText(to) || !isText(result) || !isText(sha256))
    throw new Fault("damaged", `line ${line}: op, path, to, result or sha256 is not text`);
  return { ms, op, path, to, bytes, result, sha256 };
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** Tells whether an operation is wanted. `named` are the operations that have totals of their own. */
export function matcher({ text, op, result }: Filter, named: string[]): (operation: Operation) => boolean {
  const wanted = fold(text);
  const has = (o: Operation) => fold(`${o.path}\n${o.to}\n${o.result}\n${o.sha256}`).includes(wanted); // one field has no line end
  return (o) =>
    (op === undefined || (op === "" ? !named.includes(o.op) : o.op === op)) &&
    (result === "any" || (result === "ok") === (o.result === "ok")) &&
    (wanted === "" || has(o));
}

export function noSums(): Sums {
  return { count: 0, refused: 0, read: 0, written: 0 };
}

/** Adds up; bytes end at the largest whole number. */
export function add(sums: Sums, { op, count, refused, bytes }: { op: string; count: number; refused: number; bytes: number }): void {
  const most = Number.MAX_SAFE_INTEGER;
  sums.count += count;
  sums.refused += refused;
  if (op === "get") sums.read = Math.min(most, sums.read + bytes);
  if (op === "put") sums.written = Math.min(most, sums.written + bytes);
}

export function addOne(sums: Sums, { op, result, bytes = 0 }: Operation): void {
  add(sums, { op, count: 1, refused: result === "ok" ? 0 : 1, bytes });
}

/**
 * Text all of which is seen: characters that cannot be, or that turn the direction of what stands beside them, are
 * written as their numbers. Joiners stay: names of some languages are not right without them.
 */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (sign) => {
    if (sign === "\u200c" || sign === "\u200d") return sign;
    return `<U+${sign.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}>`;
  });
}

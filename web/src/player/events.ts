import { Fault } from "./fault";
import { Pace } from "./turn";

/** One event of a recording. `ms` counts from the start of the recording and has up to three decimals. */
export interface Event {
  ms: number;
  code: string;
  data: string;
}

const latest = 366 * 86400; // seconds: docs/format.md, "Bounds"
const linesAtOnce = 256;

/**
 * Parses the lines of one segment of a play object. The first line of the first segment is the header and is left
 * out, as are empty lines and comments. Events of unknown codes are kept: who shows them decides.
 * Rejects with a Fault that names the line that is bad. A million lines do not keep the page from its work.
 */
export async function parseEvents(text: string, first: boolean): Promise<Event[]> {
  const events: Event[] = [];
  const pace = new Pace();
  let from = 0;
  for (let line = 1; from < text.length; line++) {
    if (line % linesAtOnce === 0) await pace.step();
    let to = text.indexOf("\n", from);
    if (to < 0) to = text.length;
    const event = text.slice(from, to).trim();
    from = to + 1;
    if (event === "" || event.startsWith("#") || (first && line === 1)) continue;
    events.push(parseEvent(event, line, events.at(-1)?.ms ?? 0));
  }
  return events;
}

function parseEvent(text: string, line: number, beforeMs: number): Event {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Fault("damaged", `line ${line} is not JSON`);
  }
  if (!Array.isArray(value) || value.length < 3) throw new Fault("damaged", `line ${line} is not a list of time, code and data`);
  const [seconds, code, data] = value as unknown[];
  if (typeof seconds !== "number" || !(seconds >= 0 && seconds <= latest))
    throw new Fault("damaged", `line ${line}: the time is not a number from 0 to ${latest}`);
  const ms = milliseconds(seconds);
  if (ms < beforeMs) throw new Fault("damaged", `line ${line}: the time goes back`);
  if (typeof code !== "string") throw new Fault("damaged", `line ${line}: the code is not text`);
  // Later versions may carry other data with other codes; a code of today carries text.
  if (typeof data !== "string") {
    if ("orimxk".includes(code)) throw new Fault("damaged", `line ${line}: the data is not text`);
    return { ms, code, data: "" };
  }
  return { ms, code, data };
}

/** Times are stored with six digits, and floats of them are a little off. */
function milliseconds(seconds: number): number {
  return Math.round(seconds * 1e6) / 1000;
}

/** Reads the data of an "r" event, `COLSxROWS`; undefined when it is not that or a side is 0 or above `maxSide`. */
export function parseSize(data: string, maxSide: number): { cols: number; rows: number } | undefined {
  const match = /^(\d{1,10})x(\d{1,10})$/.exec(data);
  if (!match) return undefined;
  const cols = Number(match[1]);
  const rows = Number(match[2]);
  return cols >= 1 && rows >= 1 && cols <= maxSide && rows <= maxSide ? { cols, rows } : undefined;
}

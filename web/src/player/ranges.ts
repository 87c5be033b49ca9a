import { Fault } from "./fault";

/** A signed address of one closed range of one object, as the API gives it. */
export interface Part {
  url: string;
  range: string;
  sha256: string;
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface Transfer {
  fetch: Fetch;
  signal: AbortSignal;
}

const longestMs = 60_000; // for one part: a connection that hangs is as good as none

/**
 * Gets exactly the bytes of a part and checks their hash. The range header is part of the signature, so it is sent
 * as given. Throws a Fault; an abort passes through as it is.
 */
export async function getPart(part: Part, transfer: Transfer): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(lengthOf(part.range));
  const signal = AbortSignal.any([transfer.signal, AbortSignal.timeout(longestMs)]);
  // Nothing of a recording is to stay on the viewer's disk.
  const request: RequestInit = { headers: { Range: part.range }, credentials: "omit", cache: "no-store", signal };
  const answer = await transfer.fetch(part.url, request).catch((cause: unknown) => {
    throw broken(cause, transfer.signal);
  });
  if (answer.status === 403) throw new Fault("address_refused", "the storage answered 403");
  if (answer.status === 429 || answer.status >= 500) throw new Fault("busy", `the storage answered ${answer.status}`);
  if (answer.status !== 206 || !answer.body) throw new Fault("unreachable", `the storage answered ${answer.status}, not 206`);

  let at = 0;
  const body = answer.body.getReader();
  for (;;) {
    const { done, value } = await body.read().catch((cause: unknown) => {
      throw broken(cause, transfer.signal);
    });
    if (done) break;
    if (at + value.length > bytes.length) {
      void body.cancel().catch(() => undefined);
      throw new Fault("damaged", `more bytes than ${part.range}`);
    }
    bytes.set(value, at);
    at += value.length;
  }
  if (at !== bytes.length) throw new Fault("busy", `${at} bytes arrived of ${part.range}`);
  if ((await sha256(bytes)) !== part.sha256.toLowerCase())
    throw new Fault("damaged", `the SHA-256 of ${part.range} is not the recorded one`);
  return bytes;
}

/** Length of `bytes=a-b`. Open ranges and ranges above 4 GiB are refused. */
export function lengthOf(range: string): number {
  const match = /^bytes=(\d+)-(\d+)$/.exec(range);
  const length = match ? Number(match[2]) - Number(match[1]) + 1 : 0;
  if (!(length > 0 && length <= 2 ** 32)) throw new Fault("damaged", `not a closed range: ${range}`);
  return length;
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function broken(cause: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return cause;
  return new Fault("offline", cause instanceof Error ? cause.message : String(cause));
}

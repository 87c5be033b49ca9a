import { Problem, unwrap } from "../api/client";
import type { apiClient } from "../api/client";
import type { components } from "../api/schema.gen";

type Client = ReturnType<typeof apiClient>;
export type Export = components["schemas"]["Export"];
export type Address = components["schemas"]["Download"];

/** What came of a wish to download: an address at once, or a job that makes a file. */
export type Begun = { address: Address } | { exportId: string };

/**
 * Begins to take a recording out. `ask` gives a passphrase, or null when the person thinks better of it; it is asked
 * where the organisation requires encryption, also when that has only just become so. Rejects with a Problem.
 */
export async function begin(client: Client, session: string, encrypted: boolean, ask: () => Promise<string | null>): Promise<Begun | null> {
  const path = { id: session };
  if (!encrypted) {
    try {
      return { address: await unwrap(client.POST("/sessions/{id}/download", { params: { path } })) };
    } catch (cause) {
      const code = cause instanceof Problem ? cause.code : "";
      if (code === "several_files") return start(client, session, undefined);
      if (code !== "encryption_required") throw cause;
    }
  }
  const passphrase = await ask();
  return passphrase === null ? null : start(client, session, passphrase);
}

const tries = 3;

/** Starts a job. One key for all tries: a request whose answer was lost starts no second job. */
async function start(client: Client, session: string, passphrase: string | undefined): Promise<Begun> {
  const key = crypto.randomUUID();
  for (let attempt = 1; ; attempt++)
    try {
      return await unwrap(
        client.POST("/sessions/{id}/exports", {
          params: { path: { id: session }, header: { "Idempotency-Key": key } },
          body: passphrase === undefined ? {} : { passphrase },
        }),
      );
    } catch (cause) {
      const passing = cause instanceof Problem && [0, 502, 503, 504].includes(cause.status);
      if (!passing || attempt === tries) throw cause;
      await new Promise((go) => setTimeout(go, 500 * attempt));
    }
}

/** Whether somebody still works on it. */
export function active({ state }: Pick<Export, "state">): boolean {
  return state === "REQUESTED" || state === "RUNNING" || state === "VERIFYING";
}

const soonMs = 1000;
const laterMs = 10_000;

/** Looks at a job until it has ended, less and less often; a network that is lost for a while is waited out. */
export async function follow(client: Client, id: string, seen: (job: Export) => void, signal: AbortSignal): Promise<Export> {
  for (let wait = soonMs; ; wait = Math.min(laterMs, wait * 1.2)) {
    try {
      const job = await unwrap(client.GET("/exports/{id}", { params: { path: { id } }, signal }));
      seen(job);
      if (!active(job)) return job;
    } catch (cause) {
      if (!(cause instanceof Problem) || (cause.status !== 0 && cause.status < 500)) throw cause;
    }
    await pause(wait, signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), reject(signal.reason as Error)), { once: true });
  });
}

export function fetchAddress(client: Client, id: string): Promise<Address> {
  return unwrap(client.POST("/exports/{id}/download", { params: { path: { id } } }));
}

export async function cancel(client: Client, id: string): Promise<void> {
  const { error, response } = await client.DELETE("/exports/{id}", { params: { path: { id } } });
  if (!response.ok) await unwrap(Promise.resolve({ error, response }));
}

/** Saves a file. The address answers with an attachment, so the page stays. */
export function save({ url }: Address): void {
  location.assign(url);
}

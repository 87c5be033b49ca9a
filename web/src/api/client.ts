import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./schema.gen";

export type Session = components["schemas"]["Session"];
export type Me = components["schemas"]["Me"];
export type SessionPage = components["schemas"]["SessionPage"];
export type AuditEntry = components["schemas"]["AuditEntry"];
export type AuditPage = components["schemas"]["AuditPage"];

/** What went wrong, as the API says it (RFC 9457), or `code` "network" when it could not be reached. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly requestId: string,
    readonly detail: string,
  ) {
    super(detail);
  }
}

/** Two ways to the API. */
export interface Clients {
  client: Client<paths>; // for what a person waits for: where the sign-in has ended, the page goes to sign in again
  background: Client<paths>; // for what goes on by itself: there it fails with the code "sign_in_ended"
}

/** A client of the API that sends the person's access token. */
export function apiClient(base: string, token: () => Promise<string>): Client<paths> {
  const client = createClient<paths>({ baseUrl: base });
  client.use({
    async onRequest({ request }) {
      request.headers.set("Authorization", `Bearer ${await token()}`);
      return request;
    },
  });
  return client;
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer. Anything else is thrown: a Problem, or the AbortError of a request that was given up. */
export async function unwrap<T>(request: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await request;
  } catch (cause) {
    if (cause instanceof Problem || (cause instanceof DOMException && cause.name === "AbortError")) throw cause;
    throw new Problem(0, "network", "", cause instanceof Error ? cause.message : String(cause));
  }
  const { data, error, response } = answer;
  if (data !== undefined) return data;
  const problem = (typeof error === "object" && error ? error : {}) as Partial<components["schemas"]["Problem"]>;
  throw new Problem(response.status, problem.code ?? "", problem.requestId ?? "", problem.detail ?? `HTTP ${response.status}`);
}

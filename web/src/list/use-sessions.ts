import type { Client } from "openapi-fetch";
import { startTransition, useEffect, useRef, useState } from "react";
import { unwrap, type SessionPage } from "../api/client";
import type { paths } from "../api/schema.gen";
import type { Where } from "./where";

/** What the list asks of the API. */
export type Query = Where & { from: string; to: string };

export interface Loaded {
  page: SessionPage | null; // what is shown; stays while another page of the same query, or the same again, is on its way
  loading: boolean;
  failure: unknown; // null, or why the last request failed
  refreshedAt: Date | null;
  since: number | null; // a registration number from before the query's first page was read; null: unknown
  refresh(): void;
}

interface Shown {
  query: string;
  pageToken: string | null;
  page: SessionPage;
}

/** A page of the sessions that answer a query. */
export function useSessions(client: Client<paths>, query: Query, pageSize: number, pageToken: string | null): Loaded {
  const [shown, setShown] = useState<Shown | null>(null);
  const [loading, setLoading] = useState(true);
  const [failure, setFailure] = useState<unknown>(null);
  const [refreshedAt, setRefreshedAt] = useState<Date | null>(null);
  const [since, setSince] = useState<number | null>(null);
  const [turn, setTurn] = useState(0);
  const key = JSON.stringify([query, pageSize]);
  const counted = useRef(""); // the query that `since` belongs to

  useEffect(() => {
    const flight = new AbortController();
    const { signal } = flight;
    const load = async () => {
      const first = pageToken === null || counted.current !== key;
      const before = first ? await newest(client, signal) : null;
      const params = { query: { ...query, pageSize, ...(pageToken === null ? {} : { pageToken }) } };
      const page = await unwrap(client.GET("/sessions", { params, signal }));
      if (signal.aborted) return;
      counted.current = key;
      // Rows take long to make: who types or clicks meanwhile goes first.
      startTransition(() => {
        setShown({ query: key, pageToken, page });
        setFailure(null);
        setRefreshedAt(new Date());
        setLoading(false);
        if (first) setSince(before);
      });
    };
    setLoading(true);
    load().catch((cause) => {
      if (signal.aborted) return;
      setShown((s) => (s?.query === key && s.pageToken === pageToken ? s : null)); // other rows would be taken for the answer
      setFailure(cause);
      setLoading(false);
    });
    return () => flight.abort();
  }, [client, key, pageToken, turn]);

  const page = shown?.query === key ? shown.page : null;
  return { page, loading, failure, refreshedAt, since, refresh: () => setTurn(turn + 1) };
}

/** The highest registration number so far. The list does not wait long for it, nor fail with it. */
async function newest(client: Client<paths>, signal: AbortSignal): Promise<number | null> {
  try {
    const soon = AbortSignal.any([signal, AbortSignal.timeout(2000)]);
    const { no } = await unwrap(client.GET("/sessions/new", { params: { query: { since: 0 } }, signal: soon }));
    return no;
  } catch (cause) {
    if (signal.aborted) throw cause;
    return null;
  }
}

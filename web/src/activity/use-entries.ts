import { startTransition, useEffect, useState } from "react";
import { unwrap, type AuditPage, type Clients } from "../api/client";
import type { Wanted } from "./address";

/** What the page asks of the API. */
export type Query = Wanted & { from: string; to: string };

interface Shown {
  query: string;
  pageToken: string | null;
  page: AuditPage;
}

/** A page of the entries that answer a query. Each look is an entry itself, so nothing is asked for again by itself. */
export function useEntries(client: Clients["client"], query: Query, pageSize: number, pageToken: string | null) {
  const [shown, setShown] = useState<Shown | null>(null);
  const [loading, setLoading] = useState(true);
  const [failure, setFailure] = useState<unknown>(null);
  const [turn, setTurn] = useState(0);
  const key = JSON.stringify([query, pageSize]);

  useEffect(() => {
    const flight = new AbortController();
    const { signal } = flight;
    setLoading(true);
    askEntries(client, query, pageSize, pageToken, signal)
      .then((page) => {
        if (signal.aborted) return;
        // Rows take long to make: who types or clicks meanwhile goes first.
        startTransition(() => {
          setShown({ query: key, pageToken, page });
          setFailure(null);
          setLoading(false);
        });
      })
      .catch((cause: unknown) => {
        if (signal.aborted) return;
        setShown((s) => (s?.query === key && s.pageToken === pageToken ? s : null)); // other rows would be taken for the answer
        setFailure(cause);
        setLoading(false);
      });
    return () => flight.abort();
  }, [client, key, pageToken, turn]);

  return { page: shown?.query === key ? shown.page : null, loading, failure, refresh: () => setTurn(turn + 1) };
}

export function askEntries(client: Clients["client"], query: Query, pageSize: number, pageToken: string | null, signal: AbortSignal) {
  const params = { query: { ...query, pageSize, ...(pageToken === null ? {} : { pageToken }) } };
  return unwrap(client.GET("/audit", { params, signal }));
}

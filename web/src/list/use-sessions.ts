import type { Client } from "openapi-fetch";
import { useCallback, useEffect, useRef, useState } from "react";
import { unwrap, type SessionPage } from "../api/client";
import type { paths } from "../api/schema.gen";
import { bounds, type Address } from "./address";

export interface Loaded {
  page: SessionPage | null; // what is shown; stays while the next is on its way
  loading: boolean;
  failure: unknown; // null, or why the last request failed
  refreshedAt: Date | null;
  refresh(): void;
}

/** The page of sessions that an address names. */
export function useSessions(client: Client<paths>, address: Address, zone: string): Loaded {
  const [page, setPage] = useState<SessionPage | null>(null);
  const [loading, setLoading] = useState(true);
  const [failure, setFailure] = useState<unknown>(null);
  const [refreshedAt, setRefreshedAt] = useState<Date | null>(null);
  const flight = useRef<AbortController | null>(null);
  const { from, to } = bounds(address.range, zone, new Date());
  const { pageSize, page: pageToken } = address;

  const refresh = useCallback(() => {
    flight.current?.abort();
    const { signal } = (flight.current = new AbortController());
    setLoading(true);
    const query = { from, to, pageSize, ...(pageToken ? { pageToken } : {}) };
    unwrap(client.GET("/sessions", { params: { query }, signal })).then(
      (answer) => {
        setPage(answer);
        setFailure(null);
        setRefreshedAt(new Date());
        setLoading(false);
      },
      (cause) => {
        if (signal.aborted) return;
        setFailure(cause);
        setLoading(false);
      },
    );
  }, [client, from, to, pageSize, pageToken]);

  useEffect(() => {
    refresh();
    return () => flight.current?.abort();
  }, [refresh]);

  return { page, loading, failure, refreshedAt, refresh };
}

import type { Client } from "openapi-fetch";
import { useEffect, useState } from "react";
import { unwrap } from "../api/client";
import type { paths } from "../api/schema.gen";

const every = 30_000; // ms

/**
 * At most how many sessions were registered since a number; asked for while the page can be seen. A question that
 * fails is no news: the next one is 30 s later.
 */
export function useNews(client: Client<paths>, since: number | null): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    setCount(0);
    if (since === null) return;
    const flight = new AbortController();
    const ask = async () => {
      if (document.visibilityState !== "visible") return;
      try {
        const news = await unwrap(client.GET("/sessions/new", { params: { query: { since } }, signal: flight.signal }));
        if (!flight.signal.aborted) setCount(news.count);
      } catch {
        // no news
      }
    };
    const timer = setInterval(() => void ask(), every);
    return () => {
      clearInterval(timer);
      flight.abort();
    };
  }, [client, since]);
  return count;
}

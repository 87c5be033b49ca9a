import { useCallback, useEffect, useState } from "react";
import { unwrap, type Clients } from "../api/client";
import { active, type Export } from "../download/download";

/** An event of the window: this page has begun an export. */
export const exportBegun = "tapedeck-export-begun";

const soonMs = 1000;
const laterMs = 30_000;

/** One's exports; looked at often while one is under way and the page can be seen, else now and then. */
export function useExports(client: Clients["client"]) {
  const [exports, setExports] = useState<Export[] | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [turn, setTurn] = useState(0);

  useEffect(() => {
    const flight = new AbortController();
    let timer = 0;
    let wait = soonMs;
    const look = async () => {
      if (document.visibilityState === "visible")
        try {
          const { items } = await unwrap(client.GET("/exports", { signal: flight.signal }));
          setExports(items);
          setFailure(null);
          wait = items.some(active) ? Math.min(laterMs, wait * 1.2) : laterMs;
        } catch (cause) {
          if (flight.signal.aborted) return;
          setFailure(cause);
          wait = laterMs;
        }
      timer = window.setTimeout(() => void look(), wait);
    };
    const seen = () => {
      if (document.visibilityState !== "visible") return;
      clearTimeout(timer);
      void look();
    };
    const begun = () => {
      wait = soonMs;
      seen();
    };
    document.addEventListener("visibilitychange", seen);
    window.addEventListener(exportBegun, begun);
    void look();
    return () => {
      flight.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
      window.removeEventListener(exportBegun, begun);
    };
  }, [client, turn]);

  const refresh = useCallback(() => setTurn((n) => n + 1), []);
  return { exports, failure, refresh };
}

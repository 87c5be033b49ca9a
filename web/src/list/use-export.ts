import type { Client } from "openapi-fetch";
import { useEffect, useRef, useState } from "react";
import { unwrap } from "../api/client";
import type { paths } from "../api/schema.gen";
import { save } from "../dom/save";
import { Export, formats, type FormatName, type Progress } from "../export/export";
import type { Query } from "./use-sessions";

const pageSize = 200;

export interface Running {
  format: FormatName;
  query: Query;
  progress: Progress;
  startedAt: string;
  state: "running" | "done" | "failed";
  failure: unknown;
}

/**
 * One export at a time, of the query that it was started with, whatever the list shows meanwhile. When it is done,
 * the browser saves the file under the name.
 */
export function useExport(client: Client<paths>) {
  const [running, setRunning] = useState<Running | null>(null);
  const file = useRef<{ export: Export; name: string; flight: AbortController } | null>(null);
  useEffect(() => () => file.current?.flight.abort(), []);
  const change = (part: Partial<Running>) => setRunning((r) => r && { ...r, ...part });

  const run = async () => {
    const { export: whole, name, flight } = file.current!;
    change({ state: "running", failure: null });
    try {
      save(await whole.run(flight.signal, (progress) => change({ progress })), name);
      change({ state: "done" });
    } catch (failure) {
      if (!flight.signal.aborted) change({ state: "failed", failure });
    }
  };

  return {
    running,
    start(format: FormatName, query: Query, name: string) {
      const page = (pageToken: string | null, signal: AbortSignal) =>
        unwrap(
          client.GET("/sessions", { params: { query: { ...query, pageSize, ...(pageToken === null ? {} : { pageToken }) } }, signal }),
        );
      file.current = { export: new Export(formats[format], page), name: `${name}.${format}`, flight: new AbortController() };
      setRunning({
        format,
        query,
        progress: { rows: 0, back: null },
        startedAt: new Date().toISOString(),
        state: "running",
        failure: null,
      });
      void run();
    },
    resume: () => void run(),
    /** Stops, if it runs, and forgets. */
    dismiss() {
      file.current?.flight.abort();
      file.current = null;
      setRunning(null);
    },
  };
}

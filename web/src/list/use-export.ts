import { useEffect, useRef, useState } from "react";
import { save } from "../dom/save";
import { Export, type formatsOf, type FormatName, type Page, type Progress } from "../export/export";

const pageSize = 200;

interface Query {
  from: string;
  to: string;
}

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
export function useExport<Asked extends Query, Row>(
  formats: ReturnType<typeof formatsOf<Row>>,
  ask: (query: Asked, pageSize: number, pageToken: string | null, signal: AbortSignal) => Promise<Page<Row>>,
) {
  const [running, setRunning] = useState<Running | null>(null);
  const file = useRef<{ export: Export<Row>; name: string; flight: AbortController } | null>(null);
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
    start(format: FormatName, query: Asked, name: string) {
      const page = (pageToken: string | null, signal: AbortSignal) => ask(query, pageSize, pageToken, signal);
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

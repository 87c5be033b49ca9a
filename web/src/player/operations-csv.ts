import { record } from "../export/csv";
import type { Operation } from "./operations";

const columns = ["time", "elapsedMs", "op", "path", "to", "bytes", "result", "sha256"];

/**
 * Operations as CSV, put together as they come. `startMs`, of the Unix epoch, is when the recording began; where nobody
 * knows it the times stay empty.
 */
export async function csvOf(chunks: AsyncIterable<Operation[]>, startMs: number | undefined): Promise<Blob> {
  const parts = [new Blob(["\ufeff" + record(columns)])]; // the mark tells spreadsheets that this is UTF-8
  for await (const operations of chunks) parts.push(new Blob([operations.map((o) => line(o, startMs)).join("")]));
  return new Blob(parts, { type: "text/csv;charset=utf-8" });
}

function line({ ms, op, path, to, bytes, result, sha256 }: Operation, startMs: number | undefined): string {
  const time = startMs === undefined ? null : new Date(startMs + ms).toISOString();
  return record([time, ms, op, path, to, bytes ?? null, result, sha256]);
}

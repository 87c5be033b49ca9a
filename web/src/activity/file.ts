import type { AuditEntry } from "../api/client";
import { formatsOf } from "../export/export";

/** The columns of a file, by the API's names: those of the page in its order, then the rest. */
export const columns = [
  "at",
  "person",
  "personName",
  "personEmail",
  "gateway",
  "action",
  "sessionId",
  "detail",
  "requestId",
  "id",
] as const satisfies readonly (keyof AuditEntry)[];

export const formats = formatsOf<AuditEntry>(
  columns,
  (entry) => columns.map((c) => (c === "detail" ? JSON.stringify(entry.detail) : entry[c])),
  (entry) => entry.at,
);

import type { Session } from "../api/client";
import { formatsOf } from "./export";

/** The columns of a file, by the API's names: those of the list in its order, then what the list shows on demand. */
export const columns = [
  "no",
  "actionAt",
  "name",
  "email",
  "role",
  "account",
  "serverName",
  "serverOs",
  "host",
  "port",
  "protocol",
  "clientIp",
  "clientName",
  "connectedFrom",
  "durationMs",
  "sizeBytes",
  "state",
  "reason",
  "serverOsRaw",
  "protocolRaw",
  "connectedFromRaw",
  "sessionRecord",
  "id",
] as const satisfies readonly (keyof Session)[];

export const formats = formatsOf<Session>(
  columns,
  (s) => columns.map((c) => s[c]),
  (s) => s.actionAt,
);

import type { AuditEntry } from "../api/client";

/** An entry with a value in every column. */
export function entry(part: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id: "01KAQ000000000000000000001",
    at: "2026-11-24T12:01:00.123Z",
    action: "play",
    person: "auth0|ada",
    personName: "Ada Auditor",
    personEmail: "ada@example.test",
    sessionId: "01KAQ000000000000000000002",
    gateway: "",
    requestId: "r-1",
    detail: {},
    ...part,
  };
}

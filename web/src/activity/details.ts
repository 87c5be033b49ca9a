import type { AuditEntry } from "../api/client";
import { formatBytes } from "../format/bytes";
import { formatDuration, formatTime } from "../format/time";
import type { Key as Column } from "../list/messages.en";
import { t as list } from "../list/text";
import type { Key } from "./messages.en";
import { t } from "./text";

/** Who did it, as a person reads it. */
export function who(entry: AuditEntry): string {
  if (entry.gateway) return t("byGateway", { name: entry.gateway });
  return entry.personName || entry.personEmail || entry.person || t("nobody");
}

/** What was done. An action that this page does not know yet is shown as the API says it. */
export function what(action: string): string {
  return action in words ? t(action as Key) : action;
}

const words: Record<AuditEntry["action"], true> = {
  list: true,
  values: true,
  open: true,
  play: true,
  keys: true,
  refused: true,
  conflict: true,
  settings: true,
  audit: true,
  download: true,
  "export requested": true,
  "export ready": true,
  "export given": true,
  "export failed": true,
  "export cancelled": true,
  "export expired": true,
};
export const actions = Object.keys(words) as AuditEntry["action"][];

// Machines' part of an entry: it is in CSV and JSON.
const unsaid = [
  "segments",
  "transcript",
  "index",
  "encoder",
  "expiresAt",
  "pageSize",
  "version",
  "export",
  "sha256",
  "digest",
  "video",
  "to",
  "prefix",
];

/** What of it, a line for each thing. */
export function details(entry: AuditEntry, zone: string): string[] {
  const names = Object.keys(entry.detail).filter((name) => !unsaid.includes(name));
  return names.sort((a, b) => order(a) - order(b) || (a < b ? -1 : 1)).flatMap((name) => line(entry, name, zone));
}

/** A range comes first, that it is a further page last. */
function order(name: string): number {
  return name === "from" ? -1 : name === "firstPage" ? 1 : 0;
}

function line({ action, detail, sessionId }: AuditEntry, name: string, zone: string): string[] {
  const value = detail[name];
  if (action === "settings") return [setting(name, value)];
  switch (name) {
    case "seconds":
      return [t("given", { runs: runs(value) })];
    case "transcriptSeconds":
      return [t("givenText", { runs: runs(value) })];
    case "from":
      if (value.startsWith("1970-") && detail.to.startsWith("9999-")) return [t("anyTime")];
      return [t("of", { from: time(value, zone), to: time(detail.to, zone) })];
    case "firstPage":
      return value === "false" ? [t("furtherPage")] : [];
    case "bytes":
      return [formatBytes(Number(value))];
    case "file":
      return [value];
    case "key":
      return [value.slice(value.lastIndexOf("/") + 1)];
    case "encrypted":
      return [t(value === "true" ? "encrypted" : "notEncrypted")];
    case "field":
      return [`${column(value)}: ${detail.prefix || "-"}`];
    case "session":
      return value === sessionId ? [] : [`${t("session")}: ${value}`];
    case "action":
      return [`${t("what")}: ${value.split(" | ").map(what).join(" | ")}`];
  }
  const not = name.startsWith("not.");
  return [`${column(name.replace(/^not\./, ""))}: ${not ? t("not", { what: value }) : value}`];
}

/** Seconds such as "0.000-12.500 20.000-25.000" as 0:00–0:13, 0:20–0:25: what was begun to be given counts. */
export function runs(seconds: string): string {
  const parts = seconds.split(" ").map((run) => {
    const [from, to] = run.split("-").map((s) => 1000 * Number(s));
    return Number.isFinite(from) && Number.isFinite(to) ? `${formatDuration(from)}–${formatDuration(Math.ceil(to / 1000) * 1000)}` : run;
  });
  return parts.join(", ");
}

const settings = ["exportEncryption", "playbackLimitBytes", "timeZone", "retentionDays"] as const;

function setting(name: string, value: string): string {
  const known = settings.find((s) => s === name);
  const [old, is] = value.split(" -> ").map((v) => settingValue(name, v));
  return t("changed", { what: known ? t(known) : name, old, new: is });
}

function settingValue(name: string, value: string): string {
  if (value === "none" || value === "required" || value === "notRequired") return t(value);
  return name === "playbackLimitBytes" ? formatBytes(Number(value)) : value;
}

const own = ["gateway", "reason", "deed", "any"] as const;
const columns: readonly Column[] = [
  "name",
  "email",
  "account",
  "serverName",
  "host",
  "clientIp",
  "clientName",
  "serverOs",
  "protocol",
  "connectedFrom",
];

function column(name: string): string {
  const mine = own.find((o) => o === name);
  if (mine) return t(mine);
  if (name === "person") return t("who");
  const theirs = columns.find((c) => c === name);
  return theirs ? list(theirs) : name;
}

function time(iso: string, zone: string): string {
  return Number.isNaN(Date.parse(iso)) ? iso : formatTime(iso, zone);
}

import type { components } from "../api/schema.gen";

export type Settings = components["schemas"]["Settings"];

/** What a person has typed so far: numbers as text. */
export interface Draft {
  exportEncryption: Settings["exportEncryption"];
  limited: boolean;
  limit: string;
  timeZone: string;
  retentionDays: string;
}

const usualLimit = 734_003_200;

export function draftOf(s: Settings): Draft {
  return {
    exportEncryption: s.exportEncryption,
    limited: s.playbackLimitBytes !== null,
    limit: String(s.playbackLimitBytes ?? usualLimit),
    timeZone: s.timeZone,
    retentionDays: String(s.retentionDays),
  };
}

/** What is wrong with a draft, by its fields; empty when it can be saved. */
export function faults(d: Draft): Partial<Record<"limit" | "retentionDays", true>> {
  return {
    ...(d.limited && !whole(d.limit, Number.MAX_SAFE_INTEGER) ? { limit: true as const } : {}),
    ...(whole(d.retentionDays, 36_500) ? {} : { retentionDays: true as const }),
  };
}

export function settingsOf(d: Draft): Settings {
  return {
    exportEncryption: d.exportEncryption,
    playbackLimitBytes: d.limited ? Number(d.limit) : null,
    timeZone: d.timeZone,
    retentionDays: Number(d.retentionDays),
  };
}

/** A draft made on `before`, carried over to what holds now: what was changed stays changed. */
export function rebased(d: Draft, before: Draft, now: Draft): Draft {
  const changed = Object.entries(d).filter(([field, value]) => value !== before[field as keyof Draft]);
  return { ...now, ...Object.fromEntries(changed) };
}

export function same(a: Draft, b: Draft): boolean {
  return JSON.stringify(settingsOf(a)) === JSON.stringify(settingsOf(b));
}

function whole(text: string, most: number): boolean {
  return /^\d{1,16}$/.test(text) && Number(text) >= 1 && Number(text) <= most;
}

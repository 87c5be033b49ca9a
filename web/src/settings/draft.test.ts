import { describe, expect, it } from "vitest";
import { draftOf, faults, rebased, same, settingsOf, type Settings } from "./draft";

const settings: Settings = { exportEncryption: "required", playbackLimitBytes: 734_003_200, timeZone: "Asia/Seoul", retentionDays: 400 };

describe("a draft of settings", () => {
  it("gives back what it was made of", () => {
    for (const s of [settings, { ...settings, playbackLimitBytes: null }, { ...settings, playbackLimitBytes: 1 }])
      expect(settingsOf(draftOf(s))).toEqual(s);
  });

  it("names the fields that cannot be saved", () => {
    const draft = draftOf(settings);
    expect(faults(draft)).toEqual({});
    for (const limit of ["", "0", "-1", "1.5", "1e6", "9007199254740992", " 7"])
      expect(faults({ ...draft, limit })).toEqual({ limit: true });
    expect(faults({ ...draft, limit: "", limited: false })).toEqual({});
    for (const retentionDays of ["0", "36501", "x"]) expect(faults({ ...draft, retentionDays })).toEqual({ retentionDays: true });
  });

  it("keeps what was changed when somebody else has changed something", () => {
    const before = draftOf(settings);
    const now = draftOf({ ...settings, timeZone: "UTC", retentionDays: 30 });
    expect(rebased({ ...before, retentionDays: "90" }, before, now)).toEqual({ ...now, retentionDays: "90" });
    expect(same({ ...before, limited: false, limit: "7" }, { ...before, limited: false })).toBe(true);
    expect(same(before, now)).toBe(false);
  });
});

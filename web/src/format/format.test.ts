import { expect, test } from "vitest";
import { formatBytes } from "./bytes";
import { dash, formatDuration, formatTime, monthStart, offset, startOf } from "./time";

test("times are shown in a zone", () => {
  expect(formatTime("2026-11-23T06:04:05.999Z", "Asia/Seoul")).toBe("2026-11-23 15:04:05");
  expect(formatTime("2026-11-23T15:00:00.000Z", "Asia/Seoul")).toBe("2026-11-24 00:00:00");
  expect(offset("Asia/Seoul", "2026-11-23T06:04:05.999Z")).toBe("UTC+09:00");
  expect(offset("America/St_Johns", "2026-07-01T00:00:00Z")).toBe("UTC-02:30");
  expect(offset("UTC", "2026-07-01T00:00:00Z")).toBe("UTC+00:00");
});

test("months begin by the zone's calendar, over changes of the clock", () => {
  expect(monthStart(new Date("2026-11-01T02:00:00Z"), "America/New_York").toISOString()).toBe("2026-10-01T04:00:00.000Z");
  expect(monthStart(new Date("2026-11-15T00:00:00Z"), "America/New_York", 1).toISOString()).toBe("2026-12-01T05:00:00.000Z");
  expect(startOf(2026, 10, 2, "America/New_York").toISOString()).toBe("2026-11-02T05:00:00.000Z");
});

test("durations, sizes and what is not known", () => {
  expect([0, 59_999, 60_000, 3_600_000].map(formatDuration)).toEqual(["0:00", "0:59", "1:00", "1:00:00"]);
  expect([0, 1023, 1024, 734_003_200].map(formatBytes)).toEqual(["0 bytes", "1023 bytes", "1.0 KB", "700 MB"]);
  expect([null, "", 0, "a"].map(dash)).toEqual(["-", "-", "0", "a"]);
});

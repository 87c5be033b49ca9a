import { expect, test } from "vitest";
import { bounds, formatAddress, parseAddress } from "./address";

test("an address survives reading and writing", () => {
  for (const search of ["", "?range=P7D", "?from=2026-11-01&to=2026-11-05", "?pageSize=100&page=abc", "?range=P90D&pageSize=10"])
    expect(formatAddress(parseAddress(search))).toBe(search);
});

test("what an address does not say rightly it does not say", () => {
  for (const search of ["?range=7", "?from=x&to=y", "?from=2026-11-05&to=2026-11-01", "?pageSize=7", "?range=P0D"])
    expect(formatAddress(parseAddress(search))).toBe("");
});

test("ranges are whole days of the zone", () => {
  const now = new Date("2026-11-23T16:00:00Z"); // the 24th in Seoul
  expect(bounds({ kind: "days", n: 1 }, "Asia/Seoul", now)).toEqual({ from: "2026-11-23T15:00:00.000Z", to: "2026-11-24T15:00:00.000Z" });
  expect(bounds({ kind: "month" }, "Asia/Seoul", now)).toEqual({ from: "2026-10-31T15:00:00.000Z", to: "2026-11-30T15:00:00.000Z" });
  expect(bounds({ kind: "dates", from: "2026-03-07", to: "2026-03-08" }, "America/New_York", now)).toEqual({
    from: "2026-03-07T05:00:00.000Z",
    to: "2026-03-09T04:00:00.000Z",
  });
});

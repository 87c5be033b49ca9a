import { expect, test } from "vitest";
import { bounds, daysOf, formatAddress, parseAddress, wider, type Defaults } from "./address";

const link = { timeZone: "Asia/Seoul", pageSize: 50 };
const usual: Defaults = { link, own: link };
const rewritten = (search: string, defaults = usual) => formatAddress(parseAddress(search, defaults), defaults);

test("an address survives reading and writing", () => {
  for (const search of [
    "",
    "?range=P7D",
    "?from=2026-11-01&to=2026-11-05",
    "?pageSize=100&page=abc",
    "?range=P90D&pageSize=10",
    "?not.email=%22x@y%22&serverName=web&clientIp=10.2.0.0/16&clientIp=2001:db8::/32&serverOs=Windows&range=P7D",
    "?any=%EA%B9%80&from=2026-11-01&to=2026-11-05&timeZone=Europe/Paris",
  ])
    expect(rewritten(search)).toBe(search);
});

test("what an address does not say rightly it does not say", () => {
  for (const search of [
    "?range=7",
    "?from=x&to=y",
    "?from=2026-11-05&to=2026-11-01",
    "?pageSize=7",
    "?range=P0D",
    "?timeZone=Mars/Olympus",
    "?name=&foo=bar",
  ])
    expect(rewritten(search)).toBe("");
});

test("the same conditions make the same address, in whatever order they were said", () => {
  expect(rewritten("?range=P7D&protocol=rdp&not.name=b&name=a&protocol=RDP")).toBe("?name=a&not.name=b&protocol=RDP&range=P7D");
});

test("a link means the same to everybody, and an address that says nothing one's own defaults", () => {
  const own = { timeZone: "America/New_York", pageSize: 200 };
  const abroad: Defaults = { link, own };
  expect(parseAddress("", abroad)).toMatchObject(own);
  expect(parseAddress("?name=kim", abroad)).toMatchObject(link);
  const mine = rewritten("", abroad);
  expect(mine).toBe("?timeZone=America/New_York&pageSize=200");
  expect(parseAddress(mine, usual)).toEqual(parseAddress("", abroad));
  const theirs = rewritten("?name=kim", abroad);
  expect(parseAddress(theirs, usual)).toEqual(parseAddress("?name=kim", usual));
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

test("a file is named after the range's own days", () => {
  const { from, to } = bounds({ kind: "month" }, "Asia/Seoul", new Date("2026-11-23T16:00:00Z"));
  expect(daysOf(from, to, "Asia/Seoul")).toEqual({ from: "2026-11-01", to: "2026-11-30" });
});

test("a range is widened to a longer one, as long as there is one", () => {
  const now = new Date("2026-04-10T12:00:00Z"); // 90 days before it New York changed its clocks
  const steps = [{ kind: "month" } as const, ...[7, 90, 365, 3650].map((n) => ({ kind: "days" as const, n }))];
  expect(steps.map((range) => wider(range, "America/New_York", now)?.n ?? null)).toEqual([90, 90, 365, 3650, null]);
});

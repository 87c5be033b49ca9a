import { expect, test } from "vitest";
import { formatAddress, parseAddress } from "./address";

const rewritten = (search: string) => formatAddress(parseAddress(search, "Asia/Seoul"), "Asia/Seoul");

test("an address survives reading and writing", () => {
  for (const search of [
    "",
    "?action=export+given&action=play&person=auth0%7Cada&session=01KAQ000000000000000000002&gateway=gw-1",
    "?range=month",
    "?range=P7D&timeZone=UTC&pageSize=200&page=abc",
    "?person=ada@example.test&from=2026-11-01&to=2026-11-05",
  ])
    expect(rewritten(search)).toBe(search);
});

test("without a range it is today and yesterday", () => {
  expect(parseAddress("", "UTC").range).toEqual({ kind: "days", n: 2 });
  expect(rewritten("?range=P2D")).toBe("");
});

test("what an address does not say rightly it does not say", () => {
  for (const search of ["?range=7", "?pageSize=7", "?timeZone=Mars/Olympus", "?person=&person=+&foo=bar", "?from=2026-11-05&to=2026-11-01"])
    expect(rewritten(search)).toBe("");
  expect(rewritten("?person=ada&person=ada")).toBe("?person=ada");
});

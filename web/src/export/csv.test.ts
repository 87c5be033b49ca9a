import { expect, test } from "vitest";
import type { Session } from "../api/client";
import { record } from "./csv";
import { session } from "./session.testing";
import { columns } from "./sessions";

test("a record is quoted where it has to be", () => {
  expect(record(["plain", "a,b", 'the "best"', "two\r\nlines", "", null, 22])).toBe('plain,"a,b","the ""best""","two\r\nlines",,,22\r\n');
});

test("what a spreadsheet would calculate is text", () => {
  const starts = ["=", "+", "-", "@", "\t", "\r"];
  for (const start of starts) {
    const written = record([`${start}cmd|' /C calc'!A0`]).replace(/^"/, "");
    expect(written.startsWith(`'${start}`), JSON.stringify(start)).toBe(true);
  }
  expect(record(['=HYPERLINK("http://evil.test","a")'])).toBe(`"'=HYPERLINK(""http://evil.test"",""a"")"\r\n`);
  expect(record(["a=1", "김-서준", -1])).toBe("a=1,김-서준,-1\r\n");
});

test("every value that the API gives of a session has a column", () => {
  const all: Record<keyof Session, unknown> = session(1);
  expect([...columns].sort()).toEqual(Object.keys(all).sort());
});

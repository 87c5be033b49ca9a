import { expect, test } from "vitest";
import { entry } from "./entry.testing";
import { columns, formats } from "./file";

test("every value that the API gives of an entry has a column", () => {
  expect([...columns].sort()).toEqual(Object.keys(entry()).sort());
});

test("a record holds every detail, and nothing that a spreadsheet would calculate", () => {
  const row = formats.csv.row(entry({ personName: "=1+1", detail: { seconds: "0.000-8.000" } }), true);
  expect(row).toBe(
    '2026-11-24T12:01:00.123Z,auth0|ada,\'=1+1,ada@example.test,,play,01KAQ000000000000000000002,"{""seconds"":""0.000-8.000""}",r-1,01KAQ000000000000000000001\r\n',
  );
});

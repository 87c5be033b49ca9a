import { describe, expect, it } from "vitest";
import { parseEvents, parseSize } from "./events";

describe("events", () => {
  it("have milliseconds, a code and data", () => {
    expect(parseEvents('[0.0015, "o", "a\\r\\n"]\n[2, "r", "80x24"]\n', false)).toEqual([
      { ms: 1.5, code: "o", data: "a\r\n" },
      { ms: 2000, code: "r", data: "80x24" },
    ]);
  });

  it("have their microseconds, whatever a float makes of them", () => {
    const lines = ["4.035000", "1.001999", "8.299999", "0.000999"].map((time) => `[${time}, "o", ""]`);
    expect(parseEvents(lines.join("\n"), false).map((event) => event.ms)).toEqual([4035, 1001.999, 8299.999, 0.999]);
  });

  it("come after the header of the first segment", () => {
    expect(parseEvents('{"version":2}\n[1,"o","x"]', true)).toEqual([{ ms: 1000, code: "o", data: "x" }]);
  });

  it("of unknown codes are kept, whatever they carry", () => {
    expect(parseEvents('[1,"q",{"a":1}]\n[2,"z","y"]\n', false).map((event) => event.code)).toEqual(["q", "z"]);
  });

  it.each(['{"a":1}', "[1,", "[1]", '["1","o","x"]', '[-1,"o","x"]', '[1,2,"x"]', '[1,"o",2]'])("a bad line is named: %s", (line) => {
    expect(() => parseEvents(`[1,"o","x"]\n${line}\n`, false)).toThrow(/line 2/);
  });
});

describe("sizes", () => {
  it.each([
    ["80x24", { cols: 80, rows: 24 }],
    ["2000x1", { cols: 2000, rows: 1 }],
    ["2001x1", undefined],
    ["0x24", undefined],
    ["80x24x1", undefined],
    ["", undefined],
  ])("%s", (text, size) => expect(parseSize(text, 2000)).toEqual(size));
});

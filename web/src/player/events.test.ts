import { describe, expect, it } from "vitest";
import { parseEvents, parseSize } from "./events";

describe("events", () => {
  it("have milliseconds, a code and data", async () => {
    expect(await parseEvents('[0.0015, "o", "a\\r\\n"]\n[2, "r", "80x24"]\n', false)).toEqual([
      { ms: 1.5, code: "o", data: "a\r\n" },
      { ms: 2000, code: "r", data: "80x24" },
    ]);
  });

  it("have their microseconds, whatever a float makes of them", async () => {
    const lines = ["0.000999", "1.001999", "4.035000", "8.299999"].map((time) => `[${time}, "o", ""]`);
    const events = await parseEvents(lines.join("\n"), false);
    expect(events.map((event) => event.ms)).toEqual([0.999, 1001.999, 4035, 8299.999]);
  });

  it("come after the header of the first segment", async () => {
    expect(await parseEvents('{"version":2}\n[1,"o","x"]', true)).toEqual([{ ms: 1000, code: "o", data: "x" }]);
  });

  it("of unknown codes are kept, whatever they carry", async () => {
    const events = await parseEvents('[1,"q",{"a":1}]\n[2,"z","y"]\n', false);
    expect(events.map((event) => event.code)).toEqual(["q", "z"]);
  });

  it.each(['{"a":1}', "[1,", "[1]", '["1","o","x"]', '[1,2,"x"]', '[1,"o",2]'])("a bad line is named: %s", async (line) => {
    await expect(parseEvents(`[1,"o","x"]\n${line}\n`, false)).rejects.toThrow(/line 2/);
  });

  it.each(["-1", "NaN", "Infinity", "1e999", "1e9", "null", "0.999999"])(
    "a time that is none, or goes back, is named: %s",
    async (time) => {
      await expect(parseEvents(`[1,"o","x"]\n[${time},"o","y"]\n`, false)).rejects.toMatchObject({
        code: "damaged",
        detail: expect.stringMatching(/line 2/),
      });
    },
  );

  it("by the million leave the page its turns", async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const events = await parseEvents('[1,"o","x"]\n'.repeat(1_000_000), false);
    clearInterval(timer);
    expect(events.length).toBe(1_000_000);
    expect(turns).toBeGreaterThan(2);
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

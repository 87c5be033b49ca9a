import { describe, expect, it } from "vitest";
import { corrected, entryText, Typist } from "./typed";

type Line = Record<string, unknown>;

const down = (ms: number, key: string): Line =>
  key.length === 1 ? { ms, key: 1, char: key, pressed: true } : { ms, key: 1, name: key, pressed: true };
const up = (ms: number, key: string): Line => ({ ...down(ms, key), pressed: false });
const tap = (ms: number, ...keys: string[]) => keys.flatMap((key) => [down(ms, key), up(ms, key)]);
const json = (lines: Line[]) => lines.map((line) => JSON.stringify(line) + "\n").join("");

function read(...texts: Line[][]) {
  const typist = new Typist();
  return [...texts.flatMap((lines) => [...typist.add(json(lines))]), ...typist.end()];
}
const said = (...texts: Line[][]) => read(...texts).map((entry) => `${entry.ms} ${entryText(entry)}`);

describe("what was typed", () => {
  it("is one entry up to Enter, and up to a rest", () => {
    const typed = [...tap(10, ..."ls -l", "Return"), ...tap(900, ..."pw", "d"), ...tap(7000, "x")];
    expect(said(typed)).toEqual(["10 ls -l[Enter]", "900 pwd", "7000 x"]);
    expect(said(typed.slice(0, 5), typed.slice(5)), "wherever a segment ends").toEqual(said(typed));
  });

  it("names keys without a character, and counts those that repeat", () => {
    const typed = [...tap(0, "a", "b", "BackSpace", "BackSpace", "Tab", "Left", "KP_7", "KP_Add", "F5"), ...tap(1, "Escape")];
    expect(said(typed)).toEqual(["0 ab[Backspace ×2][Tab][←]7+[F5][Esc]"]);
    expect(said([{ ms: 0, key: 0xff20, pressed: true }])).toEqual(["0 [0xff20]"]);
  });

  it("has modifiers only where they change a key, and forgets one whose release was not seen", () => {
    const combined = [down(0, "Control_L"), ...tap(1, "c"), down(2, "Shift_R"), ...tap(2, "t"), up(3, "Shift_R"), up(3, "Control_L")];
    expect(said(combined)).toEqual(["1 [Ctrl+C][Ctrl+Shift+T]"]);
    expect(said([down(0, "Shift_L"), ...tap(1, "A", "Tab"), up(2, "Shift_L"), ...tap(3, "b")])).toEqual(["1 A[Shift+Tab]b"]);
    expect(said([down(0, "Super_L"), ...tap(1, " "), ...tap(9000, "x")])).toEqual(["1 [Super+Space]", "9000 x"]);
    expect(said([down(0, "ISO_Level3_Shift"), ...tap(1, "@"), ...tap(2, "Caps_Lock")])).toEqual(["1 @"]);
  });

  it("has the clipboard between", () => {
    const lines = [
      ...tap(0, "a"),
      { ms: 5, clipboard: "text/plain", text: "secret\nline" },
      { ms: 6, clipboard: "image/png", bytes: 1234 },
      ...tap(7, "b"),
    ];
    expect(read(lines)).toEqual([
      { ms: 0, pieces: ["a"] },
      { ms: 5, pieces: ["secret\nline"], clipboard: { type: "text/plain" } },
      { ms: 6, pieces: [], clipboard: { type: "image/png", bytes: 1234 } },
      { ms: 7, pieces: ["b"] },
    ]);
  });

  it("is found as it was meant, with what Backspace took back left out", () => {
    const [entry] = read(tap(0, ..."hux", "BackSpace", ..."nter", "BackSpace", "BackSpace", "BackSpace", "BackSpace", ..."nter2"));
    expect(corrected(entry!)).toBe("hunter2");
    expect(corrected({ ms: 0, pieces: [{ key: "Backspace", times: 9 }, "𝒳", { key: "Backspace", times: 1 }] })).toBe("");
  });

  it("is cut where it has no end", () => {
    const lengths = read(Array.from({ length: 450 }, (_, n) => down(n, "x"))).map((entry) => entryText(entry).length);
    expect(lengths).toEqual([200, 200, 50]);
    const [clip] = read([{ ms: 0, clipboard: "text/plain", text: "y".repeat(20_000) }]);
    expect(entryText(clip!).length).toBe(10_001);
  });

  it("that is damaged says where; what a later version may add is passed over", () => {
    for (const [text, says] of [
      ["{", "line 1 is not JSON"],
      ["null", "line 1 is not an object"],
      ['{"ms":1,"key":1}\n{"key":1}', "line 2 has no time"],
      ['{"ms":-1,"key":1}', "line 1 has no time"],
      ['{"ms":1,"key":1,"char":7}', "line 1 has a char that is not text"],
      ['{"ms":1,"key":1,"name":{}}', "line 1 has a name that is not text"],
    ] as const)
      expect(() => [...new Typist().add(text)], text).toThrow(says);
    expect(said([{ ms: 1, touch: 5 }, ...tap(2, "a")])).toEqual(["2 a"]);
  });
});

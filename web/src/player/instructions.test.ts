import { describe, expect, it } from "vitest";
import { parseFrames } from "./instructions";

describe("instructions", () => {
  it("make frames, each up to its sync, with the pointer apart", () => {
    const text = "4.size,1.0,2.10,1.5;5.mouse,1.3,1.4,1.0,1.7;4.sync,2.12,1.1;5.mouse,1.5,1.6,1.1,2.13;4.sync,2.13;";
    expect(parseFrames(text, false)).toEqual([
      {
        ms: 12,
        drawing: [["size", "0", "10", "5"]],
        pointer: [{ ms: 7, x: 3, y: 4 }],
        visible: true,
      },
      { ms: 13, drawing: [], pointer: [{ ms: 13, x: 5, y: 6 }], visible: false },
    ]);
    expect(parseFrames(text, true).map(({ visible }) => visible)).toEqual([false, false]);
    expect(parseFrames("", false)).toEqual([]);
  });

  it("count the length of an element in code points", () => {
    const title = "🚀 deploy 東京 𝒳";
    expect([...title].length).toBe(13);
    const [frame] = parseFrames(`4.name,13.${title};4.name,2.東京;4.sync,1.0;`, false);
    expect(frame!.drawing).toEqual([
      ["name", title],
      ["name", "東京"],
    ]);
  });

  it("say where they are none", () => {
    for (const [text, says] of [
      ["4.sync,1.0", "character 10: the last instruction has no end"],
      ["4.sync", "character 6: the last instruction has no end"],
      ["4.sync,1.0;3.nop;", "character 17: the last frame has no end"],
      ["4.sync,2.0;", "character 11: the last instruction has no end"],
      ["4.sync,0.0;", "character 9: an element has another length than it says"],
      ["sync;", "character 0: an element has no length"],
      ["9999999999.x;", "character 10: an element has no length"],
      ["4.sync,1.x;", "character 0: a time is no whole number"],
      ["4.sync;", "character 0: a time is no whole number"],
      ["4.sync,1.5;4.sync,1.4;", "character 11: the time goes back"],
    ] as const)
      expect(() => parseFrames(text, false), text).toThrow(says);
  });

  it("read a megabyte of image data in a blink, with a title before it that is no ASCII", () => {
    const blob = `4.blob,1.1,4000.${"A".repeat(4000)};`;
    const text = `4.name,1.🚀;${blob.repeat(260)}4.sync,1.0;`;
    const start = performance.now();
    expect(parseFrames(text, false)[0]!.drawing.length).toBe(261);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

import { describe, expect, it, vi } from "vitest";
import type { RecordingIndex } from "./index-file";
import { parseFrames, type Instruction } from "./instructions";
import { Picture, type Display } from "./picture";

/** A display that draws numbers: the last one of layer 0 is its picture. */
class Numbers implements Display {
  static made = 0;
  static closed = 0;
  shown = "";
  at = "";
  incomplete = false;
  fed = 0;
  #drawn = "";
  constructor() {
    Numbers.made++;
  }
  feed([opcode, value]: Instruction): void {
    this.fed++;
    if (opcode === "name") this.#drawn = value!;
    if (opcode === "img") this.incomplete = true; // it cannot decode any
  }
  pointer(x: number, y: number): void {
    this.at = `${x},${y}`;
  }
  drawn(): Promise<void> {
    this.shown = this.#drawn;
    return Promise.resolve();
  }
  close(): void {
    Numbers.closed++;
  }
}

const frame = (ms: number) =>
  `4.name,${String(ms).length}.${ms};5.mouse,${String(ms).length}.${ms},1.1,1.0,${String(ms).length}.${ms};4.sync,${String(ms).length}.${ms};`;

/** Ten segments of ten frames, 100 ms each; a keyframe before each but the first and those that are doubtful. The frame of `broken` has an image. */
function recording(doubtful: number[] = [], broken?: number) {
  const texts: { text: string; startMs: number; keyframe: boolean }[] = [];
  for (let n = 0; n < 10; n++) {
    const times = Array.from({ length: 10 }, (_, i) => n * 1000 + i * 100);
    const before = n * 1000 - 100;
    if (n > 0 && !doubtful.includes(n)) texts.push({ text: frame(before), startMs: before, keyframe: true });
    texts.push({ text: times.map((ms) => (ms === broken ? "3.img;" : "") + frame(ms)).join(""), startMs: times[0]!, keyframe: false });
  }
  const index: RecordingIndex = {
    format: "guacamole",
    durationMs: 9900,
    cols: 10,
    rows: 10,
    segments: texts.map(({ startMs, keyframe }, n) => ({ startMs, keyframe, blind: !keyframe && n > 0, bytes: 1, rawBytes: 1 })),
    resizes: [],
    idle: [],
    markers: [],
  };
  const read: number[] = [];
  const source = {
    index,
    segment: (n: number) => {
      read.push(n);
      return Promise.resolve(parseFrames(texts[n]!.text, texts[n]!.keyframe));
    },
    focus: () => undefined,
  };
  Numbers.made = Numbers.closed = 0;
  return { picture: new Picture(source, () => new Numbers()), read, index };
}

const isAt = (ms: number) => String(Math.floor(Math.min(ms, 9900) / 100) * 100);

describe("a picture", () => {
  it("is the one of the moment, whatever the way to it", async () => {
    const { picture } = recording([4, 5]);
    for (let i = 0, ms = 0; i < 200; i++, ms = (ms * 7919 + 4217) % 9950) {
      await picture.show(ms);
      expect(picture.display!.shown, `at ${ms}`).toBe(isAt(ms));
      expect(picture.shownMs).toBe(ms);
    }
    expect(Numbers.made - Numbers.closed).toBe(1);
  });

  it("begins at the keyframe before the moment, and reads no more", async () => {
    const { picture, read, index } = recording([4, 5]);
    const at = (ms: number, keyframe: boolean) => index.segments.findIndex((s) => s.startMs === ms && s.keyframe === keyframe);
    await picture.show(7550);
    expect(read).toEqual([at(6900, true), at(7000, false)]);
    await picture.show(5250); // segments 4 and 5 have none
    expect(read.slice(2)).toEqual([at(2900, true), at(3000, false), at(4000, false), at(5000, false)]);
    expect(picture.display!.shown).toBe("5200");
  });

  it("plays on without the keyframes on its way", async () => {
    const { picture, read, index } = recording();
    for (let ms = 0; ms < 9900; ms += 50) await picture.show(ms);
    expect(Numbers.made).toBe(1);
    expect(read.some((n) => index.segments[n]!.keyframe)).toBe(false);
  });

  it("that lacks a part is made whole by the next keyframe, and by no other way", async () => {
    const { picture, read, index } = recording([], 2300);
    const key = (n: number) => index.segments[n]!.keyframe;
    await picture.show(2200);
    expect(picture.display!.incomplete).toBe(false);
    const before = read.length;
    await picture.show(2850);
    expect([picture.display!.shown, picture.display!.incomplete]).toEqual(["2800", true]);
    expect(read.slice(before)).toEqual([]);
    await picture.show(3050);
    expect([picture.display!.shown, picture.display!.incomplete]).toEqual(["3000", false]);
    expect(read.slice(before).map(key)).toEqual([true, false]);
    for (let ms = 3100; ms < 9900; ms += 50) await picture.show(ms);
    expect(read.slice(before + 1).some(key)).toBe(false);
  });

  it("moves the pointer at its own time", async () => {
    const { picture } = recording();
    await picture.show(120);
    expect(picture.display!.at).toBe("100,1");
    const early = parseFrames("5.mouse,1.7,1.7,1.0,3.150;4.name,1.9;4.sync,3.500;", false);
    const index = { ...recording().index, segments: [{ startMs: 500, keyframe: false, blind: false, bytes: 1, rawBytes: 1 }] };
    index.segments[0]!.startMs = 0;
    const late = new Picture({ index, segment: () => Promise.resolve(early), focus: () => undefined }, () => new Numbers());
    await late.show(200);
    expect(late.display!.at).toBe("7,7");
    expect(late.display!.shown).toBe("");
  });

  it("goes to the last moment that was asked for", async () => {
    const { picture } = recording();
    await Promise.all([picture.show(9000), picture.show(100), picture.show(4321)]);
    expect(picture.display!.shown).toBe("4300");
    picture.close();
    await picture.show(1);
    expect(picture.shownMs).toBe(4321);
  });

  it("begins anew where a way was given up in its middle, or broke off", async () => {
    let clock = 0;
    const now = vi.spyOn(performance, "now").mockImplementation(() => (clock += 20)); // each step lets the page have its turn
    const { picture } = recording();
    const own = Numbers.prototype.feed;
    let [fed, other] = [0, Promise.resolve()];
    const feed = vi.spyOn(Numbers.prototype, "feed").mockImplementation(function (this: Numbers, instruction) {
      own.call(this, instruction);
      if (++fed === 6) other = picture.show(8250); // the segment's third frame, on the way to its last
    });
    await picture.show(8850);
    await other;
    now.mockRestore();
    expect([picture.display!.shown, Numbers.made]).toEqual(["8200", 2]);

    feed.mockImplementationOnce(() => {
      throw new Error("once");
    });
    await expect(picture.show(8850)).rejects.toThrow("once");
    feed.mockRestore();
    await picture.show(8850);
    expect([picture.display!.shown, Numbers.made]).toEqual(["8800", 3]);
  });
});

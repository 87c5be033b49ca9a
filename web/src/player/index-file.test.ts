import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { keyframeAt, parseIndex, readIndex, segmentAt } from "./index-file";

const file = {
  version: 2,
  codec: "gzip",
  durationMs: 9000,
  cols: 80,
  rows: 24,
  segments: [
    [0, 100, 500],
    [4000, 50, 300],
    [0, 60, 200, 1],
    [1000, 70, 100],
  ],
  resizes: [
    [2000, 100, 30],
    [500, 80, 24],
  ],
  idle: [
    [5000, 3000],
    [1000, 4000],
  ],
  markers: [[1000, "deploy"]],
};

describe("an index", () => {
  it("says where each segment is", () => {
    const index = parseIndex(file);
    expect(index.segments).toEqual([
      { startMs: 0, bytes: 100, rawBytes: 500, keyframe: false, blind: false },
      { startMs: 4000, bytes: 50, rawBytes: 300, keyframe: false, blind: false },
      { startMs: 4000, bytes: 60, rawBytes: 200, keyframe: false, blind: true },
      { startMs: 5000, bytes: 70, rawBytes: 100, keyframe: false, blind: false },
    ]);
    expect(index).toMatchObject({
      durationMs: 9000,
      resizes: [
        { ms: 2000, cols: 100, rows: 30 },
        { ms: 2500, cols: 80, rows: 24 },
      ],
      idle: [
        { fromMs: 5000, toMs: 8000 },
        { fromMs: 9000, toMs: 13_000 },
      ],
      markers: [{ ms: 1000, label: "deploy" }],
    });
  });

  it("may leave out lists and carry unknown fields", () => {
    expect(parseIndex({ ...file, segments: undefined, idle: null, later: 1 })).toMatchObject({ segments: [], idle: [] });
  });

  it("is read from gzip", async () => {
    expect((await readIndex(new Uint8Array(gzipSync(JSON.stringify(file))))).segments.length).toBe(4);
    await expect(readIndex(new Uint8Array(gzipSync("{")))).rejects.toMatchObject({ code: "damaged" });
  });

  it.each([
    ["version", 1],
    ["version", 3],
    ["version", undefined],
    ["codec", "zstd"],
  ])("of an unknown %s (%s) is refused as unsupported", (name, value) => {
    expect(() => parseIndex({ ...file, [name]: value })).toThrow(expect.objectContaining({ code: "unsupported" }));
  });

  it.each([
    ["durationMs", -1],
    ["durationMs", "9"],
    ["cols", 0],
    ["rows", 100000],
    ["segments", {}],
    ["segments", [[0, 1]]],
    ["segments", [[0, -1, 5]]],
    ["segments", [[0, 1.5, 5]]],
    ["segments", [[0, 1, 2 ** 40]]],
    ["segments", [[-1, 1, 5]]],
    ["markers", [[0, 5]]],
  ])("with %s %j is damaged", (name, value) => {
    expect(() => parseIndex({ ...file, [name]: value })).toThrow(expect.objectContaining({ code: "damaged" }));
  });
});

describe("the segment of a moment", () => {
  const { segments } = parseIndex(file);
  it.each([
    [0, 0],
    [3999.9, 0],
    [4000, 2],
    [4999, 2],
    [5000, 3],
    [Infinity, 3],
    [-1, 0],
  ])("%d ms is in %d", (ms, n) => expect(segmentAt(segments, ms)).toBe(n));

  it("is shown from its keyframe, or from the one before when it is blind", () => {
    expect([0, 1, 2, 3].map((n) => keyframeAt(segments, n))).toEqual([0, 1, 1, 3]);
  });
});

describe("an index of file operations", () => {
  const total = { op: "get", count: 3, refused: 1, bytes: 807 };
  const log = { ...file, version: 3, format: "filelog", cols: 0, rows: 0, operations: [3, 2, 1, 9], totals: [total] };

  it("says how many there are in each segment, and what they come to", () => {
    const index = parseIndex(log);
    expect(index).toMatchObject({ format: "filelog", cols: 0, rows: 0, files: { operations: [3, 2, 1, 9], totals: [total] } });
    const empty = parseIndex({ ...log, segments: [], operations: undefined, totals: undefined });
    expect(empty.files).toEqual({ operations: [], totals: [] });
  });

  it.each<[string, Record<string, unknown>]>([
    ["counts of other segments", { operations: [3, 2, 1] }],
    ["counts that are none", { operations: [3, 2, 1, -9] }],
    ["counts that are no list", { operations: { length: 4 } }],
    ["too many totals", { totals: Array(52).fill(total) }],
    ["a total of nothing", { totals: [null] }],
    ["a total without a name", { totals: [{ ...total, op: 1 }] }],
    ["a total without a number", { totals: [{ ...total, bytes: "807" }] }],
    ["a total beyond all numbers", { totals: [{ ...total, bytes: 2 ** 60 }] }],
  ])("with %s is damaged", (_, part) => {
    expect(() => parseIndex({ ...log, ...part })).toThrow(expect.objectContaining({ code: "damaged" }));
  });

  it("of a later version is not known", () => {
    expect(() => parseIndex({ ...log, version: 4 })).toThrow(expect.objectContaining({ code: "unsupported" }));
    expect(() => parseIndex({ ...log, format: "hologram" })).toThrow(expect.objectContaining({ code: "unsupported" }));
  });
});

import { describe, expect, it } from "vitest";
import { openReader } from "./reader";
import { serve, writeTape, type Cast } from "./tape.testing";

const cast: Cast = {
  cols: 80,
  rows: 24,
  events: Array.from({ length: 40 }, (_, n) => ({ ms: n * 100, code: "o", data: `line ${n}\r\n` })),
};

describe("a reader", () => {
  it("reads each segment on its own, in any order", async () => {
    const tape = writeTape(cast, 200);
    const reader = await openReader(tape.addresses, { fetch: serve(tape) });
    expect(reader.index.segments.length).toBeGreaterThan(3);
    const order = reader.index.segments.map((_, n) => n).reverse();
    const read = await Promise.all(order.map((n) => reader.segment(n)));
    expect(read.reverse().flat()).toEqual(cast.events);
  });

  it("sends the range as given and no credentials, and reports progress", async () => {
    const tape = writeTape(cast, 200);
    const asked: unknown[] = [];
    const progress: number[] = [];
    await openReader(tape.addresses, {
      fetch: (url, init) => {
        asked.push([init.credentials, new Headers(init.headers).get("Range")]);
        return serve(tape)(url, init);
      },
      onProgress: (loaded, total) => progress.push(loaded, total),
    });
    expect(asked).toEqual([
      ["omit", tape.addresses.index!.range],
      ["omit", tape.addresses.segments[0]!.range],
    ]);
    expect(progress.slice(-2)).toEqual([tape.object.length, tape.object.length]);
  });

  it("opens a recording without events", async () => {
    const tape = writeTape({ ...cast, events: [] }, 200, (index) => (index.segments = null));
    const reader = await openReader({ ...tape.addresses, segments: [] }, { fetch: serve(tape) });
    expect(reader.index.durationMs).toBe(0);
  });

  it("refuses a play object with another hash", async () => {
    const tape = writeTape(cast, 200);
    tape.object[5]! ^= 1;
    await expect(openReader(tape.addresses, { fetch: serve(tape) })).rejects.toMatchObject({
      code: "damaged",
      detail: expect.stringContaining("SHA-256"),
    });
  });

  it("refuses an index with another hash", async () => {
    const tape = writeTape(cast, 200);
    tape.addresses.index!.sha256 = "0".repeat(64);
    await expect(openReader(tape.addresses, { fetch: serve(tape) })).rejects.toMatchObject({ code: "damaged" });
  });

  it.each([
    ["version", 2],
    ["codec", "zstd"],
  ])("refuses an unknown %s", async (name, value) => {
    const tape = writeTape(cast, 200, (index) => (index[name] = value));
    await expect(openReader(tape.addresses, { fetch: serve(tape) })).rejects.toMatchObject({ code: "unsupported" });
  });

  it("refuses a member that holds more or less than the index says", async () => {
    for (const by of [-1, 1]) {
      const tape = writeTape(cast, 200, (index) => ((index.segments as number[][])[1]![2]! += by));
      const reader = await openReader(tape.addresses, { fetch: serve(tape) });
      await expect(reader.segment(1)).rejects.toMatchObject({ code: "damaged", detail: expect.stringContaining("segment 1") });
    }
  });

  it("refuses an index of another length than the play object", async () => {
    const tape = writeTape(cast, 200, (index) => (index.segments as number[][]).pop());
    await expect(openReader(tape.addresses, { fetch: serve(tape) })).rejects.toMatchObject({ code: "damaged" });
  });

  it.each([
    [403, "address_refused"],
    [200, "unreachable"],
    [503, "unreachable"],
  ])("takes a storage's %i as %s", async (status, code) => {
    const tape = writeTape(cast, 200);
    const fetch = () => Promise.resolve(new Response("x", { status }));
    await expect(openReader(tape.addresses, { fetch })).rejects.toMatchObject({ code });
  });

  it("takes a broken connection as unreachable and lets an abort through", async () => {
    const tape = writeTape(cast, 200);
    await expect(openReader(tape.addresses, { fetch: () => Promise.reject(new TypeError("network")) })).rejects.toMatchObject({
      code: "unreachable",
    });
    const signal = AbortSignal.abort();
    await expect(openReader(tape.addresses, { fetch: () => Promise.reject(signal.reason), signal })).rejects.toBe(signal.reason);
  });
});

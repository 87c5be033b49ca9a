import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Fetch } from "./ranges";
import { open, serve, writeTape, type Cast } from "./tape.testing";

const cast: Cast = {
  cols: 80,
  rows: 24,
  events: Array.from({ length: 400 }, (_, n) => ({ ms: n * 1000, code: "o", data: `line ${n} ${"-".repeat(40)}\r\n` })),
};
const size = 600; // bytes of a segment: some ten seconds of the cast
const tape = () => writeTape(cast, size, { blind: (n) => n % 20 > 0 }); // keyframes of all that was said grow
const rangeOf = (init: RequestInit) => new Headers(init.headers).get("Range")!;
const answer = (status: number) => Promise.resolve(new Response("", { status }));

/** An answer that never comes. */
const hanging = ({ signal }: RequestInit) =>
  new Promise<Response>((_, reject) => {
    if (signal!.aborted) reject(signal!.reason as Error);
    signal!.addEventListener("abort", () => reject(signal!.reason as Error));
  });

/** A storage that does `first` instead for the first requests of the play object. */
function failing(made: ReturnType<typeof tape>, times: number, first: (init: RequestInit) => Promise<Response>) {
  const storage = serve(made);
  const state = { requests: 0 };
  const fetch: Fetch = (url, init) => (url.endsWith("/play") && ++state.requests <= times ? first(init) : storage(url, init));
  return { fetch, state };
}

describe("a reader", () => {
  it("reads each segment on its own, in any order", async () => {
    const reader = await open(tape());
    expect(reader.index.segments.length).toBeGreaterThan(30);
    const order = reader.index.segments.map((_, n) => n).reverse();
    const read = await Promise.all(order.map((n) => reader.segment(n)));
    expect(
      read
        .reverse()
        .flat()
        .filter(({ code }) => code !== "k"),
    ).toEqual(cast.events);
  });

  it("needs no second answer of the API for the first segments", async () => {
    const made = tape();
    const requests: unknown[] = [];
    const storage = serve(made);
    const fetch: Fetch = (url, init) => {
      requests.push([url, rangeOf(init), init.credentials]);
      return storage(url, init);
    };
    await (await open(made, { fetch })).segment(0);
    const { index, segments } = made.opening;
    expect(requests).toEqual([
      [index!.url, index!.range, "omit"],
      [segments[0]!.url, segments[0]!.range, "omit"],
    ]);
    expect(made.asked).toEqual([]);
  });

  it("asks for the addresses of about a minute, once", async () => {
    const made = tape();
    const reader = await open(made);
    await reader.segment(10);
    const { segments } = made.asked[0]!;
    const { startMs } = reader.index.segments[10]!;
    expect(segments[0]).toBe(10);
    expect(reader.index.segments[segments.at(-1)!]!.startMs - startMs).toBeLessThanOrEqual(60_000);
    expect(reader.index.segments[segments.at(-1)! + 1]!.startMs - startMs).toBeGreaterThan(60_000);
    for (const n of segments) await reader.segment(n);
    await reader.segment(10);
    expect(made.asked.length).toBe(1);
    await reader.segment(segments.at(-1)! + 1);
    expect(made.asked.length).toBe(2);
  });

  it("fetches ahead while playing, and further at a higher speed, but not all", async () => {
    const slow = tape();
    const counting = failing(slow, 0, () => answer(500));
    const reader = await open(slow, { fetch: counting.fetch });
    reader.ahead(0, 1);
    await vi.waitFor(() => expect(counting.state.requests).toBe(2));
    reader.ahead(0, 16);
    await vi.waitFor(() => expect(counting.state.requests).toBe(5));
    await reader.segment(4);
    expect(counting.state.requests).toBe(5);
  });

  it("has another beside it, which asks for one segment at a time, has the same addresses, and is given up by itself", async () => {
    const made = tape();
    const reader = await open(made);
    const aside = reader.aside();
    await aside.segment(0); // its address came with the recording
    await aside.segment(20);
    expect(made.asked).toEqual([{ segments: [20], transcript: [] }]);
    await reader.segment(20);
    expect(made.asked.length).toBe(1);
    const wanted = [reader.segment(7), aside.segment(9)] as const;
    aside.focus(0, -1);
    await expect(wanted[1]).rejects.toThrow("aborted");
    await wanted[0];
  });

  it("fetches nothing twice that the one beside it has, or is fetching", async () => {
    const made = tape();
    const { fetch, state } = failing(made, 0, () => answer(500));
    const reader = await open(made, { fetch });
    const aside = reader.aside();
    const before = state.requests;
    await Promise.all([reader.segment(5), aside.segment(5)]);
    await aside.segment(6);
    await reader.segment(6);
    expect(state.requests - before).toBe(2);
  });

  it("fetches by itself what the one beside it has given up", async () => {
    const made = tape();
    const { fetch, state } = failing(made, 1, hanging);
    const reader = await open(made, { fetch });
    const aside = reader.aside();
    const given = aside.segment(3);
    await vi.waitFor(() => expect(state.requests).toBe(1));
    const wanted = reader.segment(3);
    aside.focus(0, -1);
    await expect(given).rejects.toMatchObject({ name: "AbortError" });
    expect((await wanted).length).toBeGreaterThan(1);
  });

  it("gives up what is not wanted any more, and can want it again", async () => {
    const made = tape();
    const { fetch, state } = failing(made, 1, hanging);
    const reader = await open(made, { fetch });
    const given = reader.segment(0);
    await vi.waitFor(() => expect(state.requests).toBe(1));
    reader.focus(20, 24);
    const again = reader.segment(0);
    await expect(given).rejects.toMatchObject({ name: "AbortError" });
    expect((await again).length).toBeGreaterThan(1);
  });

  it("stops when it is closed", async () => {
    const made = tape();
    const closing = new AbortController();
    const { fetch } = failing(made, 99, hanging);
    const reader = await open(made, { fetch, signal: closing.signal });
    const read = reader.segment(1);
    closing.abort();
    await expect(read).rejects.toMatchObject({ name: "AbortError" });
  });

  it("opens a recording without events", async () => {
    const reader = await open(writeTape({ ...cast, events: [] }, size, { change: (index) => (index.segments = null) }));
    expect(reader.index).toMatchObject({ durationMs: 0, segments: [] });
  });
});

describe("an address that is over", () => {
  it("is renewed before it is used, after five minutes", async () => {
    const made = tape();
    let now = 0;
    const reader = await open(made, { now: () => now });
    now += 270_000;
    await reader.segment(0);
    expect(made.asked).toEqual([]);
    now += 20_000;
    await reader.segment(1);
    expect(made.asked.length).toBe(1);
  });

  it.each([-86_400_000, 86_400_000])("is no matter of the computer's date, which may be %d ms wrong", async (skew) => {
    const date = vi.spyOn(Date, "now").mockReturnValue(Date.now() + skew);
    const made = tape();
    const reader = await open(made);
    await reader.segment(0);
    date.mockReturnValue(Date.now() - 3 * skew); // and may be set right, or more wrong
    await reader.segment(1);
    expect(made.asked).toEqual([]);
    await reader.segment(10);
    await reader.segment(11);
    expect(made.asked.length).toBe(1);
    date.mockRestore();
  });

  it("is asked for again when the storage refuses it, and with it all that are as old", async () => {
    const made = tape();
    const { fetch, state } = failing(made, 1, () => answer(403));
    const reader = await open(made, { fetch });
    await reader.segment(0);
    await reader.segment(1);
    expect([state.requests, made.asked.length]).toEqual([3, 1]);
  });

  it("that is refused twice is the end", async () => {
    const made = tape();
    const { fetch } = failing(made, 2, () => answer(403));
    await expect((await open(made, { fetch })).segment(0)).rejects.toMatchObject({ code: "address_refused" });
    expect(made.asked.length).toBe(1);
  });
});

describe("while the network is lost", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  it("a reader waits, says so, and goes on", async () => {
    const made = tape();
    const { fetch, state } = failing(made, 7, () => Promise.reject(new TypeError("network")));
    const reader = await open(made, { fetch });
    const read = reader.segment(1);
    for (const pause of [500, 1000, 2000, 4000, 8000, 8000, 8000]) {
      await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
      expect(reader.patience.waiting).toBe(true);
      await vi.advanceTimersByTimeAsync(pause);
    }
    expect((await read).at(-1)).toMatchObject({ code: "o" });
    expect([state.requests, reader.patience.waiting]).toEqual([8, false]);
  });

  it("a reader tries again at once when it is woken", async () => {
    const made = tape();
    const { fetch } = failing(made, 1, () => Promise.reject(new TypeError("network")));
    const reader = await open(made, { fetch });
    const read = reader.segment(0);
    await vi.waitFor(() => expect(reader.patience.waiting).toBe(true));
    reader.patience.wake();
    await read;
  });

  it("a seek elsewhere ends the wait", async () => {
    const made = tape();
    const { fetch } = failing(made, 1, () => Promise.reject(new TypeError("network")));
    const reader = await open(made, { fetch });
    const read = reader.segment(0);
    await vi.waitFor(() => expect(reader.patience.waiting).toBe(true));
    reader.focus(20, 20);
    await expect(read).rejects.toMatchObject({ name: "AbortError" });
    expect([reader.patience.waiting, vi.getTimerCount()]).toEqual([false, 0]);
  });

  it("a storage that stays busy is the end", async () => {
    const made = tape();
    const { fetch, state } = failing(made, 99, () => answer(503));
    const read = (await open(made, { fetch })).segment(0);
    const end = expect(read).rejects.toMatchObject({ code: "busy", detail: "segment 0: the storage answered 503" });
    for (const pause of [500, 1000, 2000, 4000, 8000]) {
      await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
      await vi.advanceTimersByTimeAsync(pause);
    }
    await end;
    expect(state.requests).toBe(6);
  });
});

describe("what is not as it was archived", () => {
  it("is not shown: a segment of another hash", async () => {
    const made = tape();
    made.play[Number(/(\d+)-/.exec(made.opening.segments[1]!.range)![1]) + 20]! ^= 1;
    const reader = await open(made);
    await reader.segment(0);
    await expect(reader.segment(1)).rejects.toMatchObject({ code: "damaged", detail: expect.stringMatching(/segment 1: the SHA-256/) });
  });

  it("is not shown: an index of another hash", async () => {
    const made = tape();
    made.opening.index!.sha256 = "0".repeat(64);
    await expect(open(made)).rejects.toMatchObject({ code: "damaged" });
  });

  it("is not shown: a segment that holds more or less than the index says", async () => {
    for (const by of [-1, 1]) {
      const reader = await open(writeTape(cast, size, { change: (index) => ((index.segments as number[][])[1]![2]! += by) }));
      await expect(reader.segment(1)).rejects.toMatchObject({ code: "damaged", detail: expect.stringContaining("segment 1") });
    }
  });

  it("is not shown: a range of another length than the index says", async () => {
    const reader = await open(writeTape(cast, size, { change: (index) => ((index.segments as number[][])[1]![1]! += 1) }));
    await expect(reader.segment(1)).rejects.toMatchObject({ code: "damaged" });
  });

  it("is not shown: a segment of other times than the index says", async () => {
    for (const by of [-1000, 1000]) {
      const reader = await open(writeTape(cast, size, { change: (index) => ((index.segments as number[][])[1]![0]! += by) }));
      await expect(reader.segment(1)).rejects.toMatchObject({ code: "damaged", detail: expect.stringContaining("times") });
    }
  });

  it.each([
    ["version", 1],
    ["codec", "zstd"],
  ])("is refused: an unknown %s", async (name, value) => {
    await expect(open(writeTape(cast, size, { change: (index) => (index[name] = value) }))).rejects.toMatchObject({ code: "unsupported" });
  });

  it.each([
    [403, "address_refused"],
    [200, "unreachable"],
    [404, "unreachable"],
    [503, "busy"],
  ])("a storage's %i for the index is %s", async (status, code) => {
    await expect(open(tape(), { fetch: () => answer(status) })).rejects.toMatchObject({ code });
  });
});

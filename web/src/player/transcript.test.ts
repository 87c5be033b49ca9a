import { describe, expect, it } from "vitest";
import { open, serve, writeTape, type Cast, type Tape } from "./tape.testing";
import { hitsIn, searchTranscript, type Hit, type SearchOptions } from "./transcript";

const cast: Cast = {
  cols: 80,
  rows: 24,
  events: Array.from({ length: 200 }, (_, n) => ({ ms: n * 100, code: "o", data: n % 50 === 0 ? `Error ${n}\r\n` : `fine ${n}\r\n` })),
};
const made = () => writeTape(cast, 60, { blind: (n) => n > 0 });

async function search(tape: Tape, text: string, most = 100, options: Partial<SearchOptions> = {}) {
  const reader = await open(tape);
  const hits: Hit[] = [];
  const progress: number[] = [];
  await searchTranscript(text, reader.index.segments.length, most, {
    fetch: serve(tape),
    ask: tape.ask,
    patience: reader.patience,
    signal: new AbortController().signal,
    onPart: (done, _, found) => {
      progress.push(done);
      hits.push(...found);
    },
    ...options,
  });
  return { hits, progress, segments: reader.index.segments.length };
}

describe("a search", () => {
  it("finds lines with their times, whatever their case, in order, and tells how far it is", async () => {
    const tape = made();
    const { hits, progress, segments } = await search(tape, "eRRor");
    expect(hits).toEqual([0, 50, 100, 150].map((n) => ({ ms: n * 100, line: `Error ${n}` })));
    expect(segments).toBeGreaterThan(64);
    expect(progress).toEqual(Array.from({ length: segments }, (_, n) => n + 1));
  });

  it("asks for at most 64 addresses at once, and for none of the recording itself", async () => {
    const tape = made();
    await search(tape, "x");
    expect(tape.asked.map(({ transcript }) => transcript.length).every((n) => n <= 64)).toBe(true);
    expect(tape.asked.flatMap(({ segments }) => segments)).toEqual([]);
  });

  it("ends at so many hits", async () => {
    const { hits, progress, segments } = await search(made(), "fine", 10);
    expect(hits.length).toBe(10);
    expect(progress.length).toBeLessThan(segments);
  });

  it("takes wide letters for narrow ones", () => {
    expect(hitsIn("5\tＰＡＳＳ ﾊﾝｶｸ\n7\tno\n", "pass ハンカク")).toEqual([{ ms: 5, line: "ＰＡＳＳ ﾊﾝｶｸ" }]);
  });

  it("renews addresses that are refused, once", async () => {
    const tape = made();
    const storage = serve(tape);
    let refused = 0;
    const fetch: typeof storage = (url, init) => (refused++ < 4 ? Promise.resolve(new Response("", { status: 403 })) : storage(url, init));
    expect((await search(tape, "error", 100, { fetch })).hits.length).toBe(4);
    await expect(search(tape, "error", 100, { fetch: () => Promise.resolve(new Response("", { status: 403 })) })).rejects.toMatchObject({
      code: "address_refused",
    });
  });

  it("can be given up", async () => {
    const stop = new AbortController();
    const tape = made();
    const given = search(tape, "x", 100, { signal: stop.signal, onPart: () => stop.abort() });
    await expect(given).rejects.toMatchObject({ name: "AbortError" });
  });
});

import { describe, expect, it } from "vitest";
import { Fault } from "./fault";
import { parseIndex } from "./index-file";
import { OperationList, type OperationSource } from "./operation-list";
import { everything, type Operation } from "./operations";

const size = 100; // operations of a segment

/** A log of operations, one each 10 ms: every seventh is refused, every fifth writes. */
function log(count: number): Operation[] {
  return Array.from({ length: count }, (_, n) => ({
    ms: n * 10,
    op: n % 5 === 0 ? "put" : "get",
    path: `/srv/file ${n}`,
    to: "",
    bytes: n,
    result: n % 7 === 0 ? "no" : "ok",
    sha256: "",
  }));
}

interface Made extends OperationSource {
  asked: number[];
  broken?: number;
}

function source(operations: Operation[]): Made {
  const segments = Array.from({ length: Math.ceil(operations.length / size) }, (_, n) => operations.slice(n * size, (n + 1) * size));
  const total = (op: string) => {
    const some = operations.filter((o) => o.op === op);
    const bytes = some.reduce((sum, o) => sum + o.bytes!, 0);
    return { op, count: some.length, refused: some.filter((o) => o.result !== "ok").length, bytes };
  };
  let beforeMs = 0;
  const made: Made = {
    asked: [],
    index: parseIndex({
      version: 3,
      codec: "gzip",
      format: "filelog",
      durationMs: operations.at(-1)?.ms ?? 0,
      cols: 0,
      rows: 0,
      segments: segments.map(([first]) => [first!.ms - beforeMs, 1, ((beforeMs = first!.ms), 1)]),
      operations: segments.map(({ length }) => length),
      totals: ["get", "put"].map(total),
    }),
    segment: (n) => {
      made.asked.push(n);
      return n === made.broken ? Promise.reject(new Fault("damaged", `segment ${n}`)) : Promise.resolve(segments[n]!);
    },
  };
  return made;
}

const never = new AbortController().signal;
const quiet = () => undefined;
const paths = (list: OperationList, from = 0, to = list.count) =>
  Array.from({ length: to - from }, (_, i) => list.peek(from + i)?.path.slice(10));

describe("a list of operations", () => {
  it("knows what they come to before it has fetched one", () => {
    const made = source(log(1000));
    const list = new OperationList(made);
    expect([list.count, list.all, list.reached, made.asked]).toEqual([1000, 1000, 0, []]);
    expect(list.sums).toEqual({ count: 1000, refused: 143, read: 400_000, written: 99_500 });
  });

  it("reaches the operations up to each moment, with one segment", async () => {
    const made = source(log(1000));
    const list = new OperationList(made);
    for (const [ms, reached] of [
      [0, 1],
      [9, 1],
      [10, 2],
      [999, 100],
      [1000, 101],
      [5555, 556],
      [9990, 1000],
      [0, 1],
    ] as const) {
      await list.show(ms);
      expect([list.shownMs, list.reached]).toEqual([ms, reached]);
    }
    expect(made.asked).toEqual([0, 1, 5, 9]);
  });

  it("goes to the last moment that was asked for", async () => {
    const list = new OperationList(source(log(1000)));
    await Promise.all([list.show(1000), list.show(7000), list.show(4000)]);
    expect([list.shownMs, list.reached]).toEqual([4000, 401]);
    list.close();
    await list.show(5000);
    expect(list.shownMs).toBe(4000);
  });

  it("fetches the rows that are wanted", async () => {
    const made = source(log(1000));
    const list = new OperationList(made);
    expect(list.peek(250)).toBeUndefined();
    await list.load(295, 305);
    expect(made.asked).toEqual([2, 3]);
    expect(paths(list, 298, 302)).toEqual(["298", "299", "300", "301"]);
    made.broken = 5;
    await expect(list.load(500, 501)).rejects.toThrow("segment 5");
    made.broken = undefined;
    await list.load(500, 501);
    expect(list.peek(500)!.path).toBe("/srv/file 500");
  });

  it("keeps some segments and fetches others again", async () => {
    const made = source(log(7000));
    const list = new OperationList(made);
    for (let n = 0; n < 70; n++) await list.load(n * size, n * size + 1);
    expect(list.peek(0)).toBeUndefined();
    expect(list.peek(6900)).toBeDefined();
    await list.load(0, 1);
    expect(list.peek(0)!.path).toBe("/srv/file 0");
    expect(made.asked.length).toBe(71);
  });

  it("has the rows that pass a filter, their sums, and how many of them are reached", async () => {
    const list = new OperationList(source(log(1000)));
    await list.show(5000);
    const done: number[] = [];
    await list.filter({ text: "FILE 3", op: "put", result: "refused" }, (n) => done.push(n), never);
    const wanted = log(1000).filter((o) => o.op === "put" && o.result === "no" && o.path.includes("file 3"));
    expect(done).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(wanted.length).toBeGreaterThan(3);
    await list.load(0, list.count);
    expect(paths(list)).toEqual(wanted.map(({ path }) => path.slice(10)));
    expect(list.sums).toEqual({
      count: wanted.length,
      refused: wanted.length,
      read: 0,
      written: wanted.reduce((sum, { bytes }) => sum + bytes!, 0),
    });
    expect(list.reached).toBe(wanted.filter(({ ms }) => ms <= 5000).length);
    expect(list.moments).toEqual(wanted.map(({ ms }) => ms));
    await list.filter(everything, quiet, never);
    expect(list.moments).toEqual([]);
    expect([list.count, list.reached, list.sums.count]).toEqual([1000, 501, 1000]);
  });

  it("ends a filter that is given up, and says what is damaged", async () => {
    const made = source(log(1000));
    const list = new OperationList(made);
    const stop = new AbortController();
    const filtering = list.filter({ ...everything, op: "get" }, (n) => n === 3 && stop.abort(), stop.signal);
    await expect(filtering).rejects.toThrow();
    expect(list.count).toBe(240);
    made.broken = 8;
    await expect(list.filter({ ...everything, op: "get" }, quiet, never)).rejects.toThrow("segment 8");
  });

  it("gives its rows for a file, all or those that pass", async () => {
    const list = new OperationList(source(log(1000)));
    const all = async () => {
      const found: string[] = [];
      for await (const chunk of list.chunks()) found.push(...chunk.map(({ path }) => path));
      return found;
    };
    expect(await all()).toEqual(log(1000).map(({ path }) => path));
    await list.filter({ ...everything, result: "refused" }, quiet, never);
    const refused = log(1000).filter(({ result }) => result === "no");
    expect(await all()).toEqual(refused.map(({ path }) => path));
  });

  it("steps from row to row, over those of the same moment", async () => {
    const operations = log(300).map((o, n) => ({ ...o, ms: Math.floor(n / 30) * 1000 }));
    const list = new OperationList(source(operations));
    await list.show(2000);
    expect([await list.step(1), await list.step(-1)]).toEqual([3000, 1000]);
    await list.show(9000);
    expect(await list.step(1)).toBe(9000);
    await list.show(0);
    expect(await list.step(-1)).toBe(0);
    await list.filter({ ...everything, text: "file 299" }, quiet, never);
    expect([await list.step(1), await list.step(-1)]).toEqual([9000, 0]);
  });

  it("of nothing is empty", async () => {
    const list = new OperationList(source([]));
    await list.show(0);
    expect([list.count, list.reached, list.shownMs, await list.step(1), await list.step(-1)]).toEqual([0, 0, 0, 0, 0]);
    await list.filter({ ...everything, text: "x" }, quiet, never);
    expect(list.count).toBe(0);
  });
});

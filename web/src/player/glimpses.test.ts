import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Glimpses } from "./glimpses";

interface Making {
  place: number;
  done: (made: string) => void;
  fail: (cause: Error) => void;
}

describe("glimpses", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function start() {
    const making: Making[] = [];
    const given: number[] = [];
    const glimpses = new Glimpses<number, string>(
      (place) => new Promise((done, fail) => making.push({ place, done, fail })),
      () => {
        given.push(making.at(-1)!.place);
        making.at(-1)!.fail(new Error("given up"));
      },
    );
    const ready: number[] = [];
    const at = (n: number) => glimpses.at(String(n), n, () => ready.push(n));
    const rested = () => vi.advanceTimersByTimeAsync(100);
    return { glimpses, making, given, ready, at, rested };
  }

  it("are made once the hand rests, and kept", async () => {
    const { making, ready, at, rested } = start();
    for (const n of [1, 2, 3]) expect(at(n)).toBeUndefined();
    await rested();
    expect(making.map(({ place }) => place)).toEqual([3]);
    making[0]!.done("three");
    await rested();
    expect(ready).toEqual([3]);
    expect(at(3)).toBe("three");
    await rested();
    expect(making.length).toBe(1);
  });

  it("are made one at a time, the last one wanted, while the one before is given up", async () => {
    const { making, given, ready, at, rested } = start();
    at(1);
    await rested();
    at(2);
    expect(given).toEqual([1]);
    at(3);
    await rested();
    expect(making.map(({ place }) => place)).toEqual([1, 3]);
    making[1]!.done("three");
    await rested();
    expect(ready).toEqual([3]);
    at(1); // it was given up, and may well be made
    await rested();
    expect(making.map(({ place }) => place)).toEqual([1, 3, 1]);
  });

  it("go on where the hand moves a little", async () => {
    const { making, given, ready, at, rested } = start();
    at(1);
    await rested();
    for (let i = 0; i < 5; i++) at(1);
    making[0]!.done("one");
    await rested();
    expect([making.length, given, ready]).toEqual([1, [], [1]]);
  });

  it("that cannot be made are not tried again, and nothing is made for nobody", async () => {
    const { glimpses, making, ready, at, rested } = start();
    at(1);
    await rested();
    making[0]!.fail(new Error("damaged"));
    await rested();
    expect(ready).toEqual([1]);
    expect(at(1)).toBeUndefined();
    at(2);
    glimpses.rest();
    await rested();
    expect(making.length).toBe(1);
  });

  it("are as many as is said", async () => {
    const { making, at, rested } = start();
    for (let n = 0; n < 49; n++) {
      at(n);
      await rested();
      making.at(-1)!.done(String(n));
      await rested();
    }
    expect([at(0), at(48)]).toEqual([undefined, "48"]);
  });
});

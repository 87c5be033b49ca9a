import { expect, it } from "vitest";
import { Lru } from "./lru";

it("keeps what was used last, up to its bound", () => {
  const lru = new Lru(10);
  for (const n of [1, 2, 3]) lru.put(n, new Uint8Array(3));
  lru.get(1);
  lru.put(4, new Uint8Array(3));
  expect([1, 2, 3, 4].map((n) => lru.has(n))).toEqual([true, false, true, true]);
  expect(lru.bytes).toBe(9);
});

it("counts what is put twice once", () => {
  const lru = new Lru(10);
  lru.put(1, new Uint8Array(4));
  lru.put(1, new Uint8Array(6));
  expect(lru.bytes).toBe(6);
});

it("keeps the last one alone when it is larger than the bound", () => {
  const lru = new Lru(10);
  lru.put(1, new Uint8Array(4));
  lru.put(2, new Uint8Array(40));
  expect([lru.has(1), lru.has(2), lru.bytes]).toEqual([false, true, 40]);
});

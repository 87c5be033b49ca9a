import { describe, expect, it } from "vitest";
import { Vault } from "./vault";

const random = (n: number) => Uint8Array.from({ length: n }, () => Math.floor(Math.random() * 256));

describe("a vault", () => {
  it("gives back any bytes of what was added, across pieces of any length", async () => {
    const pieces = [random(1000), random(1), random(0), random(4096), random(17)];
    const whole = new Uint8Array(pieces.flatMap((piece) => [...piece]));
    const vault = await Vault.make();
    for (const piece of pieces) vault.add(piece);
    await vault.written();
    expect(vault.size).toBe(whole.length);
    for (const [from, to] of [
      [0, whole.length],
      [999, 1002],
      [1001, 1001],
      [17, 33],
      [5000, 9999],
      [whole.length, whole.length + 1],
    ] as const) {
      expect(await vault.read(from, to)).toEqual(whole.slice(from, to));
    }
    for (let i = 0; i < 50; i++) {
      const from = Math.floor(Math.random() * whole.length);
      const to = from + Math.floor(Math.random() * (whole.length - from));
      expect(await vault.read(from, to), `${from} to ${to}`).toEqual(whole.slice(from, to));
    }
  });

  it("gives the browser nothing that can be read", async () => {
    const real = globalThis.Blob;
    const given: Uint8Array[] = [];
    globalThis.Blob = class extends real {
      constructor(parts: BlobPart[] = []) {
        super(parts);
        for (const part of parts) given.push(new Uint8Array(part as ArrayBuffer));
      }
    };
    try {
      const vault = await Vault.make();
      vault.add(new TextEncoder().encode("secret ".repeat(100)));
      await vault.written();
    } finally {
      globalThis.Blob = real;
    }
    expect(given.map(({ length }) => length)).toEqual([700]);
    expect(new TextDecoder("latin1").decode(given[0])).not.toContain("secret");
  });
});

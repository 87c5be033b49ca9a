import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { below, generate } from "./generate";
import { rule } from "./rule";
import { words } from "./words";

interface Vector {
  name: string;
  passphrase: string;
  normalised?: string;
  code?: string;
}

// The server's tests hold it to the same.
const vectors: Vector[] = JSON.parse(readFileSync("../testdata/passphrases.json", "utf8"));

describe("the rule", () => {
  it("has vectors", () => expect(vectors.length).toBeGreaterThan(40));

  it.each(vectors)("is the server's: $name", ({ passphrase, normalised, code }) => {
    expect(rule(passphrase)).toEqual(code ? { refusal: code } : { normalised });
  });
});

describe("a passphrase that is made", () => {
  it("is six words of the list, never the same, and the rule takes it", async () => {
    const list = new Set(await words());
    expect(list.size).toBe(7776);
    const made = new Set<string>();
    const used = new Set<string>();
    for (let i = 0; i < 500; i++) {
      const passphrase = await generate();
      expect(rule(passphrase)).toEqual({ normalised: passphrase });
      // Four words of the list have a hyphen of their own.
      const found = passphrase.match(/drop-down|felt-tip|t-shirt|yo-yo|[^-]+/g)!;
      expect(found.filter((word) => !list.has(word))).toEqual([]);
      expect(found.length).toBe(6);
      found.forEach((word) => used.add(word));
      made.add(passphrase);
    }
    expect(made.size).toBe(500);
    // 3,000 draws of 7,776 words: about 2,490 different ones, with a standard deviation of 18.
    expect(used.size).toBeGreaterThan(2300);
    expect(used.size).toBeLessThan(2650);
  });

  it("has each word as likely as any", () => {
    const times = new Array<number>(7776).fill(0);
    for (let drawn = 0; drawn < 65_536; drawn++) {
      const redrawn = [drawn, 0];
      times[below(7776, () => redrawn.shift()!)]++;
    }
    const drawnAgain = 65_536 - 8 * 7776;
    expect(times[0]).toBe(8 + drawnAgain);
    expect(times.slice(1).every((n) => n === 8)).toBe(true);
  });
});

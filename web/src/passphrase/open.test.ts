import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Decrypter } from "age-encryption";
import { describe, expect, it } from "vitest";
import { rule } from "./rule";

const sealed = new Uint8Array(readFileSync("../testdata/sealed/session.cast.age"));
const facts: { passphrase: string; sha256: string; bytes: number } = JSON.parse(readFileSync("../testdata/sealed/session.json", "utf8"));

const open = async (file: Uint8Array, passphrase: string) => {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  return await decrypter.decrypt(file);
};

describe("what the exporter seals", () => {
  it("opens with age-encryption and the passphrase, however the keyboard composed it", { timeout: 60_000 }, async () => {
    const { normalised } = rule(facts.passphrase.normalize("NFD"));
    const plain = await open(sealed, normalised!);
    expect(plain.length).toBe(facts.bytes);
    expect(createHash("sha256").update(plain).digest("hex")).toBe(facts.sha256);
  });

  it("does not open with another passphrase", { timeout: 60_000 }, async () => {
    await expect(open(sealed, facts.passphrase + ".")).rejects.toThrow();
  });

  it("does not open when its last byte is another", { timeout: 60_000 }, async () => {
    const changed = sealed.slice();
    changed[changed.length - 1] ^= 1;
    await expect(open(changed, facts.passphrase)).rejects.toThrow();
  });
});

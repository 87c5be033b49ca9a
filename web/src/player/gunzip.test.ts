import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { gunzip } from "./gunzip";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe("gunzip", () => {
  it("reads the members of one object, each on its own", async () => {
    const members = ["first ", "second ", "third"].map((part) => gzipSync(part));
    const object = new Uint8Array(Buffer.concat(members));
    let at = 0;
    let whole = "";
    for (const member of members) {
      whole += text(await gunzip(object.subarray(at, (at += member.length)), 100));
    }
    expect(whole).toBe("first second third");
  });

  it("reads exactly as much as allowed and refuses a byte more", async () => {
    const member = new Uint8Array(gzipSync("x".repeat(1 << 20)));
    expect((await gunzip(member, 1 << 20)).length).toBe(1 << 20);
    await expect(gunzip(member, (1 << 20) - 1)).rejects.toMatchObject({ code: "damaged" });
  });

  it.each([
    ["cut", new Uint8Array(gzipSync("hello").subarray(0, 15))],
    ["other", new TextEncoder().encode("not gzip at all")],
    ["no", new Uint8Array()],
  ])("refuses %s bytes", async (_, bytes) => {
    await expect(gunzip(bytes, 100)).rejects.toMatchObject({ code: "damaged" });
  });
});

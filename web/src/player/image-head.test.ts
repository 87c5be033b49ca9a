import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { imageHead } from "./image-head";

const folder = new URL("../../../internal/display/testdata/images/", import.meta.url);

describe("the beginning of an image", () => {
  it("says how large it is, of each kind", () => {
    const files = readdirSync(folder).filter((name) => /\d+x\d+\.(png|webp|jpe?g)$/.test(name));
    expect(files.length).toBeGreaterThan(3);
    for (const name of files) {
      const [, width, height] = /(\d+)x(\d+)/.exec(name)!;
      const head = imageHead(readFileSync(new URL(name, folder)).toString("base64"));
      expect([name, head?.width, head?.height]).toEqual([name, Number(width), Number(height)]);
    }
  });

  it("says nothing of rubbish, of what is cut off, and of photographs that may stand on their side", () => {
    const jpeg = Buffer.from("ffd8ffe10004aaaaffc0000b080010002001011100", "hex");
    for (const data of [
      "",
      "????",
      "aGVsbG8=",
      "iVBORw0KGgo=",
      Buffer.from("RIFFxxxxWEBPVP8 ").toString("base64"),
      jpeg.toString("base64"),
    ])
      expect(imageHead(data)).toBeUndefined();
    const upright = Buffer.from("ffd8ffe00004aaaaffc0000b080010002001011100", "hex");
    expect(imageHead(upright.toString("base64"))).toEqual({ width: 32, height: 16, opaque: true });
  });

  it("takes a PNG for opaque where it has no alpha channel and no transparent colours", () => {
    const made = (colour: number, chunk: string) => {
      const bytes = Buffer.alloc(60);
      bytes.write("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x05\0\0\0\x06\x08", "latin1");
      bytes[25] = colour;
      bytes.write(chunk, 37, "latin1");
      return imageHead(bytes.toString("base64"));
    };
    expect([0, 2, 3, 4, 6].map((colour) => made(colour, "IDAT")?.opaque)).toEqual([true, true, true, false, false]);
    expect([0, 2, 3].map((colour) => made(colour, "tRNS"))).toEqual(Array(3).fill({ width: 5, height: 6, opaque: false }));
  });
});

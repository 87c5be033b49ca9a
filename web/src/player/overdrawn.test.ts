import { describe, expect, it } from "vitest";
import type { Instruction } from "./instructions";
import { Overdrawn } from "./overdrawn";

/** The beginning of a PNG of so many pixels, with a number by which pictures are told apart. */
function png(width: number, height: number, opaque: boolean, id: number): string {
  const bytes = Buffer.alloc(60);
  bytes.write("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "latin1");
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  bytes[24] = 8;
  bytes[25] = opaque ? 2 : 6;
  bytes.write("IDAT", 37, "latin1");
  bytes.writeUInt32BE(id, 41);
  return bytes.toString("base64");
}

const image = (mask: number, layer: number, x: number, y: number, data: string): Instruction[] => [
  ["img", "1", String(mask), String(layer), "image/png", String(x), String(y)],
  ["blob", "1", data],
  ["end", "1"],
];

interface Pixel {
  id: string;
  opaque: boolean;
}
interface Canvas {
  width: number;
  height: number;
  pixels: Map<string, Pixel>;
}

/** A display whose pixels know all that they were made of: two that differ in anything that is to be seen are not equal. */
class Model {
  layers = new Map<string, Canvas>();
  cursor = "";
  images = 0;
  #path: [string, number, number, number, number] | undefined;
  #image: string[] = [];

  layer(name: string): Canvas {
    let layer = this.layers.get(name);
    if (!layer) this.layers.set(name, (layer = { width: 0, height: 0, pixels: new Map() }));
    return layer;
  }

  draw(
    mask: string,
    name: string,
    x: number,
    y: number,
    width: number,
    height: number,
    of: (x: number, y: number) => Pixel | undefined,
  ): void {
    const layer = this.layer(name);
    if (name.startsWith("-")) {
      layer.width = Math.max(layer.width, x + width);
      layer.height = Math.max(layer.height, y + height);
    }
    const fresh = new Map<string, Pixel | undefined>();
    for (let j = 0; j < height; j++) for (let i = 0; i < width; i++) fresh.set(`${x + i},${y + j}`, of(i, j));
    if (mask === "12") layer.pixels.clear();
    for (const [at, pixel] of fresh) {
      const [left, top] = at.split(",").map(Number) as [number, number];
      if (left < 0 || top < 0 || left >= layer.width || top >= layer.height || !pixel) continue;
      const below = layer.pixels.get(at);
      if (pixel.opaque || mask === "12" || !below) layer.pixels.set(at, pixel);
      else layer.pixels.set(at, { id: named(`${below.id}<${pixel.id}`), opaque: below.opaque });
    }
  }

  feed(instructions: Instruction[]): this {
    for (const [opcode, ...a] of instructions) {
      const n = a.map(Number);
      if (opcode === "img") this.#image = a;
      else if (opcode === "blob") {
        const bytes = Buffer.from(a[1]!, "base64");
        const pixel = { id: String(bytes.readUInt32BE(41)), opaque: bytes[25] === 2 };
        const [, mask, layer, , x, y] = this.#image;
        this.images++;
        this.draw(mask!, layer!, Number(x), Number(y), bytes.readUInt32BE(16), bytes.readUInt32BE(20), () => pixel);
      } else if (opcode === "rect") this.#path = this.#path ? undefined : [a[0]!, n[1]!, n[2]!, n[3]!, n[4]!];
      else if (opcode === "cfill") {
        if (this.#path) this.draw(a[0]!, ...this.#path, () => ({ id: `fill${a[2]}`, opaque: a[5] === "255" }));
        this.#path = undefined;
      } else if (opcode === "copy") {
        const from = this.layer(a[0]!);
        const [, x, y, , , , , toX, toY] = n as [number, number, number, number, number, number, number, number, number];
        const [width, height] = [Math.min(n[3]!, from.width - x), Math.min(n[4]!, from.height - y)];
        const seen = new Map(from.pixels);
        if (width > 0 && height > 0) this.draw(a[5]!, a[6]!, toX, toY, width, height, (i, j) => seen.get(`${x + i},${y + j}`));
      } else if (opcode === "cursor") {
        const { width, height, pixels } = this.layer(a[2]!);
        const seen = [...pixels].filter(([at]) => {
          const [left, top] = at.split(",").map(Number) as [number, number];
          return left >= n[3]! && left < n[3]! + n[5]! && top >= n[4]! && top < n[4]! + n[6]!;
        });
        this.cursor = JSON.stringify([width, height, sorted(new Map(seen))]);
      } else if (opcode === "size") Object.assign(this.layer(a[0]!), { width: n[1]!, height: n[2]!, pixels: new Map() });
      else if (opcode === "dispose") this.layers.delete(a[0]!);
      else if (opcode === "transfer") {
        const id = named(JSON.stringify(sorted(this.layer(a[0]!).pixels)));
        this.draw("14", a[6]!, n[7]!, n[8]!, n[3]!, n[4]!, () => ({ id, opaque: false }));
      }
    }
    return this;
  }

  /** Everything, as text. */
  get all(): string {
    return JSON.stringify([
      this.cursor,
      sorted(this.layers).map(([name, { width, height, pixels }]) => [name, width, height, sorted(pixels)]),
    ]);
  }
}

function sorted<V>(map: Map<string, V>): [string, V][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

const names = new Map<string, string>();

/** A short name for what a pixel was made of. */
function named(text: string): string {
  let name = names.get(text);
  if (!name) names.set(text, (name = `n${names.size}`));
  return name;
}

/** Drawing at random, from a seed. */
function* drawing(seed: number, count: number): Generator<Instruction> {
  const next = (below: number) => ((seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) >>> 8) % below;
  const layer = () => [0, 0, 0, 1, -1, -2][next(6)]!;
  const box = () => [next(14) - 2, next(14) - 2, 1 + next(12), 1 + next(12)] as const;
  for (let id = 1; id <= count; id++) {
    const [x, y, width, height] = box();
    const kind = next(100);
    const mask = next(12) === 0 ? 12 : 14;
    if (kind < 78) yield* image(mask, layer(), x, y, png(width, height, next(4) > 0, id));
    else if (kind < 88)
      yield [
        "copy",
        ...[layer(), Math.max(0, x), Math.max(0, y), width, height, mask, layer(), next(8), next(8)].map(String),
      ] as unknown as Instruction;
    else if (kind < 95) {
      const on = String(layer());
      yield ["rect", on, ...[x, y, width, height].map(String)];
      yield ["cfill", String(mask), on, String(id), "0", "0", next(3) > 0 ? "255" : "9"];
    } else if (kind < 97)
      yield ["cursor", "0", "0", ...[layer(), Math.max(0, x), Math.max(0, y), width, height].map(String)] as unknown as Instruction;
    else if (kind < 98) yield ["size", String(next(2)), String(10 + next(10)), String(10 + next(10))];
    else if (next(3) === 0) yield ["dispose", "-2"];
    else if (next(2) === 0)
      yield ["transfer", ...[layer(), 0, 0, width, height, 3, layer(), next(8), next(8)].map(String)] as unknown as Instruction;
    else yield ["move", "1", "0", "0", "0", "0"];
  }
}

const sizes: Instruction[] = [
  ["size", "0", "20", "20"],
  ["size", "1", "20", "20"],
];

describe("what is drawn over", () => {
  it("is left out, and nothing that is to be seen changes", () => {
    let [fed, drawn] = [0, 0];
    for (let seed = 1; seed <= 150; seed++) {
      const overdrawn = new Overdrawn();
      const [want, got] = [new Model(), new Model()];
      for (let stretch = 0; stretch < 3; stretch++) {
        const instructions = [...(stretch === 0 ? sizes : []), ...drawing(seed * 7 + stretch, 60)];
        const { instructions: rest, images } = overdrawn.rest(instructions);
        expect([...images.keys()].map((at) => rest[at]![0])).toEqual([...images].map(() => "img"));
        expect(got.feed(rest).all === want.feed(instructions).all, `seed ${seed}, stretch ${stretch}`).toBe(true);
      }
      fed += want.images;
      drawn += got.images;
    }
    expect(drawn / fed).toBeLessThan(0.95);
  });

  it("is most of a window that is drawn again and again, and copied each time as guacd does", () => {
    const frame = (id: number): Instruction[] => [
      ["copy", "0", "0", "0", "100", "100", "14", "-1", "0", "0"],
      ...image(14, 0, 0, 0, png(100, 50, true, id)),
      ...image(14, 0, 0, 50, png(100, 50, true, id + 1)),
    ];
    const ground: Instruction[] = [
      ["size", "0", "100", "100"],
      ["rect", "0", "0", "0", "100", "100"],
      ["cfill", "14", "0", "0", "0", "0", "255"],
    ];
    const { instructions, images } = new Overdrawn().rest([...ground, ...Array.from({ length: 20 }, (_, n) => frame(2 * n)).flat()]);
    expect(images.size).toBe(4); // what the last copy took, and what was drawn since
    expect([...images.values()]).toEqual([5000, 5000, 5000, 5000]);
    expect(instructions.filter(([opcode]) => opcode === "copy").length).toBe(1);
  });

  it("is not looked for where drawing is cut or moved, nor on layers without bounds", () => {
    const twice = Array.from({ length: 40 }, (_, id) => image(14, 0, 0, 0, png(10, 10, true, id))).flat();
    expect(new Overdrawn().rest(twice).images.size).toBe(1);
    for (const odd of [
      ["clip", "0"],
      ["transform", "0", "1", "0", "0", "1", "5", "5"],
      ["push", "0"],
    ] as Instruction[]) {
      const overdrawn = new Overdrawn();
      overdrawn.rest([odd]);
      expect(overdrawn.rest(twice).instructions).toBe(twice);
    }
    const far = [...twice, ...image(14, 0, 100_000, 100_000, png(10, 10, true, 1)), ...twice];
    expect(new Overdrawn().rest(far).instructions).toBe(far);
  });

  it("is left alone where an image does not say how large it is, or its data do not come in one piece", () => {
    const cover = image(14, 0, 0, 0, png(10, 10, true, 1));
    const rubbish = Array.from({ length: 20 }, () => image(14, 0, 0, 0, "aGVsbG8=")).flat();
    const crossed: Instruction[] = [
      ["img", "1", "14", "0", "image/png", "0", "0"],
      ["name", "x"],
      ["blob", "1", png(10, 10, true, 1)],
      ["end", "1"],
    ];
    const all = [...rubbish, ...crossed, ["img", "2", "14", "0", "image/png", "x", "0"] as Instruction, ...cover];
    expect(new Overdrawn().rest(all).instructions).toBe(all);
  });
});

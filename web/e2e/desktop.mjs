// Makes recordings of a desktop: instructions of the Guacamole protocol.
import { crc32, deflateSync, gzipSync } from "node:zlib";
import { writeFileSync } from "node:fs";

/** One instruction. Lengths count code points. */
export const say = (...elements) => elements.map((e) => `${[...String(e)].length}.${e}`).join(",") + ";";

/** A rectangle of a colour. */
export const fill = (x, y, width, height, r, g, b) => say("rect", 0, x, y, width, height) + say("cfill", 14, 0, r, g, b, 255);

/** An image, in pieces as guacd writes them. */
export function img(png, x, y, layer = 0) {
  const data = png.toString("base64");
  let text = say("img", 3, 14, layer, "image/png", x, y);
  for (let at = 0; at < data.length; at += 8000) text += say("blob", 3, data.slice(at, at + 8000));
  return text + say("end", 3);
}

function chunk(type, data) {
  const made = Buffer.alloc(12 + data.length);
  made.writeUInt32BE(data.length, 0);
  made.write(type, 4, "latin1");
  data.copy(made, 8);
  made.writeUInt32BE(crc32(made.subarray(4, 8 + data.length)), 8 + data.length);
  return made;
}

/** A PNG whose pixels are those of `pixel(x, y)`; `more` are chunks before them. */
export function png(width, height, pixel, more = []) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8); // 8 bits, colours without alpha
  const rows = Buffer.alloc(height * (1 + 3 * width));
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rows.set(pixel(x, y), y * (1 + 3 * width) + 1 + 3 * x);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", header), ...more, chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

/** A PNG that the archiver decodes and a browser does not: it has a chunk that is critical, and unknown. */
export const odd = (width, height, pixel) => png(width, height, pixel, [chunk("ABCD", Buffer.from("x"))]);

/** More than a segment of pixels that cannot be compressed, so that a keyframe comes after them. */
export function noise(seed) {
  let state = seed;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24;
  return png(640, 480, () => [next(), next(), next()]);
}

export function save(file, text) {
  writeFileSync(file, gzipSync(text, { level: 1 }));
  return file;
}

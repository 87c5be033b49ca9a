/** What the beginning of an image says of it. */
export interface ImageHead {
  width: number;
  height: number;
  /** Nothing shines through it. False where the beginning does not say so. */
  opaque: boolean;
}

const read = 2048; // bytes: what matters comes first in files of servers

/** Reads the beginning of an image, in base64. Undefined where it does not say how large the image is. */
export function imageHead(base64: string): ImageHead | undefined {
  let bytes: string;
  try {
    bytes = atob(base64.slice(0, 4 * Math.ceil(read / 3)));
  } catch {
    return undefined;
  }
  const head = png(bytes) ?? jpeg(bytes) ?? webp(bytes);
  return head && head.width > 0 && head.height > 0 ? head : undefined;
}

/** PNG (W3C Recommendation, third edition), 11.2.1 and 11.3.1.1. */
function png(bytes: string): ImageHead | undefined {
  if (!bytes.startsWith("\x89PNG\r\n\x1a\n") || bytes.slice(12, 16) !== "IHDR") return undefined;
  const colour = bytes.charCodeAt(25);
  let opaque = false;
  for (let at = 33; at + 8 <= bytes.length; at += 12 + big(bytes, at, 4)) {
    const type = bytes.slice(at + 4, at + 8);
    if (type === "tRNS") break;
    if (type !== "IDAT") continue;
    opaque = colour === 0 || colour === 2 || colour === 3; // grey, RGB, palette; the others have an alpha channel
    break;
  }
  return { width: big(bytes, 16, 4), height: big(bytes, 20, 4), opaque };
}

/** JPEG (ITU-T T.81), B.1 and B.2.2. With Exif (APP1) it may stand on its side: then nothing is said. */
function jpeg(bytes: string): ImageHead | undefined {
  if (!bytes.startsWith("\xff\xd8")) return undefined;
  for (let at = 2; at + 9 <= bytes.length && bytes.charCodeAt(at) === 0xff; at += 2 + big(bytes, at + 2, 2)) {
    const marker = bytes.charCodeAt(at + 1);
    if (marker === 0xe1) return undefined;
    if (marker >= 0xc0 && marker <= 0xc2) return { width: big(bytes, at + 7, 2), height: big(bytes, at + 5, 2), opaque: true };
  }
  return undefined;
}

/** WebP (RFC 9649), 2.5 to 2.7. */
function webp(bytes: string): ImageHead | undefined {
  if (!bytes.startsWith("RIFF") || bytes.slice(8, 12) !== "WEBP" || bytes.length < 30) return undefined;
  switch (bytes.slice(12, 16)) {
    case "VP8 ":
      if (bytes.slice(23, 26) !== "\x9d\x01\x2a") return undefined;
      return { width: little(bytes, 26, 2) & 0x3fff, height: little(bytes, 28, 2) & 0x3fff, opaque: true };
    case "VP8L": {
      const bits = little(bytes, 21, 4);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, opaque: false };
    }
    case "VP8X":
      return { width: little(bytes, 24, 3) + 1, height: little(bytes, 27, 3) + 1, opaque: false };
    default:
      return undefined;
  }
}

function big(bytes: string, at: number, size: number): number {
  let n = 0;
  for (let i = 0; i < size; i++) n = n * 256 + bytes.charCodeAt(at + i);
  return n;
}

function little(bytes: string, at: number, size: number): number {
  let n = 0;
  for (let i = size - 1; i >= 0; i--) n = n * 256 + bytes.charCodeAt(at + i);
  return n;
}

const longestMs = 10_000;

/** Waits for a bitmap; undefined when the browser cannot make it, or has not within 10 s. */
export function patiently(coming: Promise<ImageBitmap>): Promise<ImageBitmap | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), longestMs);
    coming.finally(() => clearTimeout(timer)).then(resolve, () => resolve(undefined));
  });
}

/**
 * Decodes an image. A Blob, which `createImageBitmap` needs, takes chromium half a millisecond, as much as all the rest: PNG
 * goes without, where the browser has WebCodecs. Photographs do not: their colours would come by another way.
 */
export async function decode(data: Uint8Array<ArrayBuffer>[], type: string): Promise<ImageBitmap> {
  const [all] = data;
  if (type === "image/png" && all && data.length === 1 && "ImageDecoder" in window)
    try {
      return await decodePNG(all);
    } catch {
      // What one way refuses the other may take; a Blob is what a client of Guacamole uses.
    }
  return createImageBitmap(new Blob(data, { type }));
}

async function decodePNG(data: Uint8Array<ArrayBuffer>): Promise<ImageBitmap> {
  const decoder = new ImageDecoder({ type: "image/png", data });
  try {
    const { image } = await decoder.decode();
    try {
      return await createImageBitmap(image);
    } finally {
      image.close();
    }
  } finally {
    decoder.close();
  }
}

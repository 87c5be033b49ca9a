const longestMs = 10_000;

/** Decodes an image; undefined when the browser cannot, or has not within 10 s. */
export function decode(image: Blob, how: (image: Blob) => Promise<ImageBitmap>): Promise<ImageBitmap | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), longestMs);
    how(image)
      .finally(() => clearTimeout(timer))
      .then(resolve, () => resolve(undefined));
  });
}

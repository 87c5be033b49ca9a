import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { decode } from "./decode";

const image = new Blob(["image"]);

describe("decoding an image", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("gives what the browser makes of it", async () => {
    const bitmap = {} as ImageBitmap;
    expect(await decode(image, () => Promise.resolve(bitmap))).toBe(bitmap);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("gives nothing where the browser cannot", async () => {
    expect(await decode(image, () => Promise.reject(new Error("no image")))).toBeUndefined();
  });

  it("does not wait for ever", async () => {
    const decoded = decode(image, () => new Promise(() => undefined));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await decoded).toBeUndefined();
  });
});

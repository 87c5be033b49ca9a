import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { decode, patiently } from "./decode";

const bitmap = { width: 1 } as ImageBitmap;

describe("waiting for a bitmap", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("gives what the browser makes", async () => {
    expect(await patiently(Promise.resolve(bitmap))).toBe(bitmap);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("gives nothing where the browser cannot", async () => {
    expect(await patiently(Promise.reject(new Error("no image")))).toBeUndefined();
  });

  it("does not wait for ever", async () => {
    const waited = patiently(new Promise(() => undefined));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await waited).toBeUndefined();
  });
});

describe("decoding an image", () => {
  const data = new Uint8Array([1, 2, 3]);
  const frame = { close: vi.fn() };
  const made = vi.fn((_: unknown) => Promise.resolve(bitmap));
  let refuses = false;

  class Decoder {
    static closed = 0;
    decode = () => (refuses ? Promise.reject(new Error("no PNG")) : Promise.resolve({ image: frame }));
    close = () => Decoder.closed++;
  }

  beforeEach(() => {
    refuses = false;
    Decoder.closed = 0;
    made.mockClear();
    frame.close.mockClear();
    vi.stubGlobal("window", { ImageDecoder: Decoder });
    vi.stubGlobal("ImageDecoder", Decoder);
    vi.stubGlobal("createImageBitmap", made);
  });
  afterEach(() => void vi.unstubAllGlobals());

  const given = () => made.mock.calls[0]![0];

  it("makes no Blob of a PNG, and leaves nothing open", async () => {
    expect(await decode([data], "image/png")).toBe(bitmap);
    expect([given(), frame.close.mock.calls.length, Decoder.closed]).toEqual([frame, 1, 1]);
  });

  it("makes one Blob of what the decoder refuses, of photographs, and where there is no decoder", async () => {
    refuses = true;
    await decode([data], "image/png");
    expect([given() instanceof Blob, Decoder.closed]).toEqual([true, 1]);
    refuses = false;
    for (const type of ["image/jpeg", "image/webp"]) {
      made.mockClear();
      await decode([data, data], type);
      expect([(given() as Blob).size, (given() as Blob).type]).toEqual([6, type]);
    }
    made.mockClear();
    vi.stubGlobal("window", {});
    await decode([data], "image/png");
    expect(given()).toBeInstanceOf(Blob);
  });
});

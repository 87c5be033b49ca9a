import { Fault } from "./fault";

/**
 * Decompresses ONE gzip member. Browsers refuse a second member in the same stream, so callers cut first.
 * A member that holds more than `maxBytes` is refused before more than that is kept.
 */
export async function gunzip(member: Uint8Array<ArrayBuffer>, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = new Blob([member]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new Fault("damaged", `not a gzip member: ${cause instanceof Error ? cause.message : String(cause)}`);
    });
    if (done) break;
    size += value.length;
    if (size > maxBytes) {
      void reader.cancel().catch(() => undefined);
      throw new Fault("damaged", `more than ${maxBytes} bytes after decompression`);
    }
    parts.push(value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

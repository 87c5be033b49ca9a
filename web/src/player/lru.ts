/** Keeps byte arrays up to a bound, the newest used; the last one put stays whatever its size. */
export class Lru {
  #kept = new Map<number, Uint8Array<ArrayBuffer>>();
  #bytes = 0;

  constructor(private readonly maxBytes: number) {}

  get bytes(): number {
    return this.#bytes;
  }

  has(n: number): boolean {
    return this.#kept.has(n);
  }

  get(n: number): Uint8Array<ArrayBuffer> | undefined {
    const found = this.#kept.get(n);
    if (!found) return undefined;
    this.#kept.delete(n);
    this.#kept.set(n, found); // a Map is in the order in which it was filled
    return found;
  }

  put(n: number, bytes: Uint8Array<ArrayBuffer>): void {
    this.#drop(n);
    this.#kept.set(n, bytes);
    this.#bytes += bytes.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.maxBytes || oldest === n) return;
      this.#drop(oldest);
    }
  }

  #drop(n: number): void {
    this.#bytes -= this.#kept.get(n)?.length ?? 0;
    this.#kept.delete(n);
  }
}

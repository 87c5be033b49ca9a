const blockBytes = 16; // of AES

/**
 * Bytes that are written once from their start to their end, and then read anywhere. The browser may put them on the
 * disk when memory is short: so they are encrypted (AES-CTR) with a key that only this page's memory has. What they
 * are is known by their hashes, which the player checks.
 */
export class Vault {
  #pieces: { at: number; blob: Blob }[] = [];
  #size = 0;
  #written: Promise<void> = Promise.resolve();

  private constructor(private readonly key: CryptoKey) {}

  static async make(): Promise<Vault> {
    return new Vault(await crypto.subtle.generateKey({ name: "AES-CTR", length: 256 }, false, ["encrypt", "decrypt"]));
  }

  add(bytes: Uint8Array<ArrayBuffer>): void {
    const n = this.#pieces.push({ at: this.#size, blob: new Blob() }) - 1;
    this.#size += bytes.length;
    const encrypted = crypto.subtle.encrypt(counter(n, 0), this.key, bytes).then((sealed) => {
      this.#pieces[n]!.blob = new Blob([sealed]);
    });
    this.#written = Promise.all([this.#written, encrypted]).then(() => undefined);
  }

  /** Resolves when all that was added can be read. */
  written(): Promise<void> {
    return this.#written;
  }

  get size(): number {
    return this.#size;
  }

  /** The bytes from one place to another, or to the end if that comes first. */
  async read(from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    const end = Math.min(to, this.#size);
    const bytes = new Uint8Array(Math.max(0, end - from));
    for (let n = this.#pieceAt(from); n < this.#pieces.length && this.#pieces[n]!.at < end; n++) {
      const { at, blob } = this.#pieces[n]!;
      const first = Math.max(0, from - at);
      const block = Math.floor(first / blockBytes);
      const stored = await blob.slice(block * blockBytes, end - at).arrayBuffer();
      const plain = new Uint8Array(await crypto.subtle.decrypt(counter(n, block), this.key, stored));
      bytes.set(plain.subarray(first - block * blockBytes), at + first - from);
    }
    return bytes;
  }

  /** The last piece that begins at or before a place. */
  #pieceAt(place: number): number {
    let [low, high] = [0, this.#pieces.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#pieces[middle]!.at <= place) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }
}

/** No two blocks under one key have the same counter: half of it is the piece, half is the block in the piece. */
function counter(piece: number, block: number): AesCtrParams {
  const bytes = new Uint8Array(blockBytes);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(piece));
  view.setBigUint64(8, BigInt(block));
  return { name: "AES-CTR", counter: bytes, length: 64 };
}

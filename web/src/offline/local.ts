import type { Ask, NumberedPart } from "../player/addresses";
import { Fault } from "../player/fault";
import { readIndex } from "../player/index-file";
import { lengthOf, type Fetch } from "../player/ranges";
import { readerOf, type AnyReader } from "../player/reader";
import type { Vault } from "./vault";

/** What was made of a file, as it is stored (docs/format.md). */
export interface Files {
  play: Vault;
  table: Vault;
  transcript: Vault;
  index: Vault;
}

const recordBytes = 104; // of the table
const lifeMs = 5 * 60_000;

/** In place of the API and of the storage: ranges of a play object that this page has made by itself. */
export class Local {
  constructor(private readonly files: Files) {}

  async reader(signal: AbortSignal): Promise<AnyReader> {
    const index = await readIndex(await this.files.index.read(0, this.files.index.size));
    return readerOf(index, { index: null, segments: [] }, { fetch: this.fetch, ask: this.ask, signal });
  }

  readonly ask: Ask = async (segments, transcript) => ({
    segments: await this.#parts("play", segments),
    transcript: await this.#parts("transcript", transcript),
    expiresAt: new Date(Date.now() + lifeMs).toISOString(),
  });

  readonly fetch: Fetch = async (name, init) => {
    init.signal?.throwIfAborted();
    const range = new Headers(init.headers).get("Range") ?? "";
    const from = Number(/\d+/.exec(range)?.[0]);
    const bytes = await this.files[name as keyof Files].read(from, from + lengthOf(range));
    return new Response(bytes, { status: 206 });
  };

  /** Those that have no bytes are left out. */
  async #parts(name: "play" | "transcript", numbers: number[]): Promise<NumberedPart[]> {
    const parts: NumberedPart[] = [];
    for (const n of numbers) {
      const record = await this.files.table.read(n * recordBytes, (n + 1) * recordBytes);
      if (record.length < recordBytes) throw new Fault("damaged", `the table ends before segment ${n}`);
      const [place, hash] = name === "play" ? [0, 32] : [16, 64];
      const view = new DataView(record.buffer);
      const from = Number(view.getBigUint64(place));
      const length = view.getUint32(place + 8);
      if (length === 0) continue;
      const sha256 = Array.from(record.subarray(hash, hash + 32), (byte) => byte.toString(16).padStart(2, "0")).join("");
      parts.push({ n, url: name, range: `bytes=${from}-${from + length - 1}`, sha256 });
    }
    return parts;
  }
}

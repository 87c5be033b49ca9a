import type { Files } from "./local";
import { program, startWorker } from "./program";
import { Vault } from "./vault";

/** Why a file cannot be opened; `detail` is for people who look into it. */
export type RefusalCode =
  | "passphrase" // it is another one
  | "otherKey" // it is sealed with something else than a passphrase
  | "damaged" // it is not as it was sealed
  | "format" // it is no recording that is known here
  | "unreachable" // the browser cannot read the file
  | "stopped"; // the program ended before its work did

export class Refusal extends Error {
  constructor(
    readonly code: RefusalCode,
    readonly detail: string,
  ) {
    super(detail);
    this.name = "Refusal";
  }
}

export interface Opened {
  files: Files;
  /** The recording was cut off; what there is is whole. */
  truncated: boolean;
}

export interface Progress {
  /** The passphrase is right, or none is needed. */
  unsealed: boolean;
  /** Bytes of the file that were read. */
  bytes: number;
}

/** What the program (cmd/offline) says. */
type Message =
  | { kind: "unsealed" }
  | { kind: "read"; bytes: number }
  | { kind: "piece"; of: keyof Files; bytes: Uint8Array<ArrayBuffer> }
  | { kind: "done"; truncated: boolean }
  | { kind: "failed"; code: RefusalCode; detail: string }
  | { kind: "ended" };

const ageLine = "age-encryption.org/v1\n";

/** Whether a file is sealed: whether it begins as the age format says. */
export async function isSealed(file: Blob): Promise<boolean> {
  return (await file.slice(0, ageLine.length).text()) === ageLine;
}

/** Opens a file, with the passphrase when it is sealed. Rejects with a Refusal; an abort ends the work at once. */
export async function openFile(
  file: Blob,
  passphrase: string | undefined,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<Opened> {
  const [play, table, transcript, index] = await Promise.all([Vault.make(), Vault.make(), Vault.make(), Vault.make()]);
  const files: Files = { play, table, transcript, index };
  const module = await program();
  signal.throwIfAborted();
  const worker = startWorker();
  try {
    const progress = { unsealed: passphrase === undefined, bytes: 0 };
    const truncated = await new Promise<boolean>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      worker.onerror = (event) => reject(new Refusal("stopped", event.message));
      worker.onmessage = ({ data }: MessageEvent<Message>) => {
        if (data.kind === "piece") files[data.of].add(data.bytes);
        else if (data.kind === "done") resolve(data.truncated);
        else if (data.kind === "failed") reject(new Refusal(data.code, data.detail));
        else if (data.kind === "ended") reject(new Refusal("stopped", "the program ended"));
        else {
          if (data.kind === "unsealed") progress.unsealed = true;
          else progress.bytes = Math.min(data.bytes, file.size);
          onProgress(progress);
        }
      };
      worker.postMessage({ module, file, passphrase: passphrase?.normalize("NFC") });
    });
    await Promise.all(Object.values(files).map((vault) => (vault as Vault).written()));
    return { files, truncated };
  } finally {
    worker.terminate();
  }
}

import { words } from "./words";

const chosen = 6; // 77 bits

/** Makes a passphrase of six words. */
export async function generate(): Promise<string> {
  const list = await words();
  return Array.from({ length: chosen }, () => list[below(list.length)]).join("-");
}

/** A number below n, at most 65,536, each as likely as any: what would wrap around unevenly is drawn again. */
export function below(n: number, draw = () => crypto.getRandomValues(new Uint16Array(1))[0]): number {
  const even = 65_536 - (65_536 % n);
  for (;;) {
    const drawn = draw();
    if (drawn < even) return drawn % n;
  }
}

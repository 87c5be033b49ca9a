import { Fault } from "./fault";

const firstPauseMs = 500;
const longestPauseMs = 8000;
const busyAttempts = 6;

/**
 * Tries again what failed for a while: without end when no answer comes, some times when the other side is busy.
 * Any other failure, and an abort, pass through.
 */
export class Patience {
  #failing = new Set<object>();
  #sleepers = new Set<() => void>();

  /** Something failed and is being tried again. */
  get waiting(): boolean {
    return this.#failing.size > 0;
  }

  /** Tries all again at once: the network is said to be back. */
  wake(): void {
    for (const wake of this.#sleepers) wake();
  }

  async try<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const me = {};
    try {
      for (let n = 1; ; n++) {
        try {
          return await attempt();
        } catch (cause) {
          if (signal.aborted || !passes(cause, n)) throw cause;
        }
        this.#failing.add(me);
        await this.#sleep(Math.min(firstPauseMs * 2 ** (n - 1), longestPauseMs), signal);
      }
    } finally {
      this.#failing.delete(me);
    }
  }

  #sleep(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => end(() => reject(signal.reason as Error));
      const wake = () => end(resolve);
      const timer = setTimeout(wake, ms);
      const end = (how: () => void) => {
        clearTimeout(timer);
        this.#sleepers.delete(wake);
        signal.removeEventListener("abort", stop);
        how();
      };
      this.#sleepers.add(wake);
      signal.addEventListener("abort", stop);
    });
  }
}

function passes(cause: unknown, attempt: number): boolean {
  return cause instanceof Fault && (cause.code === "offline" || (cause.code === "busy" && attempt < busyAttempts));
}

/** A piece of work that is longer lets the page have its turn. */
const longestMs = 10;

/** Lets the page do what is due: input, a picture. A message and not a timer: those wait 4 ms, and in a hidden page a second. */
export function turn(): Promise<void> {
  return new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      done();
    };
    port2.postMessage(undefined);
  });
}

/** Tells when a piece of work has taken so long that the page is to have its turn. */
export class Pace {
  #since = performance.now();

  /** Resolves at once, or after a turn when one is due. */
  async step(): Promise<void> {
    if (!this.due) return;
    await turn();
    this.#since = performance.now();
  }

  get due(): boolean {
    return performance.now() - this.#since > longestMs;
  }
}

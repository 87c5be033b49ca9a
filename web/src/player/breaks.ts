/** Where xterm.js threw: how a segment is fed after that, and how far. */
export class Breaks {
  #single = new Set<number>();
  #last = new Map<number, number>();
  #keyframes = new Set<number>();

  /** xterm.js threw at an event of segment `n`, or at one of those after it in the same piece of text. */
  at(n: number, event: number): void {
    if (this.#single.has(n)) this.#last.set(n, event);
    else this.#single.add(n); // once more from the keyframe, without what the way here left behind
  }

  /** xterm.js threw at the keyframe of segment `n`. */
  atKeyframe(n: number): void {
    this.#keyframes.add(n);
  }

  /** The events of segment `n` are fed one by one, to find the one at which xterm.js throws. */
  single(n: number): boolean {
    return this.#single.has(n);
  }

  /** It throws at this event again: what was before it is the last good screen. */
  ends(n: number, event: number): boolean {
    return this.#last.get(n) === event;
  }

  spoiled(keyframeOf: number): boolean {
    return this.#keyframes.has(keyframeOf);
  }
}

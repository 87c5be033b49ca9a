const most = 48; // are kept
const restMs = 100; // that a hand has to rest before one is made

interface Wish<P> {
  name: string;
  place: P;
  ready: () => void;
  /** The hand has rested. */
  due: boolean;
}

/** Things that are made for who passes over a line: one at a time, the last one wanted, and some of them kept. */
export class Glimpses<P, T> {
  #kept = new Map<string, T | undefined>(); // in the order in which they were used; undefined could not be made
  #wish: Wish<P> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #busy = false;

  /** `giveUp` ends what `make` has begun, which then rejects. */
  constructor(
    private readonly make: (place: P) => Promise<T>,
    private readonly giveUp: () => void,
  ) {}

  /** What is at `place`, known as `name`, if it is there. If not it is made, and `ready` called then, unless another is wanted first. */
  at(name: string, place: P, ready: () => void): T | undefined {
    if (this.#wish?.name === name) {
      this.#wish.ready = ready;
      return undefined;
    }
    this.rest();
    if (this.#kept.has(name)) return this.#take(name);
    const wish: Wish<P> = { name, place, ready, due: false };
    this.#wish = wish;
    this.#timer = setTimeout(() => {
      wish.due = true;
      void this.#work();
    }, restMs);
    return undefined;
  }

  /** Nothing is wanted any more. */
  rest(): void {
    clearTimeout(this.#timer);
    if (this.#wish?.due) this.giveUp();
    this.#wish = undefined;
  }

  #take(name: string): T | undefined {
    const found = this.#kept.get(name);
    this.#kept.delete(name);
    this.#kept.set(name, found);
    return found;
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (let wish; (wish = this.#wish)?.due;) {
      const { name, place } = wish;
      try {
        this.#keep(name, await this.make(place));
      } catch {
        if (this.#wish === wish) this.#keep(name, undefined); // otherwise it was given up
      }
      if (this.#wish !== wish) continue;
      this.#wish = undefined;
      wish.ready();
    }
    this.#busy = false;
  }

  #keep(name: string, made: T | undefined): void {
    this.#kept.set(name, made);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= most) return;
      this.#kept.delete(oldest);
    }
  }
}

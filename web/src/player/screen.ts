import { parseSize, type Event } from "./events";
import { Fault } from "./fault";
import { maxSide } from "./index-file";
import type { Reader } from "./reader";
import { Terminal } from "./terminal";

// Characters fed before the page gets its turn and a new target is looked at: about 10 ms of work.
const chunk = 128 << 10;

/** The screen of a recording at a moment. Forward it feeds what is new; backward it begins again. */
export class Screen {
  terminal: Terminal;
  /** The moment that the terminal shows (-1 before the first); while a longer way is fed, the moment before it. */
  shownMs = -1;
  /** How far the feeding is, for a display of progress. */
  fedMs = 0;

  #segment = 0;
  #events: Event[] | undefined;
  #next = 0;
  #target = 0;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(private readonly reader: Reader) {
    this.terminal = new Terminal(reader.index.cols, reader.index.rows);
  }

  /**
   * Shows the moment `ms`, events at `ms` included. A call while another is under way only moves the target: both
   * resolve when the last target is shown. Rejects with the reader's Fault; after close() it resolves and nothing moves.
   */
  show(ms: number): Promise<void> {
    this.#target = ms;
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
    return this.#running;
  }

  close(): void {
    this.#closed = true;
    this.terminal.dispose();
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      const target = this.#target;
      if (target < this.fedMs) this.#restart();
      if (await this.#feed(target)) continue;
      if (target === this.#target) {
        this.shownMs = target;
        return;
      }
    }
  }

  #restart(): void {
    this.terminal.dispose();
    this.terminal = new Terminal(this.reader.index.cols, this.reader.index.rows);
    this.fedMs = this.#segment = this.#next = 0;
    this.#events = undefined;
  }

  /** Feeds up to a chunk of what comes until `target`; false when there is nothing more. */
  async #feed(target: number): Promise<boolean> {
    const events = await this.#load(target);
    if (!events || this.#closed) return false;
    let text = "";
    for (; this.#next < events.length && text.length < chunk; this.#next++) {
      const event = events[this.#next]!;
      if (event.ms > target) break;
      this.fedMs = Math.max(this.fedMs, event.ms);
      if (event.code === "o") text += event.data;
      if (event.code === "r") {
        if (text !== "") await this.terminal.write(text);
        text = "";
        if (this.#closed) return false;
        this.#resize(event.data);
      }
    }
    if (text !== "") await this.terminal.write(text);
    return true;
  }

  /** The events of the segment that holds the next event, or undefined when that one is after `target`. */
  async #load(target: number): Promise<Event[] | undefined> {
    const { segments } = this.reader.index;
    for (;;) {
      if (this.#events) {
        const next = this.#events[this.#next];
        if (next) return next.ms <= target ? this.#events : undefined;
        this.#events = undefined;
        this.#segment++;
        this.#next = 0;
      }
      const segment = segments[this.#segment];
      if (!segment || segment.startMs > target) return undefined;
      this.#events = await this.reader.segment(this.#segment);
    }
  }

  #resize(data: string): void {
    const size = parseSize(data, maxSide);
    // A screen of a wrong size would be wrong in silence.
    if (!size) throw new Fault("damaged", `a resize to ${JSON.stringify(data.slice(0, 40))}`);
    this.terminal.resize(size.cols, size.rows);
  }
}

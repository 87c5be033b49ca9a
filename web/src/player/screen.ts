import { parseSize, type Event } from "./events";
import { Fault } from "./fault";
import { keyframeAt, maxSide, segmentAt, type RecordingIndex } from "./index-file";
import { Terminal } from "./terminal";

/** Where a screen takes the recording from (reader.ts). */
export interface Source {
  readonly index: RecordingIndex;
  segment(n: number): Promise<Event[]>;
  focus(from: number, to: number): void;
}

// Characters fed before the page gets its turn and a new target is looked at: about 10 ms of work.
const chunk = 128 << 10;
// Segments on either side of the way to the target that may go on coming: fetched ahead, or looked for a keyframe.
const nearby = 8;

/** The screen of a recording at a moment. Forward it feeds what is new; a longer way, and the way back, begins at a keyframe. */
export class Screen {
  terminal: Terminal;
  /** The moment that the terminal shows (-1 before the first); while a longer way is fed, the moment before it. */
  shownMs = -1;
  /** A segment that the moment needs is on its way. */
  loading = false;

  #segment = 0;
  #events: Event[] | undefined; // of #segment
  #next = 0; // the event that is fed next
  #fedMs = 0;
  #begunFor = -1; // the moment for which #begin chose where to begin
  #target = 0;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(private readonly source: Source) {
    this.terminal = new Terminal(source.index.cols, source.index.rows);
  }

  /**
   * Shows the moment `ms`, events at `ms` included. A call while another is under way only moves the target: both
   * resolve when the last target is shown. Rejects with the reader's Fault; after close() it resolves and nothing moves.
   */
  show(ms: number): Promise<void> {
    this.#target = ms;
    const to = segmentAt(this.source.index.segments, this.#until);
    this.source.focus(keyframeAt(this.source.index.segments, to) - nearby, to + nearby);
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
    return this.#running;
  }

  close(): void {
    this.#closed = true;
    this.terminal.dispose();
  }

  /** The duration is cut to whole milliseconds: at the end all is shown, to the last event. */
  get #until(): number {
    return this.#target >= this.source.index.durationMs ? Infinity : this.#target;
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      const target = this.#target;
      const until = this.#until;
      try {
        if (!this.#leadsTo(until)) await this.#begin(until);
        else if (!(await this.#feed(until)) && target === this.#target) {
          this.shownMs = target;
          return;
        }
      } catch (cause) {
        if (this.#closed) return;
        // What was on its way for an older target was given up for the new one.
        if (target === this.#target || !isAbort(cause)) throw cause;
      }
    }
  }

  /** Feeding on from here reaches the moment as soon as its keyframe would. */
  #leadsTo(until: number): boolean {
    const { segments } = this.source.index;
    if (segments.length === 0) return true;
    if (!this.#events || until < this.#fedMs) return false;
    return until === this.#begunFor || keyframeAt(segments, segmentAt(segments, until)) <= this.#segment + 1;
  }

  /** Begins at the last keyframe at or before the moment. */
  async #begin(until: number): Promise<void> {
    const { segments } = this.source.index;
    let from = keyframeAt(segments, segmentAt(segments, until));
    let events = await this.#load(from);
    // A start is cut to whole milliseconds: the keyframe may be a part of one later than the moment.
    while (from > 0 && (events[0]?.ms ?? 0) > until) {
      from = keyframeAt(segments, from - 1);
      events = await this.#load(from);
    }
    const terminal = from === 0 ? new Terminal(this.source.index.cols, this.source.index.rows) : await fromKeyframe(from, events[0]);
    if (this.#closed) return terminal.dispose();
    this.terminal.dispose();
    this.terminal = terminal;
    this.#segment = from;
    this.#events = events;
    this.#next = 0;
    this.#fedMs = from === 0 ? 0 : events[0]!.ms;
    this.#begunFor = until;
  }

  /** Feeds up to a chunk of what comes until the moment; false when there is nothing more. */
  async #feed(until: number): Promise<boolean> {
    if (!(await this.#more(until)) || this.#closed) return false;
    const events = this.#events!;
    let text = "";
    for (; this.#next < events.length && text.length < chunk; this.#next++) {
      const event = events[this.#next]!;
      if (event.ms > until) break;
      this.#fedMs = Math.max(this.#fedMs, event.ms);
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

  /** Goes to the segment of the next event; false when that event comes after the moment. */
  async #more(until: number): Promise<boolean> {
    const { segments } = this.source.index;
    while (this.#events) {
      const next = this.#events[this.#next];
      if (next) return next.ms <= until;
      const after = segments[this.#segment + 1];
      if (!after || after.startMs > until) return false;
      this.#events = await this.#load(this.#segment + 1);
      this.#segment++;
      this.#next = 0;
    }
    return false;
  }

  async #load(n: number): Promise<Event[]> {
    this.loading = true;
    try {
      return await this.source.segment(n);
    } finally {
      this.loading = false;
    }
  }

  #resize(data: string): void {
    const { cols, rows } = sizeOf(data);
    this.terminal.resize(cols, rows);
  }
}

/** A terminal as it was at the start of segment `n`; the event's data is `COLSxROWS`, a newline and what makes the screen. */
async function fromKeyframe(n: number, event: Event | undefined): Promise<Terminal> {
  if (event?.code !== "k") throw new Fault("damaged", `segment ${n} has no keyframe`);
  const end = event.data.indexOf("\n");
  const { cols, rows } = sizeOf(event.data.slice(0, Math.max(0, end)));
  const terminal = new Terminal(cols, rows);
  await terminal.write(event.data.slice(end + 1));
  return terminal;
}

function isAbort(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === "AbortError";
}

/** A screen of a wrong size would be wrong in silence. */
function sizeOf(data: string): { cols: number; rows: number } {
  const size = parseSize(data, maxSide);
  if (!size) throw new Fault("damaged", `a size of ${JSON.stringify(data.slice(0, 40))}`);
  return size;
}

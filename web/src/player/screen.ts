import { Breaks } from "./breaks";
import { parseSize, type Event } from "./events";
import { Fault } from "./fault";
import { keyframeAt, maxSide, segmentAt, type RecordingIndex } from "./index-file";
import { Broken, Terminal } from "./terminal";
import { Pace } from "./turn";

/** Where a screen takes the recording from (reader.ts). */
export interface Source {
  readonly index: RecordingIndex;
  segment(n: number): Promise<Event[]>;
  focus(from: number, to: number): void;
}

// Segments on either side of the way to the target that may go on coming: fetched ahead, or looked for a keyframe.
const nearby = 8;

/** A stretch that xterm.js cannot show: it throws at `fromMs`, and goes on at the keyframe at `toMs`, or never. */
export interface Gap {
  fromMs: number;
  toMs: number | undefined;
}

/**
 * The screen of a recording at a moment. Forward it feeds what is new; a longer way, and the way back, begins at a
 * keyframe. In straight play too each segment begins with its keyframe, if it has one: that is proven for its own
 * segment only, and so a moment looks the same whatever the way to it.
 */
export class Screen {
  terminal: Terminal;
  /** The moment that the terminal shows (-1 before the first); while a longer way is fed, the moment before it. */
  shownMs = -1;
  /** A segment that the moment needs is on its way. */
  loading = false;

  #segment = 0;
  #events: Event[] | undefined; // of #segment
  #next = 0; // the event that is fed next
  #fed = 0; // characters of it that are fed
  #fedMs = 0;
  #begunFor = -1; // the moment for which #begin chose where to begin
  #breaks = new Breaks();
  #target = 0;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(private readonly source: Source) {
    this.terminal = new Terminal(source.index.cols, source.index.rows);
  }

  /** The stretch that cannot be shown, while the moment lies in it: the terminal shows what was before. */
  get gap(): Gap | undefined {
    const event = this.#ended ? this.#events![this.#next]! : undefined;
    if (!event || event.ms > this.#until) return undefined;
    const { segments } = this.source.index;
    let to = this.#segment + 1;
    while (to < segments.length && this.#keyframeAt(to) !== to) to++;
    return { fromMs: event.ms, toMs: segments[to]?.startMs };
  }

  /**
   * Shows the moment `ms`, events at `ms` included. A call while another is under way only moves the target: both
   * resolve when the last target is shown. Rejects with the reader's Fault; after close() it resolves and nothing moves.
   */
  show(ms: number): Promise<void> {
    this.#target = ms;
    const to = segmentAt(this.source.index.segments, this.#until);
    this.source.focus(this.#keyframeAt(to) - nearby, to + nearby);
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

  /** Nothing more can be fed: xterm.js throws at the next event. */
  get #ended(): boolean {
    return this.#events !== undefined && this.#breaks.ends(this.#segment, this.#next);
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
    const from = this.#keyframeAt(segmentAt(segments, until));
    if (this.#ended) return from <= this.#segment;
    return until === this.#begunFor || from <= this.#segment + 1;
  }

  /** Begins at the last keyframe at or before the moment: it is the first that is fed. */
  async #begin(until: number): Promise<void> {
    const { segments, cols, rows } = this.source.index;
    let from = this.#keyframeAt(segmentAt(segments, until));
    let events = await this.#load(from);
    // A start is cut to whole milliseconds: the keyframe may be a part of one later than the moment.
    while (from > 0 && (events[0]?.ms ?? 0) > until) {
      from = this.#keyframeAt(from - 1);
      events = await this.#load(from);
    }
    if (this.#closed) return;
    if (from === 0) this.#replace(new Terminal(cols, rows));
    this.#enter(from, events);
    this.#fedMs = from === 0 ? 0 : events[0]!.ms;
    this.#begunFor = until;
  }

  /** Feeds what comes until the moment, as long as the page can wait; false when there is nothing more. */
  async #feed(until: number): Promise<boolean> {
    if (!(await this.#more(until)) || this.#closed) return false;
    const pace = new Pace();
    do {
      const at = this.#next;
      try {
        this.#step(until);
      } catch (cause) {
        if (!(cause instanceof Broken)) throw cause;
        this.#breaks.at(this.#segment, at);
        this.#events = undefined; // begin anew
      }
    } while (!pace.due && !this.#ended && comes(this.#events?.[this.#next], until));
    await pace.step();
    return true;
  }

  /** Feeds the next event, or as much text of it and those after it as may be fed at once. */
  #step(until: number): void {
    const { code, data, ms } = this.#events![this.#next]!;
    this.#fedMs = Math.max(this.#fedMs, ms);
    if (code === "o") return this.#text(until);
    if (code === "k" && this.#next === 0 && this.#keyframeAt(this.#segment) === this.#segment && this.#segment > 0) this.#keyframe(data);
    else if (code === "r") {
      const { cols, rows } = sizeOf(data);
      this.terminal.resize(cols, rows);
    }
    this.#next++;
  }

  #text(until: number): void {
    const events = this.#events!;
    const most = this.terminal.atOnce;
    let text = "";
    do {
      const { data, ms } = events[this.#next]!;
      const part = data.slice(this.#fed, this.#fed + most - text.length);
      text += part;
      this.#fed += part.length;
      this.#fedMs = Math.max(this.#fedMs, ms);
      if (this.#fed < data.length) break;
      this.#fed = 0;
      this.#next++;
    } while (text.length < most && !this.#breaks.single(this.#segment) && comes(events[this.#next], until, "o"));
    this.terminal.write(text);
  }

  /** A terminal as it was at the start of the segment: `COLSxROWS`, a newline and what makes the screen. */
  #keyframe(data: string): void {
    const end = data.indexOf("\n");
    const { cols, rows } = sizeOf(data.slice(0, Math.max(0, end)));
    const made = new Terminal(cols, rows);
    try {
      made.write(data.slice(end + 1));
    } catch (cause) {
      if (!(cause instanceof Broken)) throw cause;
      this.#breaks.atKeyframe(this.#segment); // blind, so to speak
      throw cause;
    }
    this.#replace(made);
  }

  #replace(terminal: Terminal): void {
    this.terminal.dispose();
    this.terminal = terminal;
  }

  /** Goes to the segment of the next event; false when that event comes after the moment, or cannot be fed. */
  async #more(until: number): Promise<boolean> {
    const { segments } = this.source.index;
    while (this.#events && !this.#ended) {
      const next = this.#events[this.#next];
      if (next) return next.ms <= until;
      const after = segments[this.#segment + 1];
      if (!after || after.startMs > until) return false;
      this.#enter(this.#segment + 1, await this.#load(this.#segment + 1));
    }
    return false;
  }

  #enter(n: number, events: Event[]): void {
    if (n > 0 && !this.source.index.segments[n]!.blind && events[0]?.code !== "k")
      throw new Fault("damaged", `segment ${n} has no keyframe`);
    this.#segment = n;
    this.#events = events;
    this.#next = this.#fed = 0;
  }

  async #load(n: number): Promise<Event[]> {
    this.loading = true;
    try {
      return await this.source.segment(n);
    } finally {
      this.loading = false;
    }
  }

  /** The last segment, `n` or before it, that can be begun with. */
  #keyframeAt(n: number): number {
    const { segments } = this.source.index;
    let from = keyframeAt(segments, n);
    while (from > 0 && this.#breaks.spoiled(from)) from = keyframeAt(segments, from - 1);
    return from;
  }
}

function comes(event: Event | undefined, until: number, code = event?.code): boolean {
  return event !== undefined && event.ms <= until && event.code === code;
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

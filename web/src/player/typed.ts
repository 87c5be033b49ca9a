import { Fault } from "./fault";

/** A key without a character, or with one that a modifier turns into something else: `Enter`, `Ctrl+C`. */
export interface Stroke {
  key: string;
  times: number;
}

/** What was typed without a rest, or what the clipboard got. */
export interface Entry {
  /** When it began. */
  ms: number;
  pieces: (string | Stroke)[];
  clipboard?: { type: string; bytes?: number };
}

const restMs = 5000; // without a key: what comes then is another entry
const longest = 200; // characters and strokes of an entry
const longestClipboard = 10_000; // characters of one that are shown

// By the names of keys.gz; what is written is what keyboards have on them.
const modifiers = new Map([["Control", "Ctrl"], ["Alt", "Alt"], ["Meta", "Meta"], ["Super", "Super"], ["Shift", "Shift"]]); // prettier-ignore
const silent = /^(ISO_Level3_Shift|Caps_Lock|Num_Lock|Scroll_Lock)$/;
const caps = new Map([
  ["Return", "Enter"], ["KP_Enter", "Enter"], ["BackSpace", "Backspace"], ["Escape", "Esc"], ["Page_Up", "Page Up"],
  ["Page_Down", "Page Down"], ["Left", "←"], ["Right", "→"], ["Up", "↑"], ["Down", "↓"],
]); // prettier-ignore
const keypad = new Map([["KP_Add", "+"], ["KP_Subtract", "-"], ["KP_Multiply", "*"], ["KP_Divide", "/"], ["KP_Decimal", "."]]); // prettier-ignore

/** Makes entries of the lines of keys.gz (docs/format.md), which come segment by segment. */
export class Typist {
  #entry: Entry | undefined; // that grows
  #length = 0;
  #lastMs = 0;
  #held = new Set<string>();

  /** The entries that end in this text. Throws a Fault where it is not what a recording has. */
  *add(text: string): Generator<Entry> {
    let line = 0;
    for (const json of text.split("\n")) {
      line++;
      if (json === "") continue;
      const event = parse(json, line);
      if (typeof event.clipboard === "string") {
        yield* this.end();
        yield clipboard(event, event.clipboard);
      } else if (event.key !== undefined) yield* this.#key(event);
    }
  }

  /** The entry that is left. */
  *end(): Generator<Entry> {
    if (this.#entry) yield this.#entry;
    this.#entry = undefined;
  }

  *#key({ ms, key, char, name, pressed }: Event): Generator<Entry> {
    if (ms - this.#lastMs > restMs) {
      this.#held.clear(); // a release may not have been seen
      yield* this.end();
    }
    this.#lastMs = ms;
    const modifier = modifiers.get(/^(.*)_[LR]$/.exec(name ?? "")?.[1] ?? "");
    if (modifier) {
      if (pressed) this.#held.add(modifier);
      else this.#held.delete(modifier);
      return;
    }
    if (!pressed || silent.test(name ?? "")) return;
    this.#put(ms, this.#piece(char ?? pad(name), name ?? `0x${Number(key).toString(16)}`));
    if (/^(Return|KP_Enter|Linefeed)$/.test(name ?? "") || this.#length >= longest) yield* this.end();
  }

  /** A character, or a stroke with the modifiers that are held. Shift alone changes no character: that is the other one already. */
  #piece(char: string | undefined, name: string): string | Stroke {
    const held = [...modifiers.values()].filter((modifier) => this.#held.has(modifier));
    if (char !== undefined && held.every((modifier) => modifier === "Shift")) return char;
    return { key: [...held, char === " " ? "Space" : (char?.toUpperCase() ?? caps.get(name) ?? name)].join("+"), times: 1 };
  }

  #put(ms: number, piece: string | Stroke): void {
    if (!this.#entry) {
      this.#entry = { ms, pieces: [] };
      this.#length = 0;
    }
    this.#length++;
    const { pieces } = this.#entry;
    const last = pieces.at(-1);
    if (typeof piece === "string" && typeof last === "string") pieces[pieces.length - 1] = last + piece;
    else if (typeof piece === "object" && typeof last === "object" && last.key === piece.key) last.times++;
    else pieces.push(piece);
  }
}

/** An entry as text, with strokes in brackets: `ls[Enter]`. */
export function entryText({ pieces }: Entry): string {
  return pieces.map((piece) => (typeof piece === "string" ? piece : `[${strokeText(piece)}]`)).join("");
}

export function strokeText({ key, times }: Stroke): string {
  return times > 1 ? `${key} ×${times}` : key;
}

/** What an entry comes to, as far as it is known without the screen: Backspace takes a character back. */
export function corrected({ pieces }: Entry): string {
  const text: string[] = [];
  for (const piece of pieces) {
    if (typeof piece === "string") text.push(...piece);
    else if (piece.key === "Backspace") text.length = Math.max(0, text.length - piece.times);
  }
  return text.join("");
}

interface Event {
  ms: number;
  key?: unknown;
  char?: string;
  name?: string;
  pressed?: unknown;
  clipboard?: unknown;
  text?: unknown;
  bytes?: unknown;
}

function parse(json: string, line: number): Event {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw damaged(line, "is not JSON");
  }
  if (typeof value !== "object" || value === null) throw damaged(line, "is not an object");
  const event = value as Event;
  if (!Number.isSafeInteger(event.ms) || event.ms < 0) throw damaged(line, "has no time");
  for (const name of ["char", "name"] as const)
    if (event[name] !== undefined && typeof event[name] !== "string") throw damaged(line, `has a ${name} that is not text`);
  return event;
}

function clipboard({ ms, text, bytes }: Event, type: string): Entry {
  if (typeof text !== "string") return { ms, pieces: [], clipboard: { type, ...(typeof bytes === "number" ? { bytes } : {}) } };
  const cut = text.length > longestClipboard ? text.slice(0, longestClipboard) + "…" : text;
  return { ms, pieces: [cut], clipboard: { type } };
}

/** The character of a key of the number pad. */
function pad(name: string | undefined): string | undefined {
  return name && (keypad.get(name) ?? /^KP_(\d)$/.exec(name)?.[1]);
}

function damaged(line: number, what: string): Fault {
  return new Fault("damaged", `what was typed: line ${line} ${what}`);
}

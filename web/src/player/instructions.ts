import { Fault } from "./fault";

/** One instruction of the Guacamole protocol: its opcode, then its arguments. */
export type Instruction = [opcode: string, ...args: string[]];

/** What is drawn at once: all up to a `sync`. */
export interface Frame {
  ms: number;
  /** What draws, without the pointer and the `sync` at its end. */
  drawing: Instruction[];
  /** Where the pointer was, before the moment of the frame and at it. */
  pointer: { ms: number; x: number; y: number }[];
  /** The picture may be another one than before. */
  visible: boolean;
}

const mostInstructions = 5_000_000; // of a segment

/**
 * Parses a segment of a play object of graphics (docs/format.md): whole frames. `keyframe` says that it makes a picture
 * that was there before. Throws a Fault that names the place, in characters, where it is none.
 */
export function parseFrames(text: string, keyframe: boolean): Frame[] {
  const frames: Frame[] = [];
  let frame = begin();
  const astral = /[\ud800-\udbff]/.test(text);
  for (let at = 0, count = 0; at < text.length; count++) {
    if (count === mostInstructions) throw damaged(at, "there are too many instructions");
    const [instruction, after] = parseInstruction(text, at, astral);
    const [opcode, ...args] = instruction;
    if (opcode === "mouse") frame.pointer.push({ ms: whole(args[3] ?? args[0], at), x: Number(args[0]), y: Number(args[1]) });
    else if (opcode !== "sync") frame.drawing.push(instruction);
    else {
      frame.ms = whole(args[0], at);
      if (frame.ms < (frames.at(-1)?.ms ?? 0)) throw damaged(at, "the time goes back");
      frame.visible = !keyframe && frame.drawing.length > 0;
      frames.push(frame);
      frame = begin();
    }
    at = after;
  }
  if (frame.drawing.length > 0 || frame.pointer.length > 0) throw damaged(text.length, "the last frame has no end");
  return frames;
}

function begin(): Frame {
  return { ms: 0, drawing: [], pointer: [], visible: false };
}

const comma = ",".charCodeAt(0);
const semicolon = ";".charCodeAt(0);
const dot = ".".charCodeAt(0);

/** Elements `LENGTH.VALUE`, divided by commas, up to a semicolon. Lengths count code points. */
function parseInstruction(text: string, from: number, astral: boolean): [Instruction, number] {
  const elements: string[] = [];
  for (let at = from; ;) {
    let length = 0;
    const digits = at;
    for (; at < text.length; at++) {
      const digit = text.charCodeAt(at) - 48;
      if (digit < 0 || digit > 9) break;
      length = length * 10 + digit;
    }
    if (at === digits || at - digits > 9 || text.charCodeAt(at) !== dot) throw damaged(at, "an element has no length");
    const end = endOf(text, at + 1, length, astral);
    elements.push(text.slice(at + 1, end));
    const mark = text.charCodeAt(end);
    at = end + 1;
    if (mark === semicolon) return [elements as unknown as Instruction, at];
    if (mark !== comma) throw damaged(end, "an element has another length than it says");
  }
}

/** Where `length` code points end. `astral`: some of the text are two code units. */
function endOf(text: string, from: number, length: number, astral: boolean): number {
  let end = from + length;
  for (let at = from; astral && at < end && at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xd800 && unit < 0xdc00) {
      at++;
      end++;
    }
  }
  if (end >= text.length) throw damaged(text.length, "the last instruction has no end");
  return end;
}

function whole(text: string | undefined, at: number): number {
  const n = Number(text);
  if (text === undefined || text === "" || !Number.isSafeInteger(n) || n < 0) throw damaged(at, "a time is no whole number");
  return n;
}

function damaged(at: number, what: string): Fault {
  return new Fault("damaged", `character ${at}: ${what}`);
}

import { imageHead } from "./image-head";
import type { Instruction } from "./instructions";
import { Marks, type Box } from "./marks";

/** What an instruction, or an image with its data, draws and looks at. */
interface Deed {
  /** Its instructions, `to` excluded. */
  from: number;
  to: number;
  draws?: Place | undefined;
  /** Nothing is left of what was there. */
  covers?: boolean;
  /** It changes nothing beside what it draws: where that is drawn over, it need not be done. */
  local?: boolean;
  /** What it looks at. */
  reads?: Place;
}

/** A part of a layer, or all of it, or of all layers ("*"). */
interface Place {
  layer: string;
  box?: Box | undefined;
}

/** What is left of the instructions, and of each `img` among them, by its number, how many pixels it has. */
export interface Rest {
  instructions: Instruction[];
  images: Map<number, number>;
}

const over = "14"; // channel masks: Guacamole protocol, "channel mask"
const replace = "12"; // which also empties the rest of a layer
const unknownPixels = 1 << 20; // of an image that does not say how large it is
const mostPixels = 1 << 25; // of all layers that are watched
const fewImages = 16; // are drawn before one has looked
const everything: Place = { layer: "*" };

/** After one of these a layer's drawing is cut or moved, in ways that nobody follows here. */
const odd = new Set(["clip", "transform", "identity", "push", "pop"]);
/** Of pixels these change none and see none. */
const neutral = new Set(["blob", "end", "move", "shade", "distort", "name", "set", "reset", "mouse"]);

/**
 * Leaves out what a display would draw and then draw over, before anybody or anything sees it: most images of a
 * recording's stretch, when only its end is to be seen. One for each display, which must be given every stretch that the
 * display is fed.
 */
export class Overdrawn {
  #odd = false;
  #opaque = new Marks(mostPixels); // what nothing shines through
  #sizes = new Map<string, Box>(); // of layers that are to be seen; what is drawn beyond is lost
  #paths = new Map<string, Place | undefined>(); // that are begun, by layer; undefined is one that is no rectangle

  /** Of a stretch of instructions, those that matter for the state after it: all of them, or a new array. */
  rest(instructions: Instruction[]): Rest {
    const [deeds, images] = this.#follow(instructions);
    const all = { instructions, images };
    if (this.#odd || this.#opaque.full || images.size < fewImages) return all;
    const covered = new Marks(mostPixels); // what will be drawn over before it is seen
    const dropped: Deed[] = [];
    for (const deed of deeds.reverse()) {
      const { draws, covers, local, reads } = deed;
      if (local && draws?.box && covered.has(draws.layer, draws.box)) {
        dropped.push(deed);
        continue;
      }
      if (covers && draws?.box) covered.add(draws.layer, draws.box);
      if (reads === everything) covered.clear();
      else if (reads && !reads.box) covered.clear(reads.layer);
      else if (reads?.box) covered.remove(reads.layer, reads.box);
    }
    return covered.full || dropped.length === 0 ? all : without(dropped.reverse(), all);
  }

  /** What instructions do, in order, and the pixels of images. */
  #follow(instructions: Instruction[]): [Deed[], Map<number, number>] {
    const deeds: Deed[] = [];
    const images = new Map<number, number>();
    for (let at = 0; at < instructions.length; at++) {
      const [opcode, ...args] = instructions[at]!;
      const one = { from: at, to: at + 1 };
      switch (opcode) {
        case "img": {
          const [, mask, layer, , x, y] = args;
          const end = endOf(instructions, at);
          const head = end > at + 2 ? imageHead(instructions[at + 1]![2] ?? "") : undefined;
          images.set(at, head ? head.width * head.height : unknownPixels);
          const draws = head && place(layer, x, y, head.width, head.height);
          const covers = this.#draw(mask, layer, draws, head?.opaque === true);
          if (!draws) break; // it looks at nothing
          deeds.push({ from: at, to: end, draws, covers, local: mask === over });
          at = end - 1;
          break;
        }
        case "copy": {
          const [source, x, y, width, height, mask, layer, toX, toY] = args;
          const reads = place(source, x, y, width, height) ?? everything;
          const draws = place(layer, toX, toY, width, height);
          const opaque = this.#isOpaque(reads);
          const covers = this.#draw(mask, layer, draws, opaque) && opaque; // of less than that nobody knows how much is there
          // How large a buffer is comes from what was drawn on it: who looks at its edge looks at all of it.
          deeds.push({
            ...one,
            draws,
            covers,
            local: mask === over,
            reads: opaque || reads === everything ? reads : { layer: reads.layer },
          });
          break;
        }
        case "cursor":
          deeds.push({ ...one, reads: args[2] === undefined ? everything : { layer: args[2] } });
          break;
        case "cfill": {
          const [mask, layer, , , , alpha] = args;
          const draws = this.#paths.get(layer!);
          deeds.push({ ...one, draws, covers: this.#draw(mask, layer, draws, alpha === "255") });
          this.#paths.delete(layer!);
          break;
        }
        case "rect": {
          const [layer, x, y, width, height] = args;
          this.#paths.set(layer!, this.#paths.has(layer!) ? undefined : place(layer, x, y, width, height));
          break;
        }
        case "arc":
        case "curve":
        case "line":
        case "start":
        case "close":
          this.#paths.set(args[0]!, undefined);
          break;
        case "cstroke":
          this.#draw(args[0], args[1], undefined, false);
          this.#paths.delete(args[1]!);
          break;
        case "size":
        case "dispose":
          deeds.push({ ...one, reads: { layer: args[0]! } });
          this.#opaque.clear(args[0]!);
          this.#sizes.set(args[0]!, place(args[0], 0, 0, args[1] ?? 0, args[2] ?? 0)?.box ?? nowhere);
          break;
        default:
          if (neutral.has(opcode)) break;
          this.#odd ||= odd.has(opcode);
          deeds.push({ ...one, reads: everything }); // transfer, lfill, lstroke; whatever else there may be one day
          this.#opaque.clear();
          this.#paths.clear();
      }
    }
    return [deeds, images];
  }

  /** Follows what becomes opaque, or is it no longer. Reports whether nothing is left of what was in the place. */
  #draw(mask: string | undefined, layer: string | undefined, draws: Place | undefined, opaque: boolean): boolean {
    if (mask !== over) this.#opaque.clear(layer ?? "");
    const covers = draws !== undefined && (mask === replace || (mask === over && opaque));
    if (covers && opaque) {
      const { layer, box } = draws;
      this.#opaque.add(layer, layer.startsWith("-") ? box! : within(box!, this.#sizes.get(layer) ?? nowhere));
    }
    return covers;
  }

  #isOpaque({ layer, box }: Place): boolean {
    return box !== undefined && this.#opaque.has(layer, box);
  }
}

/** Where an image ends whose data come in one piece, one past its `end`; 0 where they do not. */
function endOf(instructions: Instruction[], from: number): number {
  const stream = instructions[from]![1];
  for (let at = from + 1; at < instructions.length; at++) {
    const [opcode, of] = instructions[at]!;
    if (of !== stream || (opcode !== "blob" && opcode !== "end")) return 0;
    if (opcode === "end") return at + 1;
  }
  return 0;
}

/** Undefined where the numbers are none of a place. */
function place(layer: string | undefined, ...numbers: (string | number | undefined)[]): Place | undefined {
  const [x, y, width, height] = numbers.map(Number) as [number, number, number, number];
  if (layer === undefined || ![x, y, width, height].every(Number.isSafeInteger) || width < 0 || height < 0) return undefined;
  return { layer, box: { x, y, width, height } };
}

const nowhere: Box = { x: 0, y: 0, width: 0, height: 0 };

/** The part of a box that lies within another. */
function within(box: Box, other: Box): Box {
  const [x, y] = [Math.max(box.x, other.x), Math.max(box.y, other.y)];
  const width = Math.min(box.x + box.width, other.x + other.width) - x;
  const height = Math.min(box.y + box.height, other.y + other.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : nowhere;
}

/** Takes deeds out of instructions. */
function without(deeds: Deed[], all: Rest): Rest {
  const rest: Rest = { instructions: [], images: new Map() };
  let at = 0;
  const keep = (until: number) => {
    for (; at < until; at++) {
      const pixels = all.images.get(at);
      if (pixels !== undefined) rest.images.set(rest.instructions.length, pixels);
      rest.instructions.push(all.instructions[at]!);
    }
  };
  for (const { from, to } of deeds) {
    keep(from);
    at = to;
  }
  keep(all.instructions.length);
  return rest;
}

/** A rectangle of whole pixels; what lies left of a layer or above it is nowhere. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Plane {
  width: number;
  height: number;
  cells: Uint8Array;
}

const step = 256; // planes grow by so many pixels to a side

/** Marked pixels of layers. */
export class Marks {
  /** There are too many pixels to know: what is marked says nothing any more. */
  full = false;
  #planes = new Map<string, Plane>();
  #cells = 0;

  /** `most` is how many pixels all layers may have together: a byte for each. */
  constructor(private readonly most: number) {}

  /** Whether all of a box is marked. One that is nowhere is not. */
  has(layer: string, { x, y, width, height }: Box): boolean {
    const plane = this.#planes.get(layer);
    if (!plane || x + width > plane.width || y + height > plane.height || x + width <= 0 || y + height <= 0) return false;
    for (const row of rows(plane, x, y, x + width, y + height)) if (row.includes(0)) return false;
    return true;
  }

  add(layer: string, { x, y, width, height }: Box): void {
    const plane = this.#roomy(layer, x + width, y + height);
    if (plane) for (const row of rows(plane, x, y, x + width, y + height)) row.fill(1);
  }

  remove(layer: string, { x, y, width, height }: Box): void {
    const plane = this.#planes.get(layer);
    if (!plane) return;
    for (const row of rows(plane, x, y, Math.min(plane.width, x + width), Math.min(plane.height, y + height))) row.fill(0);
  }

  /** Removes all marks of a layer, or of all. */
  clear(layer?: string): void {
    if (layer === undefined) for (const { cells } of this.#planes.values()) cells.fill(0);
    else this.#planes.get(layer)?.cells.fill(0);
  }

  /** A layer's plane with room for so much; undefined where that would be too much. */
  #roomy(layer: string, right: number, bottom: number): Plane | undefined {
    const old = this.#planes.get(layer);
    if (old && right <= old.width && bottom <= old.height) return old;
    const width = Math.max(old?.width ?? 0, Math.ceil(right / step) * step);
    const height = Math.max(old?.height ?? 0, Math.ceil(bottom / step) * step);
    this.#cells += width * height - (old?.cells.length ?? 0);
    if (this.#cells > this.most) {
      this.full = true;
      this.#planes.clear();
      return undefined;
    }
    const plane = { width, height, cells: new Uint8Array(width * height) };
    if (old) for (let y = 0; y < old.height; y++) plane.cells.set(old.cells.subarray(y * old.width, (y + 1) * old.width), y * width);
    this.#planes.set(layer, plane);
    return plane;
  }
}

function* rows({ width, cells }: Plane, left: number, top: number, right: number, bottom: number): Generator<Uint8Array> {
  const from = Math.max(0, left);
  if (right <= from) return;
  for (let y = Math.max(0, top); y < bottom; y++) yield cells.subarray(y * width + from, y * width + right);
}

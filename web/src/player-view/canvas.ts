import type { Terminal } from "../player/terminal";
import { drawBlock } from "./blocks";
import { cellsOf, type Cell } from "./cells";
import { background } from "./palette";
import type { Grid } from "./text-layer";

/** player.css names the same, for the text over the picture. */
const family = 'ui-monospace, "SFMono-Regular", Menlo, Consolas, "DejaVu Sans Mono", "Noto Sans Mono", "Noto Sans Mono CJK KR", monospace';
const largestFont = 32; // in full screen there is no such limit
const smallestCell = 4; // device pixels: smaller ones are drawn larger, and shrunk, since a whole pixel more or less is much
const shrunk = 4;
const longestMs = 30; // of one drawing

/** Draws a terminal's screen on a canvas, as large as fits into a box. Only rows that changed are drawn again. */
export class CanvasView {
  readonly canvas = document.createElement("canvas");
  #context = this.canvas.getContext("2d", { alpha: false })!;
  #drawn: string[] = [];
  #layout = "";
  #ratio = 1; // pixels drawn for a CSS pixel
  #row = 0; // where the next drawing begins
  #cellWidth = 1;
  #cellHeight = 1;
  #fontSize = 1;

  constructor() {
    this.canvas.setAttribute("aria-hidden", "true"); // the text beside it is for assistive technology
  }

  /**
   * `width` and `height` are the box, in CSS pixels. False when a screen is so large that rows are left: the next call
   * goes on with them.
   */
  draw(terminal: Terminal, width: number, height: number): boolean {
    const { cols, rows, buffer } = terminal.xterm;
    this.#fit(cols, rows, width, height);
    const { active } = buffer;
    const start = performance.now();
    const first = this.#row;
    for (let i = 0; i < rows; i++) {
      const y = (first + i) % rows;
      this.#row = y;
      if (i > 0 && performance.now() - start > longestMs) return false;
      const cursorX = terminal.cursorVisible && active.cursorY === y ? Math.min(active.cursorX, cols - 1) : undefined;
      const cells = cellsOf(active.getLine(active.viewportY + y), cols, cursorX);
      const key = keyOf(cells);
      if (this.#drawn[y] === key) continue;
      this.#drawn[y] = key;
      this.#drawRow(cells, y, cols);
    }
    this.#row = 0;
    return true;
  }

  /** Where its cells are, in CSS pixels. */
  get grid(): Grid {
    const ratio = this.#ratio;
    return { cellWidth: this.#cellWidth / ratio, cellHeight: this.#cellHeight / ratio, fontSize: this.#fontSize / ratio };
  }

  /** Cells are whole device pixels, so that neighbours neither overlap nor leave a gap. */
  #fit(cols: number, rows: number, width: number, height: number): void {
    let ratio = window.devicePixelRatio || 1;
    const layout = [cols, rows, width, height, ratio].join();
    if (layout === this.#layout) return;
    this.#layout = layout;
    this.#drawn = [];
    this.#row = 0;
    [width, height] = [Math.max(1, width), Math.max(1, height)];
    this.#context.font = `100px ${family}`;
    const measured = this.#context.measureText("W");
    const wide = measured.width / 100;
    const high = (measured.fontBoundingBoxAscent + measured.fontBoundingBoxDescent) / 100;
    const most = document.fullscreenElement ? Infinity : largestFont;
    const fitting = Math.min(width / (cols * wide), height / (rows * high), most);
    if (fitting * wide * ratio < smallestCell) ratio *= shrunk;
    this.#ratio = ratio;
    const size = fitting * ratio;
    this.#cellWidth = Math.max(1, Math.floor(size * wide));
    this.#fontSize = this.#cellWidth / wide;
    this.#cellHeight = Math.max(1, Math.min(Math.floor(size * high), Math.round(this.#fontSize * high)));
    this.canvas.width = cols * this.#cellWidth;
    this.canvas.height = rows * this.#cellHeight;
    this.canvas.style.width = `${this.canvas.width / ratio}px`;
    this.canvas.style.height = `${this.canvas.height / ratio}px`;
  }

  #drawRow(cells: Cell[], y: number, cols: number): void {
    const context = this.#context;
    const [width, height, top] = [this.#cellWidth, this.#cellHeight, y * this.#cellHeight];
    context.save();
    context.beginPath();
    context.rect(0, top, cols * width, height);
    context.clip(); // a high character must not stay on the row above, which is not drawn again
    context.fillStyle = background;
    context.fillRect(0, top, cols * width, height);
    for (const cell of cells) {
      if (cell.back === background) continue;
      context.fillStyle = cell.back;
      context.fillRect(cell.x * width, top, cell.width * width, height);
    }
    context.textBaseline = "middle";
    for (const cell of cells) this.#drawText(cell, top);
    context.restore();
  }

  #drawText(cell: Cell, top: number): void {
    const context = this.#context;
    const [left, width, height] = [cell.x * this.#cellWidth, cell.width * this.#cellWidth, this.#cellHeight];
    context.fillStyle = cell.front;
    context.globalAlpha = cell.dim ? 0.5 : 1;
    if (cell.text !== "" && cell.text !== " " && !drawBlock(context, cell.text, left, top, width, height)) {
      context.font = `${cell.italic ? "italic " : ""}${cell.bold ? "bold " : ""}${this.#fontSize}px ${family}`;
      context.fillText(cell.text, left, top + height / 2, width);
    }
    const stroke = Math.max(1, Math.round(height / 16));
    if (cell.underline) context.fillRect(left, top + height - 2 * stroke, width, stroke);
    if (cell.strike) context.fillRect(left, top + Math.round(height / 2), width, stroke);
    if (cell.overline) context.fillRect(left, top, width, stroke);
    context.globalAlpha = 1;
  }
}

function keyOf(cells: Cell[]): string {
  let key = "";
  for (const { text, width, front, back, bold, italic, dim, underline, overline, strike } of cells) {
    const style = +bold | (+italic << 1) | (+dim << 2) | (+underline << 3) | (+overline << 4) | (+strike << 5);
    key += `${text},${width},${front},${back},${style};`;
  }
  return key;
}

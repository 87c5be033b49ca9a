import type { IBufferCell, IBufferLine } from "@xterm/headless";
import { background, foreground, palette, rgb } from "./palette";

const mostCharacters = 32; // a letter with more accents than anybody could see: there may be a million

/** A cell as it is drawn. */
export interface Cell {
  x: number;
  /** Columns that it takes: 1 or 2. */
  width: number;
  text: string;
  front: string;
  back: string;
  bold: boolean;
  italic: boolean;
  dim: boolean;
  underline: boolean;
  overline: boolean;
  strike: boolean;
}

/** The cells of a line; none where xterm.js has no line. The second half of a wide character is none of its own; the cursor is a block in swapped colours. */
export function cellsOf(line: IBufferLine | undefined, cols: number, cursorX: number | undefined): Cell[] {
  const cells: Cell[] = [];
  let found: IBufferCell | undefined;
  for (let x = 0; x < cols; x++) {
    found = line?.getCell(x, found);
    if (!found || found.getWidth() === 0) continue;
    const cell = cellOf(found, x);
    if (cursorX !== undefined && cursorX >= x && cursorX < x + cell.width) [cell.front, cell.back] = [cell.back, cell.front];
    cells.push(cell);
  }
  return cells;
}

function cellOf(cell: IBufferCell, x: number): Cell {
  const bold = cell.isBold() !== 0;
  let front = foreground;
  if (cell.isFgRGB()) front = rgb(cell.getFgColor());
  // As xterm.js does: bold text in one of the first 8 colours takes the bright one.
  if (cell.isFgPalette()) front = palette[bold && cell.getFgColor() < 8 ? cell.getFgColor() + 8 : cell.getFgColor()]!;
  let back = background;
  if (cell.isBgRGB()) back = rgb(cell.getBgColor());
  if (cell.isBgPalette()) back = palette[cell.getBgColor()]!;
  if (cell.isInverse()) [front, back] = [back, front];
  return {
    x,
    width: cell.getWidth(),
    text: cell.isInvisible() ? "" : cell.getChars().slice(0, mostCharacters),
    front,
    back,
    bold,
    italic: cell.isItalic() !== 0,
    dim: cell.isDim() !== 0,
    underline: cell.isUnderline() !== 0,
    overline: cell.isOverline() !== 0,
    strike: cell.isStrikethrough() !== 0,
  };
}

import type { Terminal } from "../player/terminal";
import { element } from "../dom/dom";

/** Where the cells of the picture are, in CSS pixels. */
export interface Grid {
  cellWidth: number;
  cellHeight: number;
  fontSize: number;
}

/** The text of the screen over its picture, unseen: a mouse can select it, and assistive technology reads it. */
export class TextLayer {
  readonly root: HTMLElement;
  #layout = "";

  constructor(label: string) {
    this.root = element("pre", { class: "screen-text", "data-testid": "screen-text", role: "region", "aria-label": label });
  }

  /** The moment whose text it has, in whole milliseconds; undefined before the first. */
  get ms(): number | undefined {
    const { timeMs } = this.root.dataset;
    return timeMs === undefined ? undefined : Number(timeMs);
  }

  /** While something moves the text is not kept in its place, and not to be selected. */
  write(terminal: Terminal, ms: number, moving: boolean): void {
    const rows = terminal.rows();
    if (moving) this.root.textContent = rows.join("\n");
    else this.root.replaceChildren(...rows.flatMap((row, y) => [...(y ? ["\n"] : []), ...pieces(terminal, row, y)]));
    this.root.dataset.timeMs = String(Math.round(ms));
  }

  set still(still: boolean) {
    this.root.classList.toggle("still", still);
  }

  /** Puts the rows where those of the picture are. */
  fit({ cellWidth, cellHeight, fontSize }: Grid): void {
    const layout = [cellWidth, cellHeight, fontSize].join();
    if (layout === this.#layout) return;
    this.#layout = layout;
    const { style } = this.root;
    style.fontSize = `${fontSize}px`;
    style.lineHeight = `${cellHeight}px`;
    // Wide characters are as wide as high, which is less than two cells.
    style.setProperty("--wide", `${2 * cellWidth - fontSize}px`);
  }
}

/** The text of a row, with wide characters in elements of their own. */
function pieces(terminal: Terminal, row: string, y: number): (string | Node)[] {
  const { active } = terminal.xterm.buffer;
  const line = active.getLine(active.viewportY + y);
  if (!line || /^[\x20-\x7e]*$/.test(row)) return [row];
  const runs: { wide: boolean; text: string }[] = [];
  let left = row.length;
  for (let x = 0; left > 0 && x < line.length; x++) {
    const cell = line.getCell(x);
    if (!cell || cell.getWidth() === 0) continue;
    const wide = cell.getWidth() === 2;
    const text = (cell.getChars() || " ").slice(0, left);
    left -= text.length;
    if (runs.at(-1)?.wide === wide) runs.at(-1)!.text += text;
    else runs.push({ wide, text });
  }
  return runs.map(({ wide, text }) => (wide ? element("span", { class: "wide" }, text) : text));
}

import { Unicode11Addon } from "@xterm/addon-unicode11";
import type { ITerminalAddon, Terminal as HeadlessTerminal } from "@xterm/headless";
import { Terminal as Xterm } from "@xterm/headless/lib-headless/xterm-headless.mjs";
import { counted, fewer } from "./counts";

/** xterm.js threw: its screen is no longer to be shown. */
export class Broken extends Error {}

// Longer pieces are cut, so that even one of the dearest sequences (each a few characters that change every cell) takes
// no more than some tenths of a second, whatever the size.
const cellsAtOnce = 1 << 25;
const mostAtOnce = 128 << 10;
const leastAtOnce = 64;
const mostRepeated = 1 << 23; // characters that one REP may write

/**
 * A terminal without a display: xterm.js's parser and buffer. What it would answer to a program is dropped, and
 * titles and clipboard writes in a recording reach nobody.
 */
export class Terminal {
  cursorVisible = true;
  readonly xterm: HeadlessTerminal;
  #core: Core;

  constructor(cols: number, rows: number) {
    this.xterm = new Xterm({ cols, rows, scrollback: 0, allowProposedApi: true, logLevel: "off" });
    this.xterm.loadAddon(new Unicode11Addon() as unknown as ITerminalAddon);
    this.xterm.unicode.activeVersion = "11";
    this.#core = (this.xterm as unknown as { _core: Core })._core;
    this.#watchCursor();
    this.#boundCounts();
  }

  /** Characters that one write() should have at most. */
  get atOnce(): number {
    const { cols, rows } = this.xterm;
    return Math.max(leastAtOnce, Math.min(mostAtOnce, Math.floor(cellsAtOnce / (cols * rows))));
  }

  /**
   * Puts the text into the buffer. Throws Broken when xterm.js throws, after which the terminal is of no use. Its own
   * write() would throw into the void, and never call back.
   */
  write(data: string): void {
    this.#attempt(() => this.#core.writeSync(data));
  }

  /** xterm.js knows no screen of fewer than 2 columns and takes 2 for 1. Throws Broken as write does. */
  resize(cols: number, rows: number): void {
    this.#attempt(() => this.xterm.resize(cols, rows));
  }

  /** The rows of the screen, without blanks at their ends. */
  rows(): string[] {
    const buffer = this.xterm.buffer.active;
    return Array.from(
      { length: this.xterm.rows },
      (_, y) =>
        buffer
          .getLine(buffer.viewportY + y)
          ?.translateToString(true)
          .trimEnd() ?? "",
    );
  }

  dispose(): void {
    this.xterm.dispose();
  }

  #attempt(act: () => void): void {
    try {
      act();
    } catch (cause) {
      throw new Broken(String(cause), { cause });
    }
  }

  // The headless API does not tell whether the cursor is hidden (DECTCEM, ?25), so the sequences that change it are
  // watched; `false` lets xterm.js handle them too.
  #watchCursor(): void {
    const set = (visible: boolean) => {
      this.cursorVisible = visible;
      return false;
    };
    const { parser } = this.xterm;
    parser.registerCsiHandler({ prefix: "?", final: "h" }, (params) => (params.includes(25) ? set(true) : false));
    parser.registerCsiHandler({ prefix: "?", final: "l" }, (params) => (params.includes(25) ? set(false) : false));
    parser.registerCsiHandler({ intermediates: "!", final: "p" }, () => set(true));
    parser.registerEscHandler({ final: "c" }, () => set(true));
  }

  // Inside the parser and not in the text: there a sequence is whole, however it was cut, and text costs nothing.
  #boundCounts(): void {
    for (const final of counted) {
      this.#core.registerCsiHandler({ final }, ({ params }) => {
        const { cols, rows } = this.xterm;
        const count = params[0] ?? 0;
        if (count <= Math.min(cols, rows)) return false;
        const { _inputHandler: input } = this.#core;
        const { lines, x, y, ybase } = input._activeBuffer;
        let cells = cols;
        for (let n = 0; n < lines.length; n++) cells = Math.max(cells, lines.get(n)?.length ?? 0);
        // Nothing is repeated where this is 0: the count does not matter.
        const width = Math.max(1, (input._parser.precedingJoinState >> 1) & 3);
        params[0] = fewer(final, count, { cols, rows, lines: lines.maxLength, cells, width });
        if (final === "b" && (lines.get(ybase + y)?.getString(x - width).length ?? 0) * params[0] > mostRepeated)
          throw new Error("REP of more than can be held");
        return false;
      });
    }
  }
}

/**
 * What is used of xterm.js beyond its API, which has no way to catch what its parser throws, nor to change what a
 * sequence says: xterm.js 6.0.0, CoreTerminal.ts. terminal.test.ts fails where another version has something else.
 */
interface Core {
  writeSync(data: string): void;
  registerCsiHandler(id: { final: string }, handle: (params: { params: Int32Array }) => boolean): void;
  _inputHandler: {
    _parser: { precedingJoinState: number };
    _activeBuffer: {
      x: number;
      y: number;
      ybase: number;
      lines: { length: number; maxLength: number; get(n: number): { length: number; getString(x: number): string } | undefined };
    };
  };
}

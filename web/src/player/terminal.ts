import { Unicode11Addon } from "@xterm/addon-unicode11";
import type { ITerminalAddon, Terminal as HeadlessTerminal } from "@xterm/headless";
import { Terminal as Xterm } from "@xterm/headless/lib-headless/xterm-headless.mjs";

/**
 * A terminal without a display: xterm.js's parser and buffer. What it would answer to a program is dropped, and
 * titles and clipboard writes in a recording reach nobody.
 */
export class Terminal {
  cursorVisible = true;
  readonly xterm: HeadlessTerminal;

  constructor(cols: number, rows: number) {
    this.xterm = new Xterm({ cols, rows, scrollback: 0, allowProposedApi: true, logLevel: "off" });
    this.xterm.loadAddon(new Unicode11Addon() as unknown as ITerminalAddon);
    this.xterm.unicode.activeVersion = "11";
    this.#watchCursor();
  }

  /** Resolves when the text is in the buffer. */
  write(data: string): Promise<void> {
    return new Promise((done) => this.xterm.write(data, done));
  }

  /** xterm.js knows no screen of fewer than 2 columns and takes 2 for 1. */
  resize(cols: number, rows: number): void {
    this.xterm.resize(cols, rows);
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
}

/** What decides how often a sequence can be repeated before nothing changes any more. */
export interface Extent {
  cols: number;
  rows: number;
  /** Lines that xterm.js's list of them can hold, of which some may be above the screen; then the same slots come again. */
  lines: number;
  /** Cells of its longest line, of which some may be right of the screen. */
  cells: number;
  /** Columns of the character that REP repeats. */
  width: number;
}

/** The sequences whose count xterm.js takes literally, one step after the other: with millions it hangs. */
export const counted = ["I", "Z", "L", "M", "S", "T", "b"] as const;

/**
 * A smaller count with the same result. Tabulators (I, Z) end at the edge, moved lines (L, M, S, T) leave after as many
 * as there are rows. Repeated characters (b) fill all lines, and from then on rows and the slots that they are in come
 * round: internal/terminal's fewerRepeats is the same rule.
 */
export function fewer(final: (typeof counted)[number], count: number, { cols, rows, lines, cells, width }: Extent): number {
  if (final === "I" || final === "Z") return Math.min(count, cols);
  if (final !== "b") return Math.min(count, rows);
  const row = Math.max(Math.floor(cols / width), 1);
  const enough = (Math.max(rows, lines) + 2) * Math.max(row, cells);
  return count <= enough ? count : enough + ((count - enough) % (row * Math.max(lines, 1)));
}

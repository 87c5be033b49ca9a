type Draw = (context: CanvasRenderingContext2D, left: number, top: number, width: number, height: number) => void;

/**
 * Draws block elements (U+2580 to U+2590) and light box lines so that they fill the cell, because a font's own leave
 * gaps between cells. False for any other character.
 */
export function drawBlock(
  context: CanvasRenderingContext2D,
  text: string,
  left: number,
  top: number,
  width: number,
  height: number,
): boolean {
  const draw = text.length === 1 ? (box[text] ?? block(text.charCodeAt(0))) : undefined;
  draw?.(context, left, top, width, height);
  return draw !== undefined;
}

function block(code: number): Draw | undefined {
  if (code === 0x2580) return (context, left, top, width, height) => context.fillRect(left, top, width, Math.round(height / 2));
  if (code === 0x2590)
    return (context, left, top, width, height) =>
      context.fillRect(left + Math.round(width / 2), top, width - Math.round(width / 2), height);
  if (code > 0x2580 && code <= 0x2588) {
    return (context, left, top, width, height) => {
      const part = Math.round((height * (code - 0x2580)) / 8); // lower eighths, then the full block
      context.fillRect(left, top + height - part, width, part);
    };
  }
  if (code > 0x2588 && code < 0x2590)
    return (context, left, top, width, height) => context.fillRect(left, top, Math.round((width * (0x2590 - code)) / 8), height);
  return undefined;
}

/** The arms of a box line: up, right, down, left. */
const box: Record<string, Draw> = Object.fromEntries(
  Object.entries({
    "─": "rl",
    "│": "ud",
    "┌": "rd",
    "┐": "dl",
    "└": "ur",
    "┘": "ul",
    "├": "urd",
    "┤": "udl",
    "┬": "rdl",
    "┴": "url",
    "┼": "urdl",
  }).map(([text, arms]) => [text, lines(arms)]),
);

function lines(arms: string): Draw {
  return (context, left, top, width, height) => {
    const stroke = Math.max(1, Math.round(height / 16));
    const x = left + Math.floor((width - stroke) / 2);
    const y = top + Math.floor((height - stroke) / 2);
    if (arms.includes("u")) context.fillRect(x, top, stroke, y - top + stroke);
    if (arms.includes("d")) context.fillRect(x, y, stroke, top + height - y);
    if (arms.includes("l")) context.fillRect(left, y, x - left + stroke, stroke);
    if (arms.includes("r")) context.fillRect(x, y, left + width - x, stroke);
  };
}

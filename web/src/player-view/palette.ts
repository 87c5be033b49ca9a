// The colours of xterm.js's default theme (Tango), so that a recording looks as it does in other players.
const named = [
  "#2e3436",
  "#cc0000",
  "#4e9a06",
  "#c4a000",
  "#3465a4",
  "#75507b",
  "#06989a",
  "#d3d7cf",
  "#555753",
  "#ef2929",
  "#8ae234",
  "#fce94f",
  "#729fcf",
  "#ad7fa8",
  "#34e2e2",
  "#eeeeec",
];

export const foreground = "#ffffff";
export const background = "#000000";

/** The 256 colours: 16 named, a cube of 6x6x6 and 24 greys. */
export const palette: readonly string[] = [
  ...named,
  ...Array.from({ length: 216 }, (_, n) => rgb((level(Math.floor(n / 36)) << 16) | (level(Math.floor(n / 6) % 6) << 8) | level(n % 6))),
  ...Array.from({ length: 24 }, (_, n) => rgb((8 + n * 10) * 0x010101)),
];

export function rgb(colour: number): string {
  return "#" + colour.toString(16).padStart(6, "0");
}

function level(step: number): number {
  return step === 0 ? 0 : 55 + step * 40;
}

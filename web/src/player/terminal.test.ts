import { Unicode11Addon } from "@xterm/addon-unicode11";
import type { ITerminalAddon } from "@xterm/headless";
import { Terminal as Xterm } from "@xterm/headless/lib-headless/xterm-headless.mjs";
import { describe, expect, it } from "vitest";
import { counted, fewer } from "./counts";
import { Broken, Terminal } from "./terminal";

describe("a count", () => {
  const extent = { cols: 80, rows: 24, lines: 24, cells: 80, width: 1 };
  const most = 2 ** 31 - 1;
  it.each([
    ["I", 3, 3],
    ["I", most, 80],
    ["Z", most, 80],
    ["L", 24, 24],
    ["L", most, 24],
    ["M", most, 24],
    ["S", most, 24],
    ["T", most, 24],
    ["b", 2080, 2080],
    ["b", 2081, 2081], // a full screen and then some: rows repeat, and so do the slots that they are in
    ["b", 2080 + 1920, 2080],
    ["b", most, 2080 + ((most - 2080) % 1920)],
  ] as const)("of %s: instead of %i it is %i", (final, count, less) => expect(fewer(final, count, extent)).toBe(less));

  it("of a wide character counts pairs of columns", () => {
    expect(fewer("b", 2106 + 959, { ...extent, cols: 81, cells: 81, width: 2 })).toBe(2106 + 959);
    expect(fewer("b", 2106 + 960, { ...extent, cols: 81, cells: 81, width: 2 })).toBe(2106);
  });
});

/** xterm.js as it is, which does all that a count says. */
function literal(cols: number, rows: number) {
  const xterm = new Xterm({ cols, rows, scrollback: 0, allowProposedApi: true, logLevel: "off" });
  xterm.loadAddon(new Unicode11Addon() as unknown as ITerminalAddon);
  xterm.unicode.activeVersion = "11";
  return xterm;
}

/** Everything about the lines of a screen, and where the cursor is. */
function stateOf(xterm: Terminal["xterm"]) {
  const { buffer } = (xterm as unknown as { _core: { buffer: Lines } })._core;
  const lines = Array.from({ length: buffer.lines.length }, (_, n) => buffer.lines.get(n));
  const { x, y, ybase, scrollTop, scrollBottom } = buffer;
  // A cell's characters stay behind where it is overwritten, which nothing shows: they count in cells that say so. And
  // a cell that takes one accent after the other has more of them, the more are repeated: 32 are enough to draw.
  const accents = (line: Line) => line._data.map((content, i) => (i % 3 === 0 && content & hasAccents ? 1 : 0));
  const combined = (line: Line) => Array.from(accents(line), (has, i) => (has ? line._combined[i / 3]!.slice(0, 32) : "")).join("");
  const cells = lines.map((line) => line && [line.isWrapped, line._data.join(), combined(line)].join());
  return { at: [x, y, ybase, scrollTop, scrollBottom], cells };
}

const hasAccents = 0x200000; // in a cell's first number

interface Line {
  isWrapped: boolean;
  _data: Uint32Array;
  _combined: Record<number, string>;
}

interface Lines {
  x: number;
  y: number;
  ybase: number;
  scrollTop: number;
  scrollBottom: number;
  lines: { length: number; get(n: number): Line | undefined };
}

describe("a terminal whose counts are bounded", () => {
  it("shows and is what xterm.js is that does all of them, in 100 sessions of 60 steps", () => {
    let more = 0; // counts that were beyond the bounds
    for (let seed = 1; seed <= 100; seed++) {
      const random = mulberry(seed);
      const pick = <T>(...from: T[]): T => from[random(from.length)]!;
      let [cols, rows] = [2 + random(30), 1 + random(10)];
      const [ours, other] = [new Terminal(cols, rows), literal(cols, rows)];
      for (let step = 0; step < 60; step++) {
        if (random(25) === 0) {
          [cols, rows] = [2 + random(30), 1 + random(10)];
          try {
            other.resize(cols, rows);
          } catch {
            break; // xterm.js is broken without us, too
          }
          ours.resize(cols, rows);
        }
        const final = pick(...counted);
        const count = final === "b" ? random(6 * cols * rows) : random(200);
        if (count > Math.min(cols, rows)) more++;
        const text =
          pick("", "a", "한", "e\u0301", "\u0301", "word ", "\r\n", "\t", "\x1b[44m", "\x1b[0m", "x".repeat(random(2 * cols))) +
          pick("", `\x1b[${1 + random(rows)};${1 + random(cols)}H`, `\x1b[${1 + random(rows)};${1 + random(rows)}r`) +
          pick(
            "",
            "",
            "",
            "\x1b[?7l",
            "\x1b[?7h",
            "\x1b[4h",
            "\x1b[4l",
            "\x1b[?6h",
            "\x1b[?6l",
            "\x1bH",
            "\x1b[3g",
            "\x1b[?1049h",
            "\x1b[?1049l",
          ) +
          pick("", "z", "文") +
          `\x1b[${count}${final}`;
        const half = random(text.length); // a sequence may be cut by the end of an event
        try {
          write(other, text.slice(0, half));
          write(other, text.slice(half));
        } catch {
          break;
        }
        ours.write(text.slice(0, half));
        ours.write(text.slice(half));
        expect(stateOf(ours.xterm), `seed ${seed}, step ${step}: ${JSON.stringify(text)}`).toEqual(stateOf(other));
      }
    }
    expect(more).toBeGreaterThan(1500);
  });

  it.each(counted)("is done with two thousand million of %s at once", (final) => {
    const terminal = new Terminal(80, 24);
    const from = performance.now();
    terminal.write("x" + `\x1b[2147483647${final}`.repeat(20));
    expect(performance.now() - from).toBeLessThan(1000);
  });

  it("breaks where a character of a hundred thousand accents is repeated by the million", () => {
    const terminal = new Terminal(80, 24);
    expect(() => terminal.write("e" + "\u0301".repeat(100_000) + "\x1b[999999b")).toThrow(Broken);
  });
});

// xterm.js 6 with scrollback 0 has no line for the last row after these resizes (docs/terminal.md).
it("says that xterm.js threw, instead of never coming back", () => {
  const terminal = new Terminal(9, 3);
  terminal.write("x".repeat(12) + "\r\n");
  terminal.resize(3, 4);
  terminal.resize(4, 5);
  expect(() => terminal.write("x")).toThrow(Broken);
});

it("takes two columns for one", () => {
  const terminal = new Terminal(80, 24);
  terminal.resize(1, 1);
  terminal.write("abc");
  expect([terminal.xterm.cols, terminal.xterm.rows, terminal.rows()]).toEqual([2, 1, ["c"]]);
});

/** As xterm.js would, without its timers, that would throw into the void. */
function write(xterm: Terminal["xterm"], text: string): void {
  (xterm as unknown as { _core: { writeSync(text: string): void } })._core.writeSync(text);
}

/** Whole numbers below `n` from a seed (mulberry32). */
function mulberry(seed: number) {
  return (n: number) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
  };
}

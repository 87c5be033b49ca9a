import { describe, expect, it } from "vitest";
import { openReader } from "./reader";
import { Screen } from "./screen";
import { castNames, finalText, readCast, serve, writeTape, type Cast } from "./tape.testing";

async function screenOf(cast: Cast, rawBytes = 16 << 10): Promise<{ screen: Screen; durationMs: number }> {
  const tape = writeTape(cast, rawBytes);
  const reader = await openReader(tape.addresses, { fetch: serve(tape) });
  return { screen: new Screen(reader), durationMs: reader.index.durationMs };
}

const trimmed = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .trimEnd();
const textOf = (screen: Screen) => trimmed(screen.terminal.rows().join("\n"));

describe("the last screen is the one that was recorded", () => {
  const names = castNames();
  it("has recordings to look at", () => expect(names.length).toBeGreaterThan(15));
  it.each(names)("%s", async (name) => {
    const { screen, durationMs } = await screenOf(readCast(name));
    await screen.show(durationMs);
    expect(textOf(screen)).toBe(trimmed(finalText(name)));
  });
});

describe("a seek", () => {
  const cast: Cast = {
    cols: 20,
    rows: 3,
    events: [
      { ms: 1000, code: "o", data: "one" },
      { ms: 2000, code: "i", data: "secret" },
      { ms: 2000, code: "o", data: " two" },
      { ms: 3000, code: "r", data: "30x4" },
      { ms: 4000, code: "o", data: " three\x1b[?25l" },
    ],
  };

  it("shows an event at its own time and not a millisecond before", async () => {
    const { screen } = await screenOf(cast);
    await screen.show(999);
    expect(textOf(screen)).toBe("");
    await screen.show(1000);
    expect(textOf(screen)).toBe("one");
  });

  it("never shows what was typed", async () => {
    const { screen } = await screenOf(cast);
    await screen.show(4000);
    expect(textOf(screen)).toBe("one two three");
  });

  it("goes back, with the size of that moment", async () => {
    const { screen } = await screenOf(cast, 30);
    await screen.show(4000);
    expect([screen.terminal.xterm.cols, screen.terminal.xterm.rows, screen.terminal.cursorVisible]).toEqual([30, 4, false]);
    await screen.show(2500);
    expect(textOf(screen)).toBe("one two");
    expect([screen.terminal.xterm.cols, screen.terminal.xterm.rows, screen.terminal.cursorVisible]).toEqual([20, 3, true]);
  });

  it("while another is under way ends at the last one asked for", async () => {
    const { screen, durationMs } = await screenOf(readCast("cast-find-flood"));
    const first = screen.show(durationMs);
    await Promise.all([first, screen.show(0)]);
    expect(screen.shownMs).toBe(0);
  });

  it("back and forth makes the same screens as straight on", async () => {
    const cast = readCast("cast-vim");
    const straight = await screenOf(cast);
    const jumping = await screenOf(cast);
    const times = Array.from({ length: 8 }, (_, n) => Math.round((straight.durationMs * (n + 1)) / 8));
    const texts = new Map<number, string>();
    for (const ms of times) {
      await straight.screen.show(ms);
      texts.set(ms, textOf(straight.screen));
    }
    for (const ms of [5, 1, 7, 0, 3, 3, 2].map((n) => times[n]!)) {
      await jumping.screen.show(ms);
      expect(textOf(jumping.screen)).toBe(texts.get(ms));
    }
  });

  it("refuses a resize that makes no sense", async () => {
    const { screen } = await screenOf({ cols: 20, rows: 3, events: [{ ms: 1, code: "r", data: "99999x99999" }] });
    await expect(screen.show(1)).rejects.toMatchObject({ code: "damaged" });
  });
});

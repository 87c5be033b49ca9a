import { expect, it, vi } from "vitest";
import { Player } from "./player";
import type { Fetch } from "./ranges";
import { open, serve, writeTape, type Cast } from "./tape.testing";

const cast: Cast = {
  cols: 40,
  rows: 5,
  events: Array.from({ length: 100 }, (_, n) => ({ ms: n * 100, code: "o", data: `line ${n}\r\n` })),
};

/** A player whose time and frames are the test's; `gate` holds back segments. */
async function playerOf(change: (index: Record<string, unknown>) => void = () => undefined, recording = cast) {
  const tape = writeTape(recording, 400, { change });
  const storage = serve(tape);
  let now = 0;
  let frame: (() => void) | undefined;
  const gate = { closed: false, lost: false, waiters: [] as (() => void)[] };
  const fetch: Fetch = async (url, init) => {
    if (gate.lost) throw new TypeError("network");
    if (gate.closed) await new Promise<void>((go) => gate.waiters.push(go));
    return storage(url, init);
  };
  const reader = await open(tape, { fetch, now: () => now });
  const seen = { skipped: [] as number[], failed: [] as unknown[] };
  const player = new Player(reader, {
    now: () => now,
    nextFrame: (act) => (frame = act),
    changed: () => undefined,
    draw: () => undefined,
    shown: () => undefined,
    skipped: (ms) => seen.skipped.push(ms),
    fail: (cause) => seen.failed.push(cause),
  });
  /** Lets time pass in frames of 20 ms. */
  const pass = async (ms: number) => {
    for (const until = now + ms; now < until;) {
      now += 20;
      const act = frame;
      frame = undefined;
      act?.();
      await new Promise((go) => setTimeout(go));
    }
  };
  const shows = (ms: number) => vi.waitFor(() => expect(player.screen.shownMs).toBe(ms));
  const openGate = () => {
    gate.closed = false;
    for (const go of gate.waiters) go();
  };
  const screen = () => player.screen.terminal.rows().filter((row) => row !== "");
  /** The page stands still, as on a computer that sleeps. */
  const freeze = (ms: number) => (now += ms);
  return { player, reader, tape, gate, openGate, pass, freeze, shows, seen, screen };
}

it("shows the first moment and does not start by itself", async () => {
  const { player, pass, shows, screen } = await playerOf();
  player.seek(0);
  await shows(0);
  await pass(200);
  expect([player.ms, player.playing, screen()]).toEqual([0, false, ["line 0"]]);
});

it("plays, and a seek keeps the state", async () => {
  const { player, pass, shows } = await playerOf();
  player.seek(1000);
  await shows(1000);
  player.toggle();
  await pass(500);
  expect(player.ms).toBe(1500);
  player.seek(8000);
  await vi.waitFor(() => expect(player.seeking).toBe(false));
  await pass(100);
  expect([player.playing, player.ms]).toEqual([true, 8100]);
  player.toggle();
  player.seek(2000);
  await shows(2000);
  await pass(100);
  expect([player.playing, player.ms]).toEqual([false, 2000]);
});

it("plays again from 0 at the end", async () => {
  const { player, pass, shows } = await playerOf();
  player.seek(9800);
  await shows(9800);
  player.toggle();
  await pass(400);
  expect([player.ended, player.playing]).toEqual([true, false]);
  player.toggle();
  await vi.waitFor(() => expect(player.seeking).toBe(false));
  await pass(100);
  expect([player.playing, player.ms]).toEqual([true, 100]);
});

it("stands still while a segment is late, says so, and goes on at the same place", async () => {
  const { player, gate, openGate, pass, shows } = await playerOf();
  player.seek(0);
  await shows(0);
  gate.closed = true;
  player.setSpeed(4);
  player.toggle();
  await pass(2000);
  const { ms } = player;
  expect(ms).toBeLessThan(5000);
  expect([player.playing, player.seeking, player.waiting]).toEqual([true, true, "segment"]);
  await pass(2000);
  expect(player.ms).toBe(ms);
  openGate();
  await vi.waitFor(() => expect(player.seeking).toBe(false));
  await pass(40);
  expect(player.ms).toBe(ms + 160);
});

it("says that it waits for the network, and goes on when it is back", async () => {
  const { player, reader, gate, shows } = await playerOf();
  gate.lost = true;
  player.seek(5000);
  await vi.waitFor(() => expect(player.waiting).toBe("network"));
  gate.lost = false;
  reader.patience.wake();
  await shows(5000);
  expect(player.waiting).toBeUndefined();
});

it("that is paused while it waits stays paused", async () => {
  const { player, gate, openGate, pass, shows } = await playerOf();
  player.seek(0);
  await shows(0);
  player.toggle();
  gate.closed = true;
  player.seek(6000);
  expect(player.playing).toBe(true);
  player.toggle();
  openGate();
  await shows(6000);
  await pass(100);
  expect([player.playing, player.ms]).toEqual([false, 6000]);
});

it("passes no time while it is held, for whatever reason", async () => {
  const { player, pass, shows } = await playerOf();
  player.seek(0);
  await shows(0);
  player.toggle();
  await pass(100);
  player.hold("hidden");
  player.hold("drag");
  player.release("drag");
  await pass(3600);
  expect([player.ms, player.playing]).toEqual([100, true]);
  player.release("hidden");
  await vi.waitFor(() => expect(player.seeking).toBe(false));
  await pass(100);
  expect(player.ms).toBe(200);
});

it("plays on where it was after an hour in which the page was hidden, with addresses that are new", async () => {
  const { player, tape, pass, freeze, shows } = await playerOf();
  player.seek(0);
  await shows(0);
  player.toggle();
  await pass(100);
  player.hold("hidden");
  freeze(3_600_000);
  expect(player.ms).toBe(100);
  const asked = tape.asked.length;
  player.release("hidden");
  await vi.waitFor(() => expect(player.seeking).toBe(false));
  await pass(3000);
  expect([player.playing, player.ms]).toEqual([true, 3100]);
  expect(asked).toBeLessThanOrEqual(1); // for all segments, which last for the whole recording, and are an hour old
  expect(tape.asked.length).toBeGreaterThan(asked);
});

it("plays on where it was after an hour in which the computer slept", async () => {
  const { player, pass, freeze, shows } = await playerOf();
  player.seek(0);
  await shows(0);
  player.toggle();
  await pass(1000);
  freeze(3_600_000);
  await pass(500);
  expect(player.playing).toBe(true);
  expect(player.ms).toBeGreaterThanOrEqual(1480);
  expect(player.ms).toBeLessThanOrEqual(1520);
});

it("goes on by itself, and where it was, after half a minute without a network", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const { player, gate, shows } = await playerOf();
    player.seek(0);
    await shows(0);
    gate.lost = true;
    player.seek(5000);
    player.toggle();
    await vi.waitFor(() => expect(player.waiting).toBe("network"));
    await vi.advanceTimersByTimeAsync(30_000);
    expect([player.waiting, player.playing, player.ms]).toEqual(["network", true, 5000]);
    gate.lost = false;
    await vi.advanceTimersByTimeAsync(8000);
    await shows(5000);
    await vi.waitFor(() => expect(player.seeking).toBe(false));
    expect([player.playing, player.ms]).toEqual([true, 5000]);
  } finally {
    vi.useRealTimers();
  }
});

it("plays through what cannot be shown, says so, and fails nothing", async () => {
  const broken: Cast = {
    cols: 9,
    rows: 3,
    events: [
      { ms: 0, code: "o", data: "x".repeat(12) + "\r\n" },
      { ms: 100, code: "r", data: "3x4" },
      { ms: 200, code: "r", data: "4x5" },
      { ms: 300, code: "o", data: "x" }, // xterm.js throws (docs/terminal.md)
      { ms: 900, code: "o", data: "y" },
    ],
  };
  const { player, pass, shows, seen } = await playerOf(() => undefined, broken);
  player.seek(0);
  await shows(0);
  player.toggle();
  await pass(260);
  expect(player.screen.gap).toBeUndefined();
  await pass(240);
  expect(player.screen.gap).toEqual({ fromMs: 300, toMs: undefined });
  expect([player.ms, player.playing, seen.failed]).toEqual([500, true, []]);
});

it("passes over idle stretches only when that is asked for, and tells each", async () => {
  const { player, pass, shows, seen } = await playerOf((index) => (index.idle = [[2000, 5000]]));
  player.seek(2000);
  await shows(2000);
  player.toggle();
  await pass(1000);
  expect([player.ms, seen.skipped]).toEqual([3000, []]);
  player.skipIdle = true;
  await pass(100);
  expect(player.ms).toBeGreaterThanOrEqual(7000);
  expect(player.ms).toBeLessThanOrEqual(7100);
  expect(seen.skipped).toEqual([5000]);
});

it("fails at a moment that cannot be shown, not before", async () => {
  const { player, reader, shows, seen } = await playerOf((index) => ((index.segments as number[][])[4]![2]! += 1));
  player.seek(0);
  await shows(0);
  expect(seen.failed).toEqual([]);
  player.seek(9000);
  await shows(9000);
  player.seek(reader.index.segments[4]!.startMs);
  await vi.waitFor(() => expect(seen.failed).toMatchObject([{ code: "damaged" }]));
});

import { expect, it, vi } from "vitest";
import { Fault } from "./fault";
import { Film, type Video } from "./film";
import { Patience } from "./patience";
import { Player } from "./player";

/** A video element as far as a film needs it, on a clock of the test's. */
class Element extends EventTarget {
  paused = true;
  seeking = false;
  readyState = 4;
  error: { code: number; message: string } | null = null;
  muted = false;
  closed = false;
  #at = 0;
  #rate = 1;
  #since = 0;
  #sought = new Set<number>(); // moments, in seconds, at which it breaks

  constructor(
    private readonly now: () => number,
    private readonly seconds: number,
  ) {
    super();
  }

  get currentTime() {
    return this.paused ? this.#at : Math.min(this.seconds, this.#at + ((this.now() - this.#since) / 1000) * this.#rate);
  }

  set currentTime(s: number) {
    this.#at = Math.min(s, this.seconds);
    this.#since = this.now();
    this.seeking = true;
    queueMicrotask(() => {
      this.seeking = false;
      if ([...this.#sought].some((at) => s >= at)) this.break(2);
      this.dispatchEvent(new Event("seeked"));
    });
  }

  get ended() {
    return this.currentTime >= this.seconds;
  }

  get playbackRate() {
    return this.#rate;
  }

  set playbackRate(rate: number) {
    [this.#at, this.#since] = [this.currentTime, this.now()];
    this.#rate = rate;
  }

  play() {
    this.#since = this.now();
    this.paused = false;
    this.dispatchEvent(new Event("play"));
    return Promise.resolve();
  }

  pause() {
    this.#at = this.currentTime;
    if (this.paused) return;
    this.paused = true;
    this.dispatchEvent(new Event("pause"));
  }

  break(code: number) {
    this.error = { code, message: "broken" };
    this.dispatchEvent(new Event("error"));
  }

  breakFrom(seconds: number) {
    this.#sought.add(seconds);
    return this;
  }
}

function playerOf({ seconds = 600, durationMs = 600_000, made = (element: Element) => element } = {}) {
  let now = 0;
  let frame: (() => void) | undefined;
  const clock = () => now;
  const opened: Element[] = [];
  const open = () => {
    const element = made(new Element(clock, seconds));
    opened.push(element);
    return Promise.resolve(element as unknown as Video);
  };
  const source = { open: vi.fn(open), close: (video: Video) => void ((video as unknown as Element).closed = true), now: clock };
  const first = new Element(clock, seconds);
  const film = new Film(first as unknown as Video, durationMs, source);
  const failed: unknown[] = [];
  const player = new Player({ index: { durationMs, markers: [] }, patience: new Patience(), ahead: () => undefined }, film, {
    now: clock,
    nextFrame: (act) => (frame = act),
    changed: () => undefined,
    draw: () => undefined,
    shown: () => undefined,
    skipped: () => undefined,
    fail: (cause) => failed.push(cause),
  });
  const pass = async (ms: number) => {
    for (const until = now + ms; now < until;) {
      now += 20;
      const act = frame;
      frame = undefined;
      act?.();
      await new Promise((go) => setTimeout(go));
    }
  };
  const jump = (ms: number) => (now += ms);
  const settled = () => vi.waitFor(() => expect(player.seeking).toBe(false));
  return { player, film, first, opened, source, failed, pass, jump, settled };
}

it("keeps the time of the video, and a seek keeps the state", async () => {
  const { player, first, pass, settled } = playerOf();
  player.seek(10_000);
  await settled();
  expect([first.paused, first.currentTime]).toEqual([true, 10]);
  player.setSpeed(4);
  player.toggle();
  await pass(500);
  expect([player.playing, player.ms]).toEqual([true, 12_000]);
  player.seek(100_000);
  await settled();
  await pass(100);
  expect([player.playing, player.ms]).toEqual([true, 100_400]);
  player.toggle();
  expect([first.paused, player.playing]).toEqual([true, false]);
});

it("is at its end where the video is, however long it was said to be, and plays again from 0", async () => {
  const { player, first, pass, settled } = playerOf({ seconds: 5, durationMs: 8000 });
  player.seek(4900);
  await settled();
  player.toggle();
  await pass(200);
  expect([player.ms, player.ended, player.playing, first.paused]).toEqual([8000, true, false, true]);
  player.toggle();
  await settled();
  await pass(100);
  expect([player.ms, player.playing]).toEqual([100, true]);
});

it("ends where it was said to end, though the video has more", async () => {
  const { player, first, pass, settled } = playerOf({ seconds: 9, durationMs: 8000 });
  player.seek(7900);
  await settled();
  player.toggle();
  await pass(200);
  expect([player.ms, player.ended, first.paused]).toEqual([8000, true, true]);
});

it("stands still when the video has run dry, and goes on at the same place", async () => {
  const { player, first, pass, settled } = playerOf();
  player.seek(0);
  await settled();
  player.toggle();
  await pass(100);
  first.readyState = 2;
  await pass(500);
  const { ms } = player;
  await pass(500);
  expect([player.playing, player.ms, player.waiting]).toEqual([true, ms, "segment"]);
  first.readyState = 4;
  first.dispatchEvent(new Event("canplay"));
  await settled();
  await pass(100);
  expect(player.ms).toBeGreaterThan(ms);
});

it("changes to a new video before its address ends, at the same place, in the same state", async () => {
  const { player, film, first, opened, source, pass, jump, settled } = playerOf();
  player.seek(0);
  await settled();
  player.setSpeed(2);
  film.muted = true;
  player.toggle();
  await pass(100);
  jump(900);
  expect(source.open).not.toHaveBeenCalled();
  await pass(20);
  jump(279_000);
  await pass(400);
  expect(opened).toHaveLength(1);
  expect([first.closed, film.video]).toEqual([true, opened[0]]);
  expect([opened[0]!.paused, opened[0]!.playbackRate, opened[0]!.muted, player.playing]).toEqual([false, 2, true, true]);
  expect(player.ms).toBeLessThan(5000); // the page stood still for minutes, and nobody saw them
});

it("asks for no address while it rests, and for a new one when it is sought then", async () => {
  const { player, source, pass, jump, settled } = playerOf();
  player.seek(1000);
  await settled();
  jump(3_600_000);
  await pass(100);
  expect(source.open).not.toHaveBeenCalled();
  player.seek(5000);
  await settled();
  expect(source.open).toHaveBeenCalledTimes(1);
  expect([player.ms, player.playing]).toEqual([5000, false]);
});

it("is opened again where it breaks, and fails when it breaks there again", async () => {
  const { player, first, opened, failed, pass, settled } = playerOf({ made: (element) => element.breakFrom(100) });
  player.seek(20_000);
  await settled();
  player.toggle();
  await pass(100);
  first.break(2);
  await pass(400);
  expect(opened).toHaveLength(1);
  expect([player.playing, failed]).toEqual([true, []]);
  expect(player.ms).toBeGreaterThan(20_100);
  player.seek(100_000);
  await vi.waitFor(() => expect(failed).toHaveLength(1));
  expect(failed[0]).toMatchObject({ code: "unreachable" });
  expect(opened).toHaveLength(2);
});

it("fails when there is no new address", async () => {
  const { player, first, source, failed, settled } = playerOf();
  player.seek(0);
  await settled();
  source.open.mockRejectedValue(new Fault("unreachable", "no"));
  first.break(2);
  player.seek(1000);
  await vi.waitFor(() => expect(failed).toMatchObject([{ code: "unreachable" }]));
});

it("follows a pause that comes from elsewhere, and plays for nobody else", async () => {
  const { player, first, pass, settled } = playerOf();
  player.seek(0);
  await settled();
  player.toggle();
  await pass(100);
  first.pause();
  await pass(40);
  expect(player.playing).toBe(false);
  await first.play();
  expect(first.paused).toBe(true);
});

it("that is closed closes what is still on its way", async () => {
  const { player, film, first, opened, jump, settled } = playerOf();
  player.seek(0);
  await settled();
  jump(300_000);
  player.seek(10);
  player.close();
  await new Promise((go) => setTimeout(go));
  expect([first.closed, ...opened.map((video) => video.closed)]).toEqual([true, true]);
  expect(film.shownMs).toBe(0);
});

import { beforeEach, describe, expect, it } from "vitest";
import { Clock } from "./clock";

let now = 0;
let clock: Clock;
beforeEach(() => {
  now = 500;
  clock = new Clock(10_000, () => now);
});

describe("the clock", () => {
  it("stands still until it plays, and stops at the end", () => {
    now += 1000;
    expect([clock.position(), clock.playing]).toEqual([0, false]);
    clock.play();
    now += 1000;
    expect([clock.position(), clock.playing]).toEqual([1000, true]);
    now += 60_000;
    expect([clock.position(), clock.playing, clock.ended]).toEqual([10_000, false, true]);
  });

  it("pauses and goes on at the same place", () => {
    clock.play();
    now += 1500;
    clock.pause();
    now += 9000;
    expect(clock.position()).toBe(1500);
    clock.play();
    now += 500;
    expect(clock.position()).toBe(2000);
  });

  it("rests at a whole millisecond, but keeps the part of one that was asked for", () => {
    clock.play();
    now += 10.25;
    clock.pause();
    expect(clock.position()).toBe(11);
    clock.seek(20.5);
    clock.pause();
    expect(clock.position()).toBe(20.5);
  });

  it("keeps its state over a seek", () => {
    clock.seek(4000);
    now += 1000;
    expect([clock.position(), clock.playing]).toEqual([4000, false]);
    clock.play();
    clock.seek(8000);
    now += 1000;
    expect([clock.position(), clock.playing]).toEqual([9000, true]);
  });

  it("keeps seeks inside the recording", () => {
    clock.seek(-1);
    expect(clock.position()).toBe(0);
    clock.seek(99_999);
    expect(clock.position()).toBe(10_000);
  });

  it("plays again from 0 at the end, but not by itself after a seek back", () => {
    clock.play();
    now += 20_000;
    clock.seek(3000);
    now += 1000;
    expect(clock.position()).toBe(3000);
    clock.seek(10_000);
    clock.play();
    now += 1000;
    expect(clock.position()).toBe(1000);
  });

  it("changes speed without a jump", () => {
    clock.play();
    now += 1000;
    clock.setSpeed(4);
    expect(clock.position()).toBe(1000);
    now += 1000;
    expect([clock.position(), clock.speed]).toEqual([5000, 4]);
  });
});

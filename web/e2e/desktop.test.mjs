// What the player of desktops does beside showing the right pixels (graphics.test.mjs).
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { api, axe, eventually, launch, open, newPage, push, root, signedIn } from "./browser.mjs";
import { fill, img, noise, odd, png, save, say } from "./desktop.mjs";

const folder = mkdtempSync(`${tmpdir()}/tapedeck-desktop-`);
let browser;

before(async () => (browser = await launch()));
after(() => {
  rmSync(folder, { recursive: true });
  return browser?.close();
});

const flags = ["--action-at", new Date().toISOString(), "--name", "Desk Top", "--protocol", "RDP", "--gateway", "e2e"];
const pushed = (name, text) => push(save(`${folder}/${name}.guac.gz`, text), flags);
const shown = (page, ms) => page.locator(`[data-testid="desktop"][data-time-ms="${ms}"]`).waitFor({ timeout: 20_000 });

/** The colour of the desktop at a place, as [red, green, blue]. */
const colour = (page, x, y) =>
  page.evaluate(
    ([x, y]) => [...document.querySelector("[data-testid=desktop] canvas").getContext("2d").getImageData(x, y, 1, 1).data.slice(0, 3)],
    [x, y],
  );

const red = () => [255, 0, 0];
const square = (n) => fill(100 * n, 0, 50, 50, 0, 255, 0);
const green = [0, 255, 0];
const blue = [0, 0, 255];
const missing = "A part of the picture is missing";

test("an image that the browser cannot decode is left out, the replay goes on and says so, in every language", async () => {
  const frames = [
    say("size", 0, 640, 480) + fill(0, 0, 640, 480, ...blue),
    img(odd(64, 64, red), 0, 0) + square(1),
    img(noise(7), 0, 100),
    square(3),
  ];
  const id = pushed("odd", frames.map((frame, n) => frame + say("sync", 1000 + 2000 * n)).join(""));
  const sentences = { "en-US": missing, "ko-KR": "화면의 일부가", "ja-JP": "画面の一部が" };
  for (const [locale, sentence] of Object.entries(sentences)) {
    const page = await newPage(browser, { locale });
    await open(page, `/player.html?id=${id}&t=2.5`);
    await shown(page, 2500);
    const notice = page.locator(".notice");
    await notice.filter({ hasText: sentence }).waitFor();
    assert.deepEqual([await colour(page, 10, 10), await colour(page, 120, 10)], [blue, green]);
    assert.deepEqual(await axe(page), []);
    await page.keyboard.press("End"); // the keyframe on the way there was made by who could read the image
    await shown(page, 6000);
    assert.deepEqual([await colour(page, 10, 10), await colour(page, 120, 10), await colour(page, 320, 10)], [red(), green, green]);
    assert.equal(await notice.textContent(), "");
    await page.keyboard.press("Home");
    await shown(page, 0);
    assert.equal(await notice.textContent(), "");
    for (let n = 0; n < 4; n++) await page.keyboard.press(">"); // 16 times as fast
    await page.getByRole("button", { name: /^(Play|재생|再生)$/ }).click();
    await shown(page, 6000);
    assert.deepEqual(await colour(page, 10, 10), red(), "playing on takes the keyframe");
    assert.deepEqual([page.violations, page.faults], [[], []]);
    await page.context().close();
  }
});

test("what makes the browser throw is left out, and the rest of its picture drawn", async () => {
  const throws = [say("arc", 0, 50, 50, -5, 0, 3, 0), say("lfill", 14, 0, -7)];
  const frames = [say("size", 0, 640, 480) + fill(0, 0, 640, 480, ...blue), ...throws.map((bad, n) => bad + square(n + 1))];
  const id = pushed("throws", frames.map((frame, n) => frame + say("sync", 1000 + 500 * n)).join(""));
  const page = await signedIn(browser, `/player.html?id=${id}`);
  await shown(page, 0);
  await page.keyboard.press("Space");
  await shown(page, 1000);
  assert.deepEqual([await colour(page, 120, 10), await colour(page, 220, 10)], [green, green]);
  await page.locator(".notice", { hasText: missing }).waitFor();
  assert.deepEqual([page.violations, page.faults], [[], []]);
  await page.context().close();
});

// Four keyframes, each after a phase of its colour.
const phases = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0], [0, 255, 255]]; // prettier-ignore
const phased = () =>
  say("size", 0, 640, 480) +
  phases.map((c, n) => img(noise(n), 0, 0) + fill(0, 0, 640, 480, ...c) + say("sync", 1000 + 10_000 * n)).join("") +
  say("sync", 51_000);

test("who points at the timeline, drags or goes along it by keys sees small pictures, of keyframes alone", async () => {
  const id = pushed("phases", phased());
  const page = await signedIn(browser, `/player.html?id=${id}`);
  await shown(page, 0);
  const asked = [];
  page.on("request", (r) => r.url().endsWith("/ranges") && asked.push(r.postDataJSON().segments));
  const small = (at) =>
    page.evaluate((at) => {
      const canvas = document.querySelector(".thumbnail canvas");
      return canvas && [...canvas.getContext("2d").getImageData(at, at, 1, 1).data.slice(0, 3)];
    }, at);
  const box = await page.getByRole("slider").boundingBox();
  const at = (seconds) => [box.x + (box.width * seconds) / 50, box.y + 12];
  const tip = page.locator(".timeline-tip");
  for (const n of [3, 1, 2]) {
    await page.mouse.move(...at(10 * n + 8));
    await eventually(async () => assert.deepEqual(await small(20), phases[n]));
    assert.match(await tip.innerText(), new RegExp(`^0:${10 * n + 8} .*Picture of 0:${n}0$`, "s"));
  }
  assert.ok(asked.length <= 3 && asked.every((segments) => segments.length === 1), JSON.stringify(asked));
  assert.equal(await page.getByTestId("elapsed").textContent(), "0:00", "the replay stays where it is");
  const before = asked.length;
  for (let n = 0; n < 3; n++) for (const s of [38, 18, 28]) await page.mouse.move(...at(s), { steps: 5 });
  assert.deepEqual(await small(20), phases[2]);
  assert.equal(asked.length, before, "what was made is kept");
  await page.mouse.move(box.x, box.y - 200);
  await tip.waitFor({ state: "hidden" });
  await page.mouse.move(...at(1));
  await page.mouse.down();
  await page.mouse.move(...at(38), { steps: 3 });
  await eventually(async () => assert.deepEqual(await small(20), phases[3]));
  await page.mouse.up();
  await page.mouse.move(box.x, box.y - 200);
  await page.getByRole("slider").press("2");
  await eventually(async () => assert.deepEqual(await small(20), phases[1]));
  assert.match(await tip.innerText(), /^0:10 /);
  assert.deepEqual(await axe(page), []);
  await page.getByRole("slider").evaluate((slider) => slider.blur());
  await tip.waitFor({ state: "hidden" });
  const [hill] = await page.locator(".timeline-activity path").evaluateAll((paths) => paths.map((p) => p.getAttribute("d")));
  assert.match(hill, /^M0 1V0H.*Z$/, "the busiest span is the first or as busy");
  assert.equal(await page.getByRole("slider").getAttribute("aria-valuetext"), "0:10 of 0:50");
  assert.deepEqual([page.violations, page.faults], [[], []]);
  await page.context().close();
});

/** Waits for a size of the desktop, and says how it lies in the page. */
async function sized(page, width, height) {
  const desktop = page.getByTestId("desktop");
  const there = ([w, h]) => {
    const [canvas] = document.querySelectorAll("[data-testid=desktop] canvas");
    return canvas?.width >= w && canvas.width < w + 64 && canvas.height >= h && canvas.height < h + 64; // Guacamole rounds up
  };
  await page.waitForFunction(there, [width, height]);
  const [box, room] = [await desktop.boundingBox(), await page.locator(".screen").boundingBox()];
  assert.ok(box.width <= room.width + 1 && box.height <= room.height + 1, `${JSON.stringify(box)} in ${JSON.stringify(room)}`);
  assert.ok(Math.abs(box.width / box.height - width / height) < 0.01, JSON.stringify(box));
}

test("a desktop that is resized while it plays fits into the page before and after, and on the way back", async () => {
  const frames = [
    say("size", 0, 640, 480) + fill(0, 0, 640, 480, ...blue),
    say("size", 0, 1600, 320) + fill(0, 0, 1600, 320, ...green),
    say("size", 0, 320, 640) + fill(0, 0, 320, 640, ...red()),
  ];
  const id = pushed("resized", frames.map((frame, n) => frame + say("sync", 1000 + 1000 * n)).join(""));
  const page = await signedIn(browser, `/player.html?id=${id}`);
  await shown(page, 0);
  await sized(page, 640, 480);
  await page.keyboard.press("Space");
  await sized(page, 1600, 320);
  await shown(page, 2000);
  await sized(page, 320, 640);
  await page.keyboard.press("Home");
  await shown(page, 0);
  await sized(page, 640, 480);
  assert.deepEqual(await colour(page, 630, 470), blue);
  assert.deepEqual([page.violations, page.faults], [[], []]);
  await page.context().close();
});

test("a recording that was cut off in the middle of an instruction plays to its last whole picture", async () => {
  const id = push(`${root}testdata/recordings/guac/vnc-killed-mid-instruction.guac.gz`, flags);
  const { state, reason, durationMs } = await api(`/sessions/${id}`);
  assert.deepEqual([state, reason], ["ready", "truncated"]);
  const page = await signedIn(browser, `/player.html?id=${id}&t=2`);
  await shown(page, 2000);
  await page.keyboard.press("Space");
  await page.getByRole("button", { name: "Play again" }).waitFor();
  await shown(page, durationMs);
  await page.keyboard.press(",");
  await page.waitForFunction((ms) => Number(document.querySelector("[data-testid=desktop]").dataset.timeMs) < ms, durationMs);
  assert.equal(await page.locator(".notice").textContent(), "");
  assert.deepEqual([page.violations, page.faults], [[], []]);
  await page.context().close();
});

test("in its actual size a desktop is moved by the keyboard and by dragging; the arrows then do not seek", async () => {
  const pointer = img(png(8, 8, red), 0, 0, -1) + say("cursor", 0, 0, -1, 0, 0, 8, 8);
  const drawn = say("size", 0, 1600, 1200) + fill(0, 0, 1600, 1200, ...blue) + pointer + say("sync", 1000);
  const text = drawn + say("mouse", 800, 600, 0, 2000) + say("sync", 9000);
  const page = await signedIn(browser, `/player.html?id=${pushed("large", text)}`);
  await shown(page, 0);
  const cursor = page.locator("[data-testid=desktop] canvas").last();
  const desktop = page.getByTestId("desktop");
  const small = () =>
    page.locator("[data-testid=desktop] canvas").evaluateAll((all) => all.filter((c) => c.width < 100 && c.isConnected).length);
  assert.equal(await small(), 0, "where the pointer is nobody knows");
  await page.getByRole("slider").press("1");
  await page.getByRole("slider").press("ArrowRight");
  await shown(page, 5800);
  const [dot, box] = [await cursor.boundingBox(), await desktop.boundingBox()];
  assert.ok(Math.abs(dot.x - box.x - box.width / 2) < 1 && Math.abs(dot.y - box.y - box.height / 2) < 1, JSON.stringify([dot, box]));
  await page.getByRole("button", { name: "Actual size" }).click();
  await desktop.focus();
  const at = () => desktop.evaluate((d) => [d.scrollLeft, d.scrollTop]);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  await eventually(async () => assert.ok((await at()).every((n) => n > 20)));
  assert.equal(await page.getByTestId("elapsed").textContent(), "0:05");
  assert.deepEqual(await axe(page), []);
  await eventually(async () => assert.deepEqual(await at(), await at()));
  const [x, y] = await at();
  await page.mouse.move(700, 400);
  await page.mouse.down();
  await page.mouse.move(650, 360, { steps: 5 });
  await page.mouse.up();
  assert.deepEqual(await at(), [x + 50, y + 40]);
  await page.keyboard.press("Space");
  await page.getByRole("button", { name: "Pause", exact: true }).waitFor();
  assert.deepEqual([page.violations, page.faults], [[], []]);
  await page.context().close();
});

// Recordings and surroundings that mean no good: the player says what it cannot do, and does nothing that it must not.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { api, axe, launch, open, newPage, push, root, signedIn, url } from "./browser.mjs";
import { trimmed } from "./truth.mjs";

const folder = mkdtempSync(`${tmpdir()}/tapedeck-e2e-`);
let browser, page, vim;

before(async () => {
  browser = await launch();
  vim = push(`${root}testdata/recordings/cast/cast-vim.cast`, flags());
  page = await signedIn(browser, `/player.html?id=${vim}`, "auditor", { permissions: ["clipboard-read", "clipboard-write"] });
  await shown(page, 0);
});
after(() => {
  rmSync(folder, { recursive: true });
  return browser?.close();
});

const flags = () => ["--action-at", new Date().toISOString(), "--name", "Hostile", "--account", "tester", "--gateway", "e2e"];
const screen = (page) => page.locator('[data-testid="screen-text"]');
const text = async (page) => trimmed(await screen(page).textContent());
const shown = (page, ms) =>
  page.locator(`[data-testid="screen-text"][data-time-ms="${ms}"]`).waitFor({ state: "attached", timeout: 30_000 });
const go = (page, id, query = "") => page.goto(`${url}/player.html?id=${id}${query}`);

function pushed(name, cols, rows, events) {
  const file = `${folder}/${name}.cast`;
  writeFileSync(file, [{ version: 2, width: cols, height: rows }, ...events].map((line) => JSON.stringify(line) + "\n").join(""));
  return push(file, flags());
}

test("where xterm.js throws, the last good screen stays and the page says so, in every language", async () => {
  const id = pushed("broken", 9, 3, [
    [0, "o", "x".repeat(12) + "\r\n"],
    [1, "r", "3x4"],
    [2, "r", "4x5"],
    [2.5, "o", "\x1b[Hgood"],
    [3, "o", "\x1b[5Hx"], // xterm.js has no line there (docs/terminal.md)
    [4, "o", "bad"],
  ]);
  const sentences = { "en-US": "The screen from 0:03 on cannot be shown", "ko-KR": "0:03부터의 화면은", "ja-JP": "0:03 以降の画面は" };
  for (const [locale, sentence] of Object.entries(sentences)) {
    const other = await newPage(browser, { locale });
    await open(other, `/player.html?id=${id}&t=3.5`);
    await shown(other, 3500);
    await other.locator(".notice", { hasText: sentence }).waitFor();
    assert.match(await text(other), /^good/);
    assert.deepEqual(await axe(other), []);
    await other.keyboard.press("Home");
    await shown(other, 0);
    assert.equal(await other.locator(".notice").textContent(), "");
    assert.deepEqual([other.violations, other.faults], [[], []]);
    await other.context().close();
  }
});

test("counts of two thousand million, floods and resizes to all sizes take no longer than others", async () => {
  const events = [..."LMSTb@PXIZ"].map((final, i) => [i / 10, "o", `x\x1b[2147483647${final}`.repeat(50)]);
  ["2000x1000", "1x1", "2x1000", "2000x1", "80x24"].forEach((size, i) =>
    events.push([1 + i / 10, "r", size], [1 + i / 10, "o", "\x1b[2J\x1b[9999;9999Hx"]),
  );
  for (let i = 0; i < 20_000; i++) events.push([2, "o", "flood\r\n"]);
  events.push([3, "o", "\x1b[2J\x1b[Hthe end"]);
  const id = pushed("counts", 80, 24, events);
  await go(page, id, "&t=3");
  await shown(page, 3000);
  assert.equal(await text(page), "the end");
  await go(page, id, "&t=0");
  await shown(page, 0);
  await page.evaluate(() => {
    window.longest = 0;
    let before = performance.now();
    setInterval(() => {
      window.longest = Math.max(window.longest, performance.now() - before);
      before = performance.now();
    }, 1);
  });
  await page.getByRole("button", { name: /^Play/ }).click();
  await page.getByRole("button", { name: "Play again" }).waitFor();
  await shown(page, 3000);
  assert.equal(await text(page), "the end");
  const longest = await page.evaluate(() => window.longest);
  assert.ok(longest < 2000, `the page stood still for ${longest} ms`);
});

test("titles, clipboard writes and links of a recording stay in it", async () => {
  const id = pushed("claws", 80, 24, [
    [0, "o", "\x1b]0;owned\x07\x1b]2;owned\x07\x1b]52;c;b3duZWQ=\x07\x1b]8;;https://evil.example/\x07a link\x1b]8;;\x07 <b>bold</b>"],
  ]);
  await page.bringToFront();
  await page.evaluate(() => navigator.clipboard.writeText("mine"));
  await go(page, id);
  await shown(page, 0);
  const before = page.url();
  const title = await page.title();
  assert.match(title, /^tester_\d{8}_\d{6} - Tapedeck$/);
  let left = 0;
  page.on("popup", () => left++);
  const box = await page.locator("canvas").boundingBox();
  for (let x = 12; x < 120; x += 12) await page.mouse.click(box.x + x, box.y + 16);
  await page.waitForTimeout(300);
  assert.deepEqual([left, page.url(), await page.title()], [0, before, title]);
  assert.equal(await page.locator(".stage a, .stage b").count(), 0);
  assert.equal(await text(page), "a link <b>bold</b>");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "mine");
});

test("the text is selected where it is seen, wide characters and all", async () => {
  const id = pushed("wide", 40, 10, [[0, "o", "plain words here\r\n한국어 と 日本語 here\r\n"]]);
  await go(page, id);
  await shown(page, 0);
  const canvas = await page.locator("canvas").boundingBox();
  const [width, height] = [(canvas.width - 16) / 40, (canvas.height - 16) / 10];
  /** Selects columns `from` to `to` of a row, as a mouse does. */
  const selected = async (row, from, to) => {
    const y = canvas.y + 8 + (row + 0.5) * height;
    await page.mouse.move(canvas.x + 8 + from * width + 1, y);
    await page.mouse.down();
    await page.mouse.move(canvas.x + 8 + to * width - 1, y, { steps: 5 });
    await page.mouse.up();
    return page.evaluate(() => getSelection().toString());
  };
  assert.equal(await selected(0, 6, 11), "words");
  assert.equal(await selected(1, 0, 6), "한국어");
  assert.equal(await selected(1, 10, 16), "日本語");
  assert.equal(await selected(1, 17, 21), "here");
});

test("a browser whose date is a day off replays all the same", async () => {
  for (const off of [-86_400_000, 86_400_000]) {
    const other = await newPage(browser);
    await open(other, `/player.html?id=${vim}`);
    await shown(other, 0);
    await other.addInitScript(`{ const now = Date.now; Date.now = () => now() + ${off}; }`);
    let asked = 0;
    other.on("request", (r) => (asked += r.url().endsWith("/ranges") ? 1 : 0));
    await go(other, vim, "&t=20");
    await shown(other, 20_000);
    await other.keyboard.press("Space");
    await other.waitForFunction(() => Number(document.querySelector('[role="slider"]').getAttribute("aria-valuenow")) > 20.5);
    assert.equal(asked, 0, "what came with the index is good");
    await other.context().close();
  }
});

test("an index of a version that is not known is said to be so", async () => {
  const index = gzipSync(JSON.stringify({ version: 3, codec: "gzip" }));
  await page.route(/\/playback$/, async (route) => {
    const response = await route.fetch();
    const answer = await response.json();
    answer.index.range = `bytes=0-${index.length - 1}`;
    answer.index.sha256 = createHash("sha256").update(index).digest("hex");
    await route.fulfill({ response, json: answer });
  });
  await page.route(/index\.json\.gz/, (route) =>
    route.fulfill({ status: 206, headers: { "Access-Control-Allow-Origin": url }, body: index }),
  );
  await go(page, vim);
  await page.getByText("written by a newer version").waitFor();
  await page.getByText("index version 3").waitFor();
  await page.unrouteAll();
});

test("sessions that are not ready say what they are", async () => {
  const { items } = await api(`/sessions?from=2000-01-01T00:00:00Z&to=2100-01-01T00:00:00Z&pageSize=200`);
  for (const [state, sentence] of [
    ["waiting", "has not been archived yet"],
    ["incomplete", "is incomplete"],
    ["unreadable", "cannot be read"],
    ["expired", "past its retention"],
  ]) {
    const found = items.find((item) => item.state === state);
    assert.ok(found, `the demo has a session that is ${state}`);
    await go(page, found.id);
    await page.getByRole("heading", { name: "cannot be replayed now" }).waitFor();
    await page.getByText(sentence).waitFor();
    if (found.reason) await page.getByText(found.reason).waitFor();
  }
});

test("the pages' policy blocked nothing, and nothing failed unseen", () => {
  assert.deepEqual(page.violations, []);
  assert.deepEqual(page.faults, []);
});

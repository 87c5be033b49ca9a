// A recording of many segments: any moment of it is one small request away, whatever happens to the network.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { axe, launch, push, root, signedIn, url } from "./browser.mjs";
import { join, screenAt, screensAt, trimmed } from "./truth.mjs";

const folder = mkdtempSync(`${tmpdir()}/tapedeck-e2e-`);
const file = `${folder}/long.cast`;
const flood = "cast-find-flood";
const parts = [flood, "cast-vim", flood, "cast-tmux", "castv3-resize", flood, "castv3-idle", "cast-wide-v2"];
const play = /\/play\.cast\.gz\?/;
let browser, page, id;

before(async () => {
  join(
    parts.map((name) => ({ file: `${root}testdata/recordings/cast/${name}.cast`, every: name === flood ? 0.05 : undefined })),
    file,
  );
  id = push(file, ["--action-at", new Date().toISOString(), "--name", "Long Session", "--account", "tester", "--gateway", "e2e"]);
  browser = await launch();
  page = await signedIn(browser, `/player.html?id=${id}`, "auditor", { permissions: ["clipboard-read", "clipboard-write"] });
  await shown(0);
});
after(() => {
  rmSync(folder, { recursive: true });
  return browser?.close();
});

const slider = () => page.locator('[role="slider"]');
const now = async () => Number(await slider().getAttribute("aria-valuenow"));
const text = async () => trimmed(await page.locator('[data-testid="screen-text"]').textContent());
const shownMs = async () => Number(await page.locator('[data-testid="screen-text"]').getAttribute("data-time-ms"));
const shown = (ms) => page.locator(`[data-testid="screen-text"][data-time-ms="${ms}"]`).waitFor({ state: "attached" });
const open = async (query) => page.goto(`${url}/player.html?id=${id}${query}`);

/** Clicks on the timeline and waits until that moment is shown. */
async function seek(share) {
  const box = await slider().boundingBox();
  await page.mouse.click(box.x + box.width * share, box.y + box.height / 2);
  await page.waitForFunction(() => {
    const at = Number(document.querySelector('[role="slider"]').getAttribute("aria-valuenow"));
    return Math.abs(Number(document.querySelector('[data-testid="screen-text"]').dataset.timeMs) / 1000 - at) < 0.06;
  });
}

test("at 20 random moments the screen is the one of straight play, and each seek is small", async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = mulberry(seed);
  const sizes = [];
  page.on("response", (r) => play.test(r.url()) && sizes.push(Number(r.headers()["content-length"])));
  const seen = [];
  for (let i = 0; i < 20; i++) {
    await seek(0.01 + 0.98 * random());
    seen.push({ ms: await shownMs(), text: await text() });
  }
  seen.sort((a, b) => a.ms - b.ms);
  const truths = await screensAt(
    file,
    seen.map(({ ms }) => ms / 1000),
  );
  seen.forEach(({ ms, text }, i) => assert.equal(text, truths[i], `at ${ms} ms, seed ${seed}`));
  assert.ok(sizes.length >= 3, `${sizes.length} segments were fetched, seed ${seed}`); // some are long, and several moments in each
  const biggest = Math.max(...sizes);
  assert.ok(biggest < 100_000, `${biggest} bytes for a segment, of a recording of ${statSync(file).size}`);
});

test("a link leads to its moment", async () => {
  await seek(0.4);
  await page.locator("body").press(".");
  await page.waitForTimeout(500);
  const there = await text();
  await page.getByRole("button", { name: "Copy link" }).click();
  await page.getByText("The link to this moment is copied").waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(link, /\/player\.html\?id=\w+&t=(\d+m)?[\d.]+s$/);
  const ms = await shownMs();
  await page.goto(link);
  await shown(ms);
  assert.equal(await text(), there);
  await page.getByRole("button", { name: "Copy text" }).click();
  await page.getByText("The text of the screen is copied").waitFor();
  assert.equal(trimmed(await page.evaluate(() => navigator.clipboard.readText())), there);
});

test("search finds lines, draws them on the timeline and goes to them", async () => {
  await page.locator("body").press("/");
  await page.keyboard.type("TMUX -L REC");
  await page.keyboard.press("Enter");
  await page.getByText(/^Lines: [1-9]/).waitFor();
  assert.notEqual(await page.locator(".timeline-hit").count(), 0);
  const line = page.locator(".hit-line").first();
  assert.match(await line.innerText(), /tmux -L rec/);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector('[data-testid="screen-text"]').textContent.includes("tmux -L rec"));
  const ms = await shownMs();
  assert.equal(await text(), await screenAt(file, ms / 1000));
  assert.deepEqual(await axe(page), []);
  await page.getByRole("searchbox").fill("there is no such line");
  await page.keyboard.press("Enter");
  await page.getByText("No line has this text").waitFor();
  await page.getByRole("button", { name: "Close the search" }).click();
  assert.equal(await page.locator(".timeline-hit").count(), 0);
});

test("markers are reached by keys", async () => {
  await open("&t=0");
  await shown(0);
  await page.locator("body").press("]");
  await page.locator(".notice", { hasText: "cast-vim.cast" }).waitFor();
  const first = await now();
  await page.locator("body").press("]");
  await page.locator(".notice", { hasText: "cast-find-flood.cast" }).waitFor();
  await page.locator("body").press("[");
  await page.locator(".notice", { hasText: "cast-vim.cast" }).waitFor();
  assert.equal(await now(), first);
});

test("when the network is lost it waits, says so, and goes on where it was", async () => {
  await open("&t=1");
  await shown(1000);
  await page.context().setOffline(true);
  await page.getByLabel("Speed").selectOption("16");
  await page.getByRole("button", { name: /^Play/ }).click();
  await page.getByText("Waiting for the network…").waitFor();
  const stopped = await now();
  await page.waitForTimeout(1500);
  assert.equal(await now(), stopped, "time does not pass");
  await page.context().setOffline(false);
  await page.getByText("Waiting for the network…").waitFor({ state: "hidden" });
  await page.waitForFunction((from) => Number(document.querySelector('[role="slider"]').getAttribute("aria-valuenow")) > from + 1, stopped);
  await page.getByRole("button", { name: /^Pause/ }).click();
  await page.waitForTimeout(300);
  assert.equal(await text(), await screenAt(file, (await shownMs()) / 1000));
});

test("an address that has expired is renewed once, unseen", async () => {
  await open("&t=1");
  await shown(1000);
  let asked = 0;
  let refused = 0;
  page.on("request", (r) => (asked += r.url().endsWith("/ranges") && r.method() === "POST" ? 1 : 0));
  await page.route(play, (route) => (refused++ === 0 ? refuse(route) : route.continue()));
  await seek(0.7);
  assert.equal(await text(), await screenAt(file, (await shownMs()) / 1000));
  assert.ok(refused >= 2, "refused once, then fetched");
  assert.equal(asked, 2, "one for the window, one for its renewal");
  await page.unrouteAll();
});

test("an address that is refused twice ends the replay with a way to try again, at the same moment", async () => {
  await open("&t=1");
  await shown(1000);
  await page.route(play, refuse);
  await slider().focus();
  await page.keyboard.press("8");
  await page.getByText("did not accept the address").waitFor();
  const t = new URL(page.url()).searchParams.get("t");
  await page.unrouteAll();
  await page.getByRole("button", { name: "Try again" }).click();
  await slider().waitFor();
  assert.ok((await now()) > 30, `at ${await now()}, address says ${t}`);
});

test("a segment that is not what was archived is not shown", async () => {
  await open("&t=1");
  await shown(1000);
  await page.route(play, async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    body[body.length >> 1] ^= 1;
    await route.fulfill({ response, body });
  });
  await slider().focus();
  await page.keyboard.press("7");
  await page.getByText("not what was archived").waitFor();
  await page.getByText(/segment \d+: the SHA-256/).waitFor();
  await page.unrouteAll();
});

test("the pages' policy blocked nothing, and nothing failed unseen", () => {
  assert.deepEqual(page.violations, []);
  assert.deepEqual(page.faults, []);
});

/** What a storage answers to an address that is over. */
function refuse(route) {
  return route.fulfill({ status: 403, headers: { "Access-Control-Allow-Origin": url }, body: "<Error><Code>AccessDenied</Code></Error>" });
}

/** Random numbers from a seed (mulberry32). */
function mulberry(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, launch, newPage, open, push, root, signedIn } from "./browser.mjs";
import { finalScreen, screenAt, trimmed } from "./truth.mjs";

const recordings = [
  { name: "cast-vim", length: 27.889, moments: [9.5, 22.05] },
  { name: "cast-tmux", length: 35.272, moments: [12, 21] },
  { name: "cast-wide-v2", length: 20.721, moments: [5, 13.3] },
  { name: "castv3-resize", length: 16.453, moments: [4, 11] },
  { name: "castv3-idle", length: 83.846, moments: [3, 60] },
];
const file = (name) => `${root}testdata/recordings/cast/${name}.cast`;
let browser, page;
const ids = {};

before(async () => {
  browser = await launch();
  const start = Date.now() - 3600_000;
  recordings.forEach(({ name }, i) => {
    ids[name] = push(file(name), [
      "--action-at",
      new Date(start - i * 60_000).toISOString(),
      "--name",
      "Player Test",
      "--account",
      "tester",
      "--gateway",
      "e2e",
    ]);
  });
  page = await signedIn(browser, `/player.html?id=${ids["cast-vim"]}`);
});
after(() => browser?.close());

async function textAt(page, ms) {
  const screen = page.locator(`[data-testid="screen-text"][data-time-ms="${ms}"]`);
  await screen.waitFor({ state: "attached", timeout: 15_000 });
  return trimmed(await screen.textContent());
}

async function go(page, id, query) {
  await page.goto(`${new URL(page.url()).origin}/player.html?id=${id}${query}`);
}

for (const { name, moments, length } of recordings) {
  test(`${name} shows what was on the terminal`, async () => {
    for (const t of moments) {
      await go(page, ids[name], `&t=${t}`);
      assert.equal(await textAt(page, Math.round(t * 1000)), await screenAt(file(name), t), `${name} at ${t} s`);
    }
    await go(page, ids[name], `&t=${length + 1}`);
    await page.waitForFunction(
      (end) => Number(document.querySelector('[data-testid="screen-text"]')?.dataset.timeMs) >= end,
      length * 1000 - 1,
    );
    assert.equal(trimmed(await page.locator('[data-testid="screen-text"]').textContent()), finalScreen(file(name)), `${name} at its end`);
  });
}

test("the head tells name, time and record", async () => {
  await go(page, ids["cast-vim"], "");
  await page.locator('[role="slider"]').waitFor();
  const text = await page.locator("body").innerText();
  assert.match(text, /Player Test/);
  assert.match(text, /tester_\d{8}_\d{6}/);
});

test("play goes on, pause stops, by button and by key", async () => {
  await go(page, ids["cast-tmux"], "&t=2");
  const slider = page.locator('[role="slider"]');
  const now = async () => Number(await slider.getAttribute("aria-valuenow"));
  await textAt(page, 2000);
  const start = await now();
  await page.getByRole("button", { name: /^Play/ }).click();
  await page.waitForFunction((from) => Number(document.querySelector('[role="slider"]').getAttribute("aria-valuenow")) > from + 0.3, start);
  await page.getByRole("button", { name: /^Pause/ }).click();
  const paused = await now();
  await page.waitForTimeout(400);
  assert.equal(await now(), paused);
  await page.locator("body").press("Space");
  await page.waitForFunction(
    (from) => Number(document.querySelector('[role="slider"]').getAttribute("aria-valuenow")) > from + 0.3,
    paused,
  );
  await page.locator("body").press("Space");
  await page.getByRole("button", { name: /^Play/ }).waitFor();
});

test("the timeline is clicked, dragged and steered by keys", async () => {
  await go(page, ids["cast-tmux"], "&t=0");
  const slider = page.locator('[role="slider"]');
  await textAt(page, 0);
  const max = Number(await slider.getAttribute("aria-valuemax"));
  const now = async () => Number(await slider.getAttribute("aria-valuenow"));
  const near = async (part) => assert.ok(Math.abs((await now()) / max - part) < 0.03, `${await now()} of ${max} is not at ${part}`);
  const box = await slider.boundingBox();
  const y = box.y + box.height / 2;
  await page.mouse.click(box.x + box.width * 0.5, y);
  await near(0.5);
  await page.mouse.move(box.x + box.width * 0.5, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, y, { steps: 4 });
  await page.mouse.move(box.x + box.width * 0.8, y, { steps: 4 });
  await page.mouse.up();
  await near(0.8);
  const screen = page.locator('[data-testid="screen-text"]');
  const at = (s) => Math.abs(Number(document.querySelector('[data-testid="screen-text"]').dataset.timeMs) / 1000 - s) < 0.06;
  await page.waitForFunction(at, await now());
  const dropped = Number(await screen.getAttribute("data-time-ms")) / 1000;
  assert.equal(trimmed(await screen.textContent()), await screenAt(file("cast-tmux"), dropped));
  await slider.focus();
  await page.keyboard.press("Home");
  assert.equal(await now(), 0);
  await page.keyboard.press("ArrowRight");
  assert.equal(await now(), 5);
  await page.keyboard.press("End");
  assert.equal(await now(), max);
});

test("keys go to parts of the whole, change the speed and step over pictures", async () => {
  await go(page, ids["cast-vim"], "&t=0");
  await textAt(page, 0);
  const slider = page.locator('[role="slider"]');
  const max = Number(await slider.getAttribute("aria-valuemax"));
  const now = async () => Number(await slider.getAttribute("aria-valuenow"));
  const near = async (want) => assert.ok(Math.abs((await now()) - want) < 0.06, `${await now()} is not ${want}`);
  const body = page.locator("body");
  await body.press("5");
  await near(max / 2);
  await body.press("Shift+ArrowRight");
  await near(max * 0.6);
  await body.press(">");
  assert.equal(await page.getByLabel("Speed").inputValue(), "2");
  await body.press("<");
  await body.press("<");
  assert.equal(await page.getByLabel("Speed").inputValue(), "0.5");
  const screen = page.locator('[data-testid="screen-text"]');
  const settled = (from) =>
    page.waitForFunction((from) => document.querySelector('[data-testid="screen-text"]').dataset.timeMs !== from, from);
  await page.waitForTimeout(300);
  const start = await screen.getAttribute("data-time-ms");
  await body.press(".");
  await settled(start);
  const one = { ms: await screen.getAttribute("data-time-ms"), text: await screen.textContent() };
  await body.press(".");
  await settled(one.ms);
  const two = await screen.getAttribute("data-time-ms");
  assert.ok(Number(two) > Number(one.ms), `${two} after ${one.ms}`);
  await body.press(",");
  await settled(two);
  assert.deepEqual({ ms: await screen.getAttribute("data-time-ms"), text: await screen.textContent() }, one);
});

test("idle is skipped when that is switched on, and said", async () => {
  await go(page, ids["castv3-idle"], "&t=1");
  await textAt(page, 1000);
  assert.equal(await page.locator(".timeline-idle").count(), 0);
  await page.getByLabel("Skip idle").check();
  assert.notEqual(await page.locator(".timeline-idle").count(), 0);
  await page.getByLabel("Speed").selectOption("4");
  await page.getByRole("button", { name: /^Play/ }).click();
  await page.getByText(/Skipped \d+:\d\d in which nothing happened/).waitFor();
  await page
    .getByRole("button", { name: /^(Pause|Play again)/ })
    .first()
    .click();
  await page.reload();
  assert.equal(await page.getByLabel("Skip idle").isChecked(), false, "a link shows everything");
});

test("the keys are told, and Escape closes what is open before it closes the page", async () => {
  await go(page, ids["cast-vim"], "&t=1");
  await textAt(page, 1000);
  await page.locator("body").press("?");
  const dialog = page.getByRole("dialog", { name: "Keys" });
  await dialog.waitFor();
  assert.deepEqual(await axe(page), []);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await page.locator("body").press("/");
  await page.getByRole("searchbox").waitFor();
  assert.deepEqual(await axe(page), []);
  await page.keyboard.press("Escape");
  await page.getByRole("searchbox").waitFor({ state: "hidden" });
  assert.match(page.url(), /player\.html/);
});

test("full screen is entered and left by key, and the screen has all of it but the controls", async () => {
  await go(page, ids["cast-vim"], "&t=1");
  await textAt(page, 1000);
  for (const by of ["f", "button"]) {
    await page.locator("body").press("f");
    const leave = page.getByRole("button", { name: "Leave full screen" });
    await leave.waitFor();
    const box = async (selector) => page.locator(selector).boundingBox();
    await page.waitForFunction(() => document.querySelector("canvas").getBoundingClientRect().height > 0.7 * innerHeight);
    const [controls, height] = [await box(".controls"), await page.evaluate(() => innerHeight)];
    assert.ok(Math.abs(controls.y + controls.height - height) < 1, "the controls are at the bottom");
    assert.equal((await box(".stage")).y, 0);
    assert.deepEqual(await axe(page), []);
    if (by === "f") await page.keyboard.press("f");
    else await leave.click();
    await page.getByRole("button", { name: "Full screen", exact: true }).waitFor();
    assert.equal(await page.evaluate(() => document.fullscreenElement), null);
  }
});

test("what cannot be replayed says why", async () => {
  await go(page, "0000000000AAAAAAAAAAAAAAAA", "");
  await page.getByText("no such session", { exact: false }).first().waitFor();
});

test("every recording is fetched with its signed range, and the address says nothing else", async () => {
  const requests = [];
  page.on("request", (r) => requests.push(r));
  await go(page, ids["cast-vim"], "&t=1");
  await textAt(page, 1000);
  const signed = requests.filter((r) => r.url().includes("X-Amz-Signature"));
  assert.equal(signed.length, 2, "the index and the first segment");
  for (const r of signed) {
    assert.match(r.url(), /X-Amz-SignedHeaders=host%3Brange/);
    assert.match(r.headers().range, /^bytes=0-\d+$/);
    assert.equal(r.headers().authorization, undefined);
  }
});

test("axe finds nothing, in light and dark", async () => {
  for (const colorScheme of ["light", "dark"]) {
    const other = await newPage(browser, { colorScheme });
    await open(other, `/player.html?id=${ids["cast-vim"]}&t=22`);
    await textAt(other, 22_000);
    assert.deepEqual(await axe(other), []);
    assert.deepEqual(other.violations, []);
    await other.context().close();
  }
});

test("the pages' policy blocked nothing, and nothing failed unseen", () => {
  assert.deepEqual(page.violations, []);
  assert.deepEqual(page.faults, []);
});

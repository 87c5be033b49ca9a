// A computer whose clock is ten minutes off: its owner signs in, finds the newest session, watches it and is given its film again.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, newPage, open, push, root, rows } from "./browser.mjs";

const name = "Clock Test";
const minute = 60_000;
let browser, id;

before(async () => {
  browser = await launch();
  id = push(`${root}testdata/recordings/cast/cast-vim.cast`, [
    ...["--action-at", new Date(Date.now() - minute).toISOString()],
    ...["--name", name, "--account", "tester", "--gateway", "e2e"],
  ]);
});
after(() => browser?.close());

for (const [what, off] of [
  ["slow", -10 * minute],
  ["fast", 10 * minute],
])
  test(`a clock that is ten minutes ${what}`, async () => {
    const page = await newPage(browser);
    await page.addInitScript((ms) => {
      const Right = Date;
      globalThis.Date = class extends Right {
        constructor(...args) {
          super(...(args.length ? args : [Right.now() + ms]));
        }
        static now() {
          return Right.now() + ms;
        }
      };
    }, off);
    await open(page, "/");
    const wrong = await page.evaluate("Date.now()");
    assert.ok(Math.abs(wrong - Date.now() - off) < minute, "the clock is off");
    const found = await rows(page);
    assert.ok(
      found.some((row) => row.includes(name)),
      "a session of this minute is listed by default",
    );

    await page.goto(new URL(`/player.html?id=${id}&t=9.5`, page.url()).href);
    await page.locator('[data-testid="screen-text"][data-time-ms="9500"]').waitFor({ state: "attached" });
    await page.goto(new URL(`/player.html?id=${id}&t=22.05`, page.url()).href); // signed in again on the way, in silence
    await page.locator('[data-testid="screen-text"][data-time-ms="22050"]').waitFor({ state: "attached" });
    assert.deepEqual([page.faults, page.violations], [[], []]);
    await page.context().close();
  });

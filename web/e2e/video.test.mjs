import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, day, eventually, launch, push, root, signedIn } from "./browser.mjs";

// Films play in the browser's own video element, which the page gives its clock and its timeline.
const films = ["film.mp4", "film.webm", "live.webm", "fragments.mp4"];
const ids = {};
let browser, page;

before(async () => {
  browser = await launch();
  films.forEach((name, i) => {
    ids[name] = push(`${root}testdata/recordings/video/${name}`, [
      "--format", "video", "--name", "Film Test", "--account", "tester", "--protocol", "RDP", "--gateway", "films", "--action-at", `${day(3)}T0${i + 1}:00:00Z`,
    ]);
  });
  page = await signedIn(browser, `/player.html?id=${ids["film.mp4"]}`);
});
after(() => browser?.close());

test("a film plays", async () => {
  await page.locator('[data-testid="film"][data-time-ms="0"]').waitFor();
  await page.screenshot({ path: "/tmp/films/film.png" });
  console.log(await page.locator("body").innerText());
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await page.waitForFunction(() => document.querySelector("video").currentTime > 1);
  assert.deepEqual(page.violations, []);
  assert.deepEqual(page.faults, []);
  assert.deepEqual(await axe(page), []);
});

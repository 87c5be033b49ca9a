// Takes the README's pictures of the real pages: make pictures.
import { day, launch, newPage, open, root, rows, sessions, url } from "./browser.mjs";

const browser = await launch();
const looks = { light: {}, dark: { colorScheme: "dark", locale: "ko-KR" } };
const fresh = (options) => newPage(browser, { viewport: { width: 1440, height: 810 }, ...options });

async function take(page, name) {
  await page.waitForTimeout(1500); // pictures are of a page at rest
  await page.screenshot({ path: `${root}docs/pictures/${name}.png` });
}

/** Goes to a part of the recording, by a click on its timeline. */
async function goTo(page, share) {
  const slider = page.locator('[role="slider"]');
  const box = await slider.boundingBox();
  await page.mouse.click(box.x + box.width * share, box.y + box.height / 2);
}

/** The longest session of a protocol that can be watched. */
async function longest(protocol) {
  const found = await sessions(`from=${day(89)}T00:00:00Z&protocol=${protocol}`);
  const [session] = found.filter((s) => s.state === "ready").sort((a, b) => b.durationMs - a.durationMs);
  return session.id;
}

for (const [look, options] of Object.entries(looks)) {
  const page = await fresh(options);
  await open(page, "/?range=P90D");
  await rows(page);
  await take(page, `list-${look}`);
  await page.locator("tbody tr", { hasText: "web-01" }).locator('a[href^="/player.html"]').first().click();
  await page.locator('[role="slider"]').waitFor();
  await goTo(page, 0.6);
  await take(page, `player-${look}`);
  await page.context().close();
}

const page = await fresh();
await open(page, `/player.html?id=${await longest("VNC")}`);
await page.locator("[data-time-ms]").first().waitFor({ state: "attached" });
await goTo(page, 0.6);
await page.locator('[role="slider"]').hover();
await take(page, "desktop");
await page.goto(`${url}/player.html?id=${await longest("SFTP")}`);
await page.getByTestId("files").waitFor();
await page.locator("[data-row]").first().waitFor();
await goTo(page, 0.5);
await take(page, "files");
await page.context().close();

const admin = await fresh();
await open(admin, "/activity.html", "admin");
await admin.locator("table tbody tr:has(td:nth-child(4))").first().waitFor();
await take(admin, "activity");
await browser.close();

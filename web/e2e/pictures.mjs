// Takes the README's pictures of the real pages: make pictures.
import { launch, newPage, rows, root, url } from "./browser.mjs";

const browser = await launch();
for (const [name, options] of Object.entries({ light: {}, dark: { colorScheme: "dark", locale: "ko-KR" } })) {
  const page = await newPage(browser, { viewport: { width: 1440, height: 810 }, ...options });
  await page.goto(`${url}/?range=P90D`);
  await page.locator('[data-person="auditor"]').click();
  await rows(page);
  await page.waitForTimeout(500); // pictures are of a page at rest
  await page.screenshot({ path: `${root}docs/pictures/list-${name}.png` });
  await page.locator("tbody tr", { hasText: "web-01" }).locator('a[href^="/player.html"]').first().click();
  const slider = page.locator('[role="slider"]');
  await slider.waitFor();
  const box = await slider.boundingBox();
  await page.mouse.click(box.x + box.width * 0.6, box.y + box.height / 2);
  await page.waitForTimeout(1500);
  await page.screenshot({ path: `${root}docs/pictures/player-${name}.png` });
  await page.context().close();
}
await browser.close();

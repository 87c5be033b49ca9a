import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, eventually, launch, newPage, open, push, root, rows, signedIn, url } from "./browser.mjs";

const columns = [
  "No",
  "Action At",
  "Name",
  "Email",
  "Role",
  "Account",
  "Server Name",
  "Server OS",
  "Host",
  "Port",
  "Protocol",
  "Client IP",
  "Client Name",
  "Connected From",
];
let browser, page;

before(async () => {
  browser = await launch();
  page = await signedIn(browser, "/?range=P90D");
  await rows(page);
});
after(() => browser?.close());

const fresh = async (path) => {
  await page.goto(url + path);
  return rows(page);
};

test("signing in leads back to where one was going", async () => {
  assert.equal(new URL(page.url()).search, "?range=P90D");
});

test("the 14 columns stand in their order", async () => {
  const heads = await page.locator("table").first().locator("thead th").allInnerTexts();
  assert.deepEqual(
    heads.map((h) =>
      h
        .trim()
        .split("\n")[0]
        .replace(/ \(UTC.*/, ""),
    ),
    columns,
  );
});

test("sessions come newest first", async () => {
  const times = (await fresh("/?range=P90D&pageSize=200")).map((r) => r[1].slice(0, 19));
  assert.ok(times.length > 20, `${times.length} rows`);
  assert.deepEqual(times, [...times].sort().reverse());
});

test("pages follow each other without a gap, and back", async () => {
  const all = (await fresh("/?range=P90D&pageSize=50")).map((r) => r[0]);
  const first = (await fresh("/?range=P90D&pageSize=10")).map((r) => r[0]);
  assert.deepEqual(first, all.slice(0, 10));
  const pages = [first];
  for (let i = 1; i <= 2; i++) {
    await page.getByRole("button", { name: "Next page" }).click();
    await page.waitForFunction((before) => document.querySelector("table tbody tr td")?.innerText.trim() !== before, pages[i - 1][0]);
    pages.push((await rows(page)).map((r) => r[0]));
  }
  assert.deepEqual(pages.flat(), all.slice(0, 30));
  await page.getByRole("button", { name: "Previous page" }).click();
  await page.waitForFunction((want) => document.querySelector("table tbody tr td")?.innerText.trim() === want, pages[1][0]);
  await page.goBack();
  await page.waitForFunction((want) => document.querySelector("table tbody tr td")?.innerText.trim() === want, pages[2][0]);
  const copied = await newPage(browser);
  await open(copied, new URL(page.url()).pathname + new URL(page.url()).search);
  assert.deepEqual(
    (await rows(copied)).map((r) => r[0]),
    pages[2],
    "a copied link shows the same page",
  );
  await copied.context().close();
});

test("a recording that arrives is shown after a refresh", async () => {
  await fresh("/?range=P1D");
  const name = `Fresh ${Date.now()}`;
  push(`${root}testdata/recordings/cast/cast-less.cast`, ["--action-at", new Date().toISOString(), "--name", name, "--gateway", "e2e"]);
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.getByText(name).waitFor();
});

test("sessions that arrive are counted beside the refresh button, quietly", async () => {
  const other = await newPage(browser);
  await other.clock.install();
  await open(other, "/?range=P1D");
  await other.getByText("Last refreshed").waitFor();
  await other.clock.runFor(31_000);
  const name = `News ${Date.now()}`;
  push(`${root}testdata/recordings/cast/cast-less.cast`, ["--action-at", new Date().toISOString(), "--name", name, "--gateway", "e2e"]);
  let fail = true;
  await other.route("**/sessions/new?*", (route) => (fail ? route.fulfill({ status: 500, json: {} }) : route.continue()));
  const refused = other.waitForResponse((r) => r.status() === 500);
  await other.clock.runFor(31_000);
  await refused;
  const news = other.getByRole("button", { name: /^\d+ new/ });
  assert.equal(await news.count(), 0);
  assert.equal(await other.getByText("could not be loaded").count(), 0);
  fail = false;
  await other.clock.runFor(31_000);
  await news.click();
  await other.getByText(name).waitFor();
  await eventually(async () => assert.equal(await news.count(), 0));
  await other.context().close();
});

test("a page whose sign-in has ended is not left for a count", async () => {
  const other = await newPage(browser);
  await other.clock.install();
  await open(other, "/?range=P90D");
  await rows(other);
  let left = 0;
  other.on("framenavigated", () => left++);
  await other.clock.fastForward(2 * 3600_000); // a token lives for an hour
  await other.clock.runFor(61_000);
  await rows(other);
  await other.getByRole("button", { name: "Export" }).click();
  await other.getByRole("menuitem", { name: "CSV" }).click();
  await other.getByText("The sign-in has ended.").waitFor();
  assert.equal(left, 0);
  await other.context().close();
});

test("Action At opens the player, Close returns to the same place", async () => {
  await fresh("/?range=P90D");
  const link = page.locator('a[href^="/player.html"]').nth(30);
  const href = await link.getAttribute("href");
  await link.click();
  await page.locator('[role="slider"]').waitFor();
  await page.getByRole("button", { name: "Close" }).first().click();
  await page.waitForURL(`${url}/?range=P90D`);
  await page.waitForFunction((want) => document.activeElement?.getAttribute("href") === want, href);
  assert.ok(await page.locator(`a[href="${href}"]`).isVisible());
});

test("a range without sessions says so and can be widened", async () => {
  await page.goto(`${url}/?from=2001-01-01&to=2001-01-31`);
  await page.getByText("no session between 2001-01-01 00:00:00 and 2001-02-01 00:00:00").first().waitFor();
  await page.getByRole("button", { name: "Widen to the last 90 days" }).first().click();
  await rows(page);
  assert.equal(new URL(page.url()).search, "?range=P90D");
});

test("an answer that fails is shown with its request, and tried again", async () => {
  let fail = true;
  await page.route("**/api/v1/sessions?*", (route) =>
    fail
      ? route.fulfill({
          status: 503,
          contentType: "application/problem+json",
          body: JSON.stringify({ status: 503, code: "unavailable", detail: "the audit log cannot be written", requestId: "r-1" }),
        })
      : route.continue(),
  );
  await page.goto(`${url}/?range=P90D`);
  await page.getByText("the audit log cannot be written").waitFor();
  await page.getByText("Request r-1").waitFor();
  fail = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await rows(page);
  await page.unrouteAll();
});

test("rows that cannot be replayed have a reason and no link", async () => {
  await fresh("/?range=P90D&pageSize=200");
  const odd = page.locator("table tbody tr", { hasText: /Unreadable|Waiting|Incomplete|Expired/ });
  if ((await odd.count()) === 0) assert.fail("the demo has rows in odd states");
  assert.equal(await odd.locator('a[href^="/player.html"]').count(), 0);
});

test("the list is there in Korean and Japanese", async () => {
  for (const [locale, title] of [
    ["ko-KR", "세션 로그"],
    ["ja-JP", "セッションログ"],
  ]) {
    const other = await newPage(browser, { locale });
    await open(other, "/?range=P90D");
    await other.getByRole("heading", { name: title, level: 1 }).first().waitFor();
    assert.equal(await other.locator("html").getAttribute("lang"), locale.slice(0, 2));
    await other.context().close();
  }
});

test("a link from someone in another time zone shows the same days", async () => {
  const other = await newPage(browser, { timezoneId: "Asia/Tokyo" });
  await open(other, "/?range=P7D");
  await rows(other);
  await other.getByRole("button", { name: /^Time zone/ }).click();
  await other.getByRole("menuitem", { name: "This browser (Asia/Tokyo)" }).click();
  await other.waitForURL(`${url}/?range=P7D&timeZone=Asia/Tokyo`);
  await other.getByText("UTC+09:00").first().waitFor();
  await other.goto(`${url}/`);
  await other.waitForURL(`${url}/?timeZone=Asia/Tokyo`); // their month, not the organisation's
  await other.goto(`${url}/?from=2001-01-01&to=2001-01-02`);
  await other.getByText("between 2001-01-01 09:00:00 and 2001-01-03 09:00:00").first().waitFor();
  await other.context().close();

  await page.goto(`${url}/?from=2001-01-01&to=2001-01-02&timeZone=Asia/Tokyo`);
  await page.getByText("between 2000-12-31 15:00:00 and 2001-01-02 15:00:00").first().waitFor();
  await page.getByText("Action At: 2001-01-01 to 2001-01-02 (Asia/Tokyo)").waitFor();
});

test("columns and page size are kept, and a link to the own default says them", async () => {
  const other = await signedIn(browser, "/?range=P90D");
  await rows(other);
  await other.getByRole("button", { name: "Preferences" }).click();
  const window = other.getByRole("dialog", { name: "Preferences" });
  await window.getByRole("radio", { name: "200 sessions" }).click();
  await window.getByRole("checkbox", { name: "Duration" }).click();
  await window.getByRole("button", { name: "Confirm" }).click();
  await other.waitForURL(`${url}/?range=P90D&pageSize=200`);
  await other.goto(`${url}/`);
  await other.waitForURL(`${url}/?pageSize=200`);
  await other.getByRole("columnheader", { name: "Duration" }).first().waitFor();
  await other.context().close();
});

test("axe finds nothing, in light and dark", async () => {
  for (const colorScheme of ["light", "dark"]) {
    const other = await newPage(browser, { colorScheme });
    await open(other, "/?range=P90D");
    await rows(other);
    assert.deepEqual(await axe(other), []);
    assert.deepEqual(other.violations, []);
    await other.context().close();
  }
});

test("signing out forgets", async () => {
  const other = await signedIn(browser, "/?range=P90D");
  await rows(other);
  await other.getByRole("button", { name: "Ada Auditor" }).first().click();
  await other.getByText("Sign out").click();
  await other.locator('[data-person="auditor"]').waitFor();
  await other.context().close();
});

test("the pages' policy blocked nothing, and nothing failed unseen", () => {
  assert.deepEqual(page.violations, []);
  assert.deepEqual(page.faults, []);
});

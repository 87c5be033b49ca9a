// What was typed in a desktop: for administrators, when they ask for it, and for nobody else.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { axe, launch, localstack, newPage, open, push, signedIn, url } from "./browser.mjs";
import { fill, img, noise, save, say } from "./desktop.mjs";

const folder = mkdtempSync(`${tmpdir()}/tapedeck-typed-`);
const enter = 0xff0d;
const keysOf = (text) => [...text].map((c) => c.codePointAt(0));
let browser, id, silent;

/** Keys, pressed and released, 100 ms each. */
const type = (ms, ...keys) => keys.map((key, n) => say("key", key, 1, ms + 100 * n) + say("key", key, 0, ms + 100 * n + 50)).join("");
const clipboard = (text) => say("clipboard", 5, "text/plain") + say("blob", 5, Buffer.from(text).toString("base64")) + say("end", 5);
const picture = (n) => img(noise(n), 0, 0) + fill(0, 0, 640, 480, 0, 0, 50 * n);

before(async () => {
  browser = await launch();
  const flags = ["--action-at", new Date().toISOString(), "--name", "Ty Pist", "--protocol", "RDP", "--gateway", "e2e"];
  const frames = [
    say("size", 0, 640, 480) + picture(1) + say("sync", 1000),
    type(2000, ...keysOf("sudo id"), enter) + type(4000, ...keysOf("hux"), 0xff08, ...keysOf("nter2"), enter) + say("sync", 9000),
    picture(2) + say("sync", 20_000),
    clipboard("from elsewhere") + say("key", 0xffe3, 1, 21_000) + type(21_100, 0x63) + say("key", 0xffe3, 0, 21_300) + say("sync", 22_000),
  ];
  id = push(save(`${folder}/typed.guac.gz`, frames.join("")), flags);
  silent = push(save(`${folder}/silent.guac.gz`, frames[0]), flags);
});
after(() => {
  rmSync(folder, { recursive: true });
  return browser?.close();
});

const shown = (page, ms) => page.locator(`[data-testid="desktop"][data-time-ms="${ms}"]`).waitFor({ timeout: 20_000 });
const button = (page) => page.getByRole("button", { name: "What was typed", exact: true });
const panel = (page) => page.getByRole("complementary", { name: "What was typed" });
const rows = (page) => panel(page).getByRole("listitem").allInnerTexts();

/** What the API answers to a demand for keys. */
async function demand(role) {
  const headers = { Authorization: `Bearer ${localstack("token", role)}`, "Content-Type": "application/json" };
  const answer = await fetch(`${url}/api/v1/sessions/${id}/keys`, { method: "POST", headers, body: '{"segments":[0,1,2,3,4]}' });
  return { status: answer.status, body: await answer.json() };
}

test("an administrator sees what was typed once they ask for it, finds it and goes to it", async () => {
  const page = await signedIn(browser, `/player.html?id=${id}`, "admin", { permissions: ["clipboard-read", "clipboard-write"] });
  let asked = 0;
  page.on("request", (r) => (asked += /\/keys$|keys\.gz/.test(r.url()) ? 1 : 0));
  await shown(page, 0);
  assert.equal(asked, 0);
  await button(page).click();
  await panel(page).getByText("Lines: 4").waitFor();
  await panel(page).getByText("Passwords are among it.").waitFor();
  assert.deepEqual(
    (await rows(page)).map((row) => row.replace(/\s+/g, " ")),
    ["0:01 sudo idEnter", "0:03 huxBackspacenter2Enter", "0:19 Clipboard: from elsewhere", "0:20 Ctrl+C"],
  );
  assert.deepEqual(await axe(page), []);
  await page.keyboard.type("hunter2");
  await panel(page).getByText("Lines: 1").waitFor();
  assert.equal(await page.locator(".timeline-hit").count(), 1);
  await panel(page).getByRole("listitem").getByRole("button").click();
  await shown(page, 3000);
  await panel(page).getByRole("button", { name: "Copy the list" }).click();
  await page.getByText("The list of what was typed is copied").waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "0:03\thux[Backspace]nter2[Enter]\n");
  await page.keyboard.press("Escape");
  await panel(page).waitFor({ state: "hidden" });
  assert.doesNotMatch(await page.content(), /nter2/, "nothing of it stays on the page");
  assert.doesNotMatch(page.url(), /nter2/);
  await page.goto(`${url}/player.html?id=${silent}`);
  await shown(page, 0);
  await button(page).click();
  await panel(page).getByText("Nothing was typed in this session").waitFor();
  assert.deepEqual([page.violations, page.faults], [[], []]);
  await page.context().close();
});

test("auditors and exporters never receive what was typed", async () => {
  for (const role of ["auditor", "exporter"]) {
    const page = await newPage(browser);
    const urls = [];
    page.on("request", (r) => urls.push(r.url()));
    await open(page, `/player.html?id=${id}`, role);
    await shown(page, 0);
    await page.keyboard.press("End");
    await shown(page, 21_000);
    assert.equal(await button(page).count(), 0);
    assert.deepEqual(
      urls.filter((u) => /\/keys\b.*|keys\.gz/.test(new URL(u).pathname)),
      [],
    );
    const { status, body } = await demand(role);
    assert.deepEqual([status, body.code, body.segments], [403, "forbidden", undefined]);
    await page.context().close();
  }
  const { status, body } = await demand("admin");
  assert.deepEqual([status, body.segments.map(({ n }) => n)], [200, [2, 4]]);
});

// The page that opens an export at home: from the disk, in a browser that is cut off from the network. It needs no stack.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, before, beforeEach, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { axe, eventually, launch, newPage, root } from "./chromium.mjs";
import { home, openFile, passphrase, refused, seal, seek, shownMs, slider, tar, text, watchRequests } from "./home.mjs";
import { finalScreen, join, screenAt, trimmed } from "./truth.mjs";

const recordings = `${root}testdata/recordings`;
const cast = (name) => `${recordings}/cast/${name}.cast`;
const folder = mkdtempSync(`${tmpdir()}/tapedeck-e2e-`);
const long = `${folder}/long.cast`;
let browser, page, left;

before(async () => {
  const parts = ["cast-find-flood", "cast-vim", "cast-tmux", "castv3-resize"];
  join(
    parts.map((name) => ({ file: cast(name), every: name === "cast-find-flood" ? 0.05 : undefined })),
    long,
  );
  browser = await launch();
  page = await newPage(browser);
  left = watchRequests(page);
  await page.context().setOffline(true);
});
beforeEach(() => page.goto(home));
after(() => {
  rmSync(folder, { recursive: true });
  return browser?.close();
});

const opened = (page) => page.locator('[data-testid="screen-text"][data-time-ms="0"]').waitFor({ state: "attached" });

async function atItsEnd() {
  await page.keyboard.press("End");
  const end = () => document.querySelector('[role="slider"]').getAttribute("aria-valuemax");
  await page.waitForFunction(
    (of) => Number(document.querySelector('[data-testid="screen-text"]').dataset.timeMs) / 1000 >= of - 0.06,
    await page.evaluate(end),
  );
  return text(page);
}

test("a sealed recording opens with its passphrase, and not with another", async () => {
  const facts = JSON.parse(readFileSync(`${root}testdata/sealed/session.json`, "utf8"));
  const file = `${root}testdata/sealed/session.cast.age`;
  await openFile(page, file, `${facts.passphrase}.`);
  await page.getByText("Checking the passphrase").waitFor();
  assert.deepEqual(await axe(page), []);
  await refused(page, "not the right one");
  const field = page.getByLabel("Passphrase", { exact: true });
  assert.equal(await field.evaluate((e) => e === document.activeElement && e.type), "password");
  await page.getByRole("button", { name: "Show the passphrase" }).click();
  assert.equal(await field.getAttribute("type"), "text");
  assert.deepEqual(await axe(page), []);
  await field.fill(facts.passphrase.normalize("NFD"));
  await page.keyboard.press("Enter");
  await opened(page);
  assert.match(await page.title(), /^session\.cast\.age/);
  assert.equal(await page.getByRole("button", { name: "Copy link" }).count(), 0);
  assert.deepEqual(await axe(page), []);
});

test("it seeks, searches and goes to markers as the player does", async () => {
  await openFile(page, { name: "long.cast.age", buffer: Buffer.from(await seal(readFileSync(long))) }, passphrase);
  await opened(page);
  for (const share of [0.9, 0.2, 0.55, 0.56, 0.05]) {
    await seek(page, share);
    assert.equal(await text(page), await screenAt(long, (await shownMs(page)) / 1000), `at ${share}`);
  }
  await page.locator("body").press("]");
  await page.locator(".notice", { hasText: "cast-vim.cast" }).waitFor();
  await page.locator("body").press("/");
  await page.keyboard.type("TMUX -L REC");
  await page.keyboard.press("Enter");
  await page.getByText(/^Lines: [1-9]/).waitFor();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector('[data-testid="screen-text"]').textContent.includes("tmux -L rec"));
  await page.keyboard.press("Escape");
  await page.getByLabel("Speed").selectOption("16");
  const from = await shownMs(page);
  await page.getByRole("button", { name: /^Play/ }).click();
  await page.waitForFunction((ms) => Number(document.querySelector('[data-testid="screen-text"]').dataset.timeMs) > ms + 4000, from);
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByRole("heading", { name: "Watch an exported recording" }).waitFor();
  assert.equal(await page.getByRole("button", { name: "Open", exact: true }).isDisabled(), true);
});

test("a tar of a typescript and its timing is one recording", async () => {
  const part = (name) => readFileSync(`${recordings}/script/script-classic-git.${name}`);
  const manifest = {
    version: 1,
    sessionId: "0b7e6a1c-2f43-4c57-9d1e-3a5b7c9d1e3f",
    actionAt: "2026-11-23T06:04:05.123Z",
    format: "script",
    objects: ["typescript", "timing"].map((key) => ({ key, part: key === "timing" ? "timing" : "recording" })),
  };
  const files = { "session.json": Buffer.from(JSON.stringify(manifest)), typescript: part("typescript"), timing: part("timing") };
  await openFile(page, { name: "session.tar.age", buffer: Buffer.from(await seal(tar(files))) }, passphrase);
  await opened(page);
  assert.equal(await atItsEnd(), trimmed(part("final.txt").toString()));
});

test("a log of file operations is the table that it is on the web", async () => {
  const log = readFileSync(`${recordings}/sftp/sshd-internal-sftp.log`);
  await openFile(page, { name: "session.log.age", buffer: Buffer.from(await seal(log)) }, passphrase);
  await page.locator('[data-testid="files"][data-time-ms="0"]').waitFor();
  await page.keyboard.press("End");
  await page.locator('[data-testid="files"][data-reached="33"]').waitFor();
  assert.deepEqual(await axe(page), []);
  await page.getByRole("searchbox").fill("shadow");
  await page.getByText("3 of 33 operations").waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "CSV" }).click()]);
  const lines = readFileSync(await download.path(), "utf8").split("\r\n");
  assert.equal(lines[3], ",15,get,/etc/shadow,,,Permission denied,"); // nobody knows here when that was
});

test("a recording that is not sealed opens without a passphrase, compressed or not, chosen or dropped", async () => {
  await openFile(page, { name: "vim.cast.gz", buffer: gzipSync(readFileSync(cast("cast-vim"))) });
  await opened(page);
  assert.equal(await atItsEnd(), finalScreen(cast("cast-vim")));
  const drop = await page.evaluateHandle(
    (content) => {
      const data = new DataTransfer();
      data.items.add(new File([content], "wide.cast"));
      return data;
    },
    readFileSync(cast("cast-wide-v2"), "utf8"),
  );
  await page.dispatchEvent("body", "drop", { dataTransfer: drop });
  await page.getByText("wide.cast (").waitFor();
  assert.equal(await page.getByLabel("Passphrase", { exact: true }).isVisible(), false);
  await page.keyboard.press("Enter");
  await opened(page);
  assert.equal(await atItsEnd(), finalScreen(cast("cast-wide-v2")));
});

test("of a damaged file nothing is shown, and it says so", async () => {
  const whole = Buffer.from(await seal(readFileSync(long)));
  for (const at of [70_000, whole.length - 5]) {
    const damaged = Buffer.from(whole);
    damaged[at] ^= 1;
    await openFile(page, { name: "damaged.cast.age", buffer: damaged }, passphrase);
    await refused(page, "The file is damaged");
  }
  await openFile(page, { name: "cut.cast.age", buffer: whole.subarray(0, whole.length - 70_000) }, passphrase);
  await refused(page, "The file is damaged");
  assert.deepEqual(await axe(page), []);
});

test("it says what a file is that is no recording, and where a recording was cut off", async () => {
  await openFile(page, { name: "notes.txt", buffer: Buffer.from("milk, eggs\n") });
  await refused(page, "no recording that this page can replay");
  await openFile(page, { name: "two.tar", buffer: tar({ a: Buffer.from("milk"), b: Buffer.from("eggs") }) });
  await refused(page, "neither a session.json nor their content says what they are");
  await openFile(page, { name: "empty.cast", buffer: Buffer.alloc(0) });
  await refused(page, "it is empty");
  const lines = readFileSync(cast("cast-vim"), "utf8").split("\n");
  const whole = `${folder}/whole.cast`;
  writeFileSync(whole, lines.slice(0, 50).join("\n") + "\n");
  await openFile(page, { name: "cut.cast", buffer: Buffer.from(readFileSync(whole, "utf8") + lines[50].slice(0, -5)) });
  await opened(page);
  await page.getByText(/The recording was cut off\. It is whole up to \d+:\d\d/).waitFor();
  assert.equal(await atItsEnd(), await screenAt(whole, 1e9));
});

test("while it works it can be stopped", async () => {
  const file = { name: "long.cast.age", buffer: Buffer.from(await seal(readFileSync(long), 17)) };
  await openFile(page, file, passphrase);
  await page.getByText("Checking the passphrase").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { name: "Watch an exported recording" }).waitFor();
  await page.waitForTimeout(2000);
  assert.equal(await slider(page).count(), 0);
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await opened(page);
});

test("the worker is held to the page's policy", async () => {
  const spy = `onmessage = async () => {
    const blocked = new Promise((done) => addEventListener("securitypolicyviolation", (e) => done(e.effectiveDirective)));
    await fetch("https://tapedeck.example/").then(() => postMessage({ kind: "done" }), () => undefined);
    postMessage({ kind: "failed", code: "format", detail: "blocked by " + (await blocked) });
  }`;
  const block = (data) => gzipSync(data).toString("base64");
  const held = /(id="worker">)([^<]+)/;
  const whole = readFileSync(new URL(home), "utf8");
  assert.match(gunzipSync(Buffer.from(held.exec(whole)[2], "base64")).toString(), /WebAssembly\.instantiate/);
  writeFileSync(`${folder}/spy.html`, whole.replace(held, `$1${block(spy)}`));
  const spied = await newPage(browser);
  await spied.goto(`file://${folder}/spy.html`);
  await openFile(spied, cast("cast-vim"));
  await refused(spied, "blocked by connect-src");
  await spied.context().close();
});

test("it speaks the browser's language, in light and in dark", async () => {
  for (const [locale, title, colorScheme] of [
    ["ko-KR", "내보낸 녹화 보기", "dark"],
    ["ja-JP", "エクスポートした記録を見る", "light"],
  ]) {
    const other = await newPage(browser, { locale, colorScheme });
    await other.goto(home);
    await other.getByRole("heading", { name: title }).waitFor();
    await other.locator("#file").setInputFiles(`${root}testdata/sealed/session.cast.age`);
    await other.locator("#passphrase").waitFor();
    assert.deepEqual(await axe(other), []);
    await other.context().close();
  }
});

test("no request leaves, and the page's policy blocked nothing", async () => {
  assert.deepEqual(left, []);
  assert.deepEqual(page.violations, []);
  assert.deepEqual(page.faults, []);
  // The ear hears: what the page itself never does is heard, and blocked.
  const sent = await page.evaluate(() => fetch("https://tapedeck.example/").then(String, String));
  assert.match(sent, /Failed to fetch|TypeError/);
  await eventually(() => assert.match(page.violations.join(), /connect-src https:\/\/tapedeck\.example/));
});

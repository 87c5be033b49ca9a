import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { Decrypter } from "age-encryption";
import { build } from "vite";
import { axe, day, eventually, launch, localstack, newPage, open, push, root, url } from "./browser.mjs";

const recording = `${root}testdata/recordings/cast/cast-vim.cast`;
const [passphrase] = JSON.parse(readFileSync(`${root}testdata/canaries.json`, "utf8")); // looked for in all logs, too
let browser, page, id, twoParts;

before(async () => {
  browser = await launch();
  const at = ["--name", "Down Load", "--account", "d", "--action-at", `${day(120)}T10:00:00Z`];
  id = push(recording, at);
  const typescript = `${root}testdata/recordings/script/script-classic-git.typescript`;
  twoParts = push(typescript, [...at, "--timing", `${typescript.replace(".typescript", "")}.timing`]);
  page = await newPage(browser, { acceptDownloads: true });
});
after(() => browser?.close());

/** What the API says of a recording that is too large; the rest is real. */
async function tooLarge(page) {
  const message = [
    "The file exceeds 700MB, and the session cannot be replayed directly.",
    "To view this session, download the file and play it locally.",
  ];
  await page.route("**/playback", (route) =>
    route.fulfill({
      json: {
        playable: false,
        reason: "too_large",
        message,
        limitBytes: 734003200,
        durationMs: 1,
        index: null,
        segments: [],
        expiresAt: null,
      },
    }),
  );
}

test("a recording over the limit is exported under a password, and opened with it", async () => {
  await tooLarge(page);
  await open(page, `/player.html?id=${id}`, "exporter");
  await page.getByText("The file exceeds 700MB, and the session cannot be replayed directly.").waitFor();
  await page.getByText("To view this session, download the file and play it locally.").waitFor();
  assert.deepEqual(await axe(page), []);

  const download = page.getByRole("button", { name: "Download", exact: true });
  await download.click();
  const dialog = page.getByRole("dialog", { name: "Enter Password for Encryption" });
  await dialog
    .getByText("Enter a password to proceed with exporting. If you forget this password, you will not be able to access the file.")
    .waitFor();
  const [first, again] = [dialog.getByLabel("Password", { exact: true }), dialog.getByLabel("Verify Password", { exact: true })];
  const ok = dialog.getByRole("button", { name: "OK" });
  assert.equal(await first.evaluate((field) => field === document.activeElement), true);
  for (const [typed, says] of [
    ["fourteen chars", "At least 15 characters; there are 14."],
    ["x".repeat(129), "At most 128 characters; there are 129."],
    [" ".repeat(20), "It has nothing but blanks."],
    ["passwordpassword", "It is among the first that are guessed."],
  ]) {
    await first.fill(typed);
    await again.fill(typed);
    await dialog.getByText(says).waitFor();
    assert.equal(await ok.isDisabled(), true, typed);
  }
  await first.fill(passphrase);
  await again.fill(`${passphrase}!`);
  await dialog.getByText("The two passwords differ.").waitFor();
  assert.equal(await ok.isDisabled(), true);
  await dialog.getByRole("button", { name: "Show Password" }).click();
  assert.equal(await first.getAttribute("type"), "text");
  assert.deepEqual(await axe(page), []);
  await again.fill(passphrase);
  const asked = page.waitForRequest((r) => r.method() === "POST" && r.url().endsWith("/exports"));
  await again.press("Enter");
  assert.deepEqual((await asked).postDataJSON(), { passphrase });
  await page.getByText(/^The file is ready until /).waitFor({ timeout: 30_000 });
  const saved = page.waitForEvent("download");
  await download.click();
  const file = await saved;
  assert.match(file.suggestedFilename(), new RegExp(`^d_\\d{8}_100000-${id}\\.cast\\.age$`));
  assert.deepEqual(await opened(file), readFileSync(recording));
  assert.equal(await openedInTheBrowser(file), createHash("sha256").update(readFileSync(recording)).digest("hex"));
  for (const place of ["localStorage", "sessionStorage"])
    assert.equal((await page.evaluate((p) => JSON.stringify(window[p]), place)).includes(passphrase), false);
  await page.unrouteAll();
});

async function opened(file) {
  const sealed = readFileSync(await file.path());
  const d = new Decrypter();
  d.addPassphrase(passphrase);
  return Buffer.from(await d.decrypt(sealed));
}

/** The SHA-256 of what npm's age-encryption makes of the file in the browser. */
async function openedInTheBrowser(file) {
  const [{ code }] = (
    await build({
      configFile: false,
      logLevel: "silent",
      build: { write: false, lib: { entry: createRequire(import.meta.url).resolve("age-encryption"), name: "age", formats: ["iife"] } },
    })
  )[0].output;
  const blank = await newPage(browser);
  await blank.addScriptTag({ content: code });
  const hex = await blank.evaluate(
    async ([sealed, passphrase]) => {
      const d = new age.Decrypter();
      d.addPassphrase(passphrase);
      const plain = await d.decrypt(Uint8Array.from(atob(sealed), (c) => c.charCodeAt(0)));
      return [...plain].reduce((text, byte) => text + byte.toString(16).padStart(2, "0"), "");
    },
    [readFileSync(await file.path()).toString("base64"), passphrase],
  );
  await blank.context().close();
  return createHash("sha256").update(Buffer.from(hex, "hex")).digest("hex");
}

test("Cancel, X and Esc download nothing, and give the focus back", async () => {
  await tooLarge(page);
  await page.goto(page.url());
  const download = page.getByRole("button", { name: "Download", exact: true });
  const asked = [];
  page.on("request", (r) => r.method() === "POST" && asked.push(r.url()));
  for (const leave of [
    (d) => d.getByRole("button", { name: "Cancel" }).last().click(),
    (d) => d.getByRole("button", { name: "Cancel" }).first().click(),
    () => page.keyboard.press("Escape"),
  ]) {
    await download.click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Generate a password" }).click();
    await dialog.getByText("A password of six words was filled in.").waitFor();
    assert.match(await dialog.getByLabel("Password", { exact: true }).inputValue(), /^[a-z]+(-[a-z]+){5,}$/);
    await leave(dialog);
    await dialog.waitFor({ state: "detached" });
    await eventually(async () => assert.equal(await download.evaluate((b) => b === document.activeElement), true));
  }
  assert.deepEqual(
    asked.filter((url) => url.includes("/exports")),
    [],
  );
  await page.unrouteAll();
});

test("who may not export is told so, and has no such button in the list", async () => {
  const auditor = await newPage(browser);
  await tooLarge(auditor);
  await open(auditor, `/player.html?id=${id}`, "auditor");
  await auditor.getByText("Only exporters and administrators may download recordings.").waitFor();
  assert.equal(await auditor.getByRole("button", { name: "Download", exact: true }).isDisabled(), true);
  await auditor.goto(new URL(`/?from=${day(121)}&to=${day(119)}`, auditor.url()).href);
  await auditor.getByText("Down Load").first().waitFor();
  assert.equal(await auditor.getByRole("button", { name: /^Download/ }).count(), 0);
  assert.equal(await auditor.getByRole("link", { name: "Exports" }).count(), 0);
});

test("a row's download is listed under Exports until it is there, as a tar where there are several files", async () => {
  await page.goto(new URL(`/?from=${day(121)}&to=${day(119)}`, page.url()).href);
  const row = page.locator("tr", { has: page.locator(`a[href*="${twoParts}"]`) });
  await row.getByRole("button", { name: /^Download/ }).click();
  const dialog = page.getByRole("dialog", { name: "Enter Password for Encryption" });
  await dialog.getByLabel("Password", { exact: true }).fill(passphrase);
  await dialog.getByLabel("Verify Password", { exact: true }).fill(passphrase);
  assert.deepEqual(await axe(page), []);
  await dialog.getByRole("button", { name: "OK" }).click();
  await page.getByText(/has begun. It is listed under Exports/).waitFor();
  await page.getByText(/\.tar\.age is ready\.$/).waitFor({ timeout: 30_000 });
  await page.reload();
  await page.getByText(/\.tar\.age is ready\.$/).waitFor();
  assert.deepEqual(await axe(page), []);
  await page
    .getByRole("link", { name: "Show exports" })
    .or(page.getByRole("button", { name: "Show exports" }))
    .first()
    .click();
  const saved = page.waitForEvent("download");
  await page
    .getByRole("button", { name: new RegExp(`^Download .*${twoParts}`) })
    .first()
    .click();
  const tar = await opened(await saved);
  assert.equal(tar.length % 512, 0);
  assert.equal(tar.includes("session.json"), true);
  assert.equal(createHash("sha256").update(tar).digest("hex").length, 64);
  assert.deepEqual(await axe(page), []);
});

test("an export that is cancelled is over; another person's is not there", async () => {
  const { items } = await (await call("exporter", "GET", "/exports")).json();
  const ready = items.find((e) => e.state === "READY" && e.sessionId === id);
  assert.equal((await call("admin", "GET", `/exports/${ready.id}`)).status, 404);
  assert.equal((await call("exporter", "DELETE", `/exports/${ready.id}`)).status, 204);
  assert.equal((await call("exporter", "POST", `/exports/${ready.id}/download`)).status, 409);
});

/** A request of the person with a role. */
function call(role, method, path) {
  return fetch(`${url}/api/v1${path}`, { method, headers: { authorization: `Bearer ${localstack("token", role)}` } });
}

test("the pages' policy blocked nothing, and nothing failed unseen", () => {
  assert.deepEqual(page.violations, []);
  assert.deepEqual(page.faults, []);
});

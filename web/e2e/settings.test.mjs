import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, eventually, launch, signedIn } from "./browser.mjs";

// Nothing that other tests see is changed: the retention of recordings to come, and back.
let browser, page;

before(async () => {
  browser = await launch();
  page = await signedIn(browser, "/", "admin");
});
after(() => browser?.close());

const save = () => page.getByRole("button", { name: "Save" });

test("an administrator changes a setting", async () => {
  await page
    .getByRole("link", { name: "Settings" })
    .or(page.getByRole("button", { name: "Settings" }))
    .first()
    .click();
  await page.getByRole("heading", { name: "Others" }).waitFor();
  for (const text of ["Administrator", "General", "Company Management", "Security"])
    await page.getByText(text, { exact: true }).first().waitFor();
  assert.equal(await page.getByRole("radio", { name: "Required", exact: true }).isChecked(), true);
  assert.equal(await page.getByLabel("Playback limit (Bytes)").inputValue(), "734003200");
  await page.getByText("That is 700 MB.").waitFor();
  assert.equal(await save().isDisabled(), true);
  assert.deepEqual(await axe(page), []);

  const retention = page.getByLabel("Retention", { exact: true });
  const before = await retention.inputValue();
  await retention.fill("0");
  await page.getByText("A whole number of days, 1 to 36,500.").waitFor();
  assert.equal(await save().isDisabled(), true);
  await retention.fill("401");
  await save().click();
  await page.getByText("The settings are saved.").waitFor();
  await page.reload();
  await page.getByRole("heading", { name: "Others" }).waitFor();
  assert.equal(await retention.inputValue(), "401");
  await retention.fill(before);
  await save().click();
  await page.getByText("The settings are saved.").waitFor();
});

test("who has saved later is told that somebody was faster, and loses nothing", async () => {
  const other = await signedIn(browser, "/settings.html", "admin");
  const theirs = other.getByLabel("Retention", { exact: true });
  await theirs.waitFor();
  const before = await theirs.inputValue();
  await page.getByLabel("Retention", { exact: true }).fill("402");
  await theirs.fill("403");
  await other.getByRole("button", { name: "Save" }).click();
  await other.getByText("The settings are saved.").waitFor();
  await save().click();
  await page.getByText("Somebody else has changed the settings meanwhile.").waitFor();
  assert.deepEqual(await axe(page), []);
  const read = page.waitForResponse((answer) => answer.url().endsWith("/settings") && answer.request().method() === "GET");
  await page.getByRole("button", { name: "Read again" }).click();
  await (await read).finished();
  await page.getByText("Somebody else has changed the settings meanwhile.").waitFor({ state: "detached" });
  assert.equal(await page.getByLabel("Retention", { exact: true }).inputValue(), "402");
  await eventually(async () => {
    await page.getByLabel("Retention", { exact: true }).fill(before);
    assert.equal(await save().isDisabled(), false); // what was read is there
  });
  await save().click();
  await page.getByText("The settings are saved.").waitFor();
});

test("what the API refuses is said in its words", async () => {
  await page.getByLabel("Retention", { exact: true }).fill("36500");
  await save().click();
  await page.getByText(/sessions stay listed for 1825 days/).waitFor();
  await page.getByRole("button", { name: "Discard changes" }).click();
});

test("others than administrators may not", async () => {
  const auditor = await signedIn(browser, "/settings.html", "auditor");
  await auditor.getByText("Only administrators may see and change the settings.").waitFor();
  assert.equal(await auditor.getByRole("link", { name: "Settings" }).count(), 0);
  assert.deepEqual(await axe(auditor), []);
});

test("the pages' policy blocked nothing, and nothing failed unseen", () => {
  assert.deepEqual(page.violations, []);
  assert.deepEqual(page.faults, []);
});

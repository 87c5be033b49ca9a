import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, day, eventually, launch, localstack, push, root, signedIn, url } from "./browser.mjs";

let browser, page, id, opened;

before(async () => {
  browser = await launch();
  id = push(`${root}testdata/recordings/cast/cast-less.cast`, [
    "--action-at",
    `${day(3)}T10:00:00Z`,
    "--name",
    "Watched",
    "--gateway",
    "e2e-activity",
  ]);
  opened = await signedIn(browser, `/player.html?id=${id}`, "exporter");
  await opened.getByRole("button", { name: "Play", exact: true }).waitFor();
  page = await signedIn(browser, "/", "admin");
});
after(() => browser?.close());

const cells = () =>
  page
    .locator("table tbody tr:has(td:nth-child(4))")
    .evaluateAll((rows) => rows.map((tr) => [...tr.children].map((td) => td.innerText.trim())));
const shows = (check) => eventually(async () => check(await cells()));
const query = () => decodeURIComponent(new URL(page.url()).search);

test("an administrator finds who was given which seconds", async () => {
  await page
    .getByRole("link", { name: "Activity" })
    .or(page.getByRole("button", { name: "Activity" }))
    .first()
    .click();
  await page.getByRole("heading", { name: "Activity" }).waitFor();
  for (const text of ["Administrator", "Audit"]) await page.getByText(text, { exact: true }).first().waitFor();
  await shows((rows) => {
    assert.match(rows[0].join("|"), /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\|Mina Administrator.*\|Read the audit log\|/);
    assert.ok(
      rows.some(
        (r) => r[1].startsWith("Eli Exporter") && r[2] === "Was given a recording" && r[3] === id && /^given 0:00–\d+:\d\d$/.test(r[4]),
      ),
      JSON.stringify(rows),
    );
  });
  assert.deepEqual(await axe(page), []);
});

test("filters, their links in the rows, and the address say the same", async () => {
  await page.getByRole("button", { name: "Only Eli Exporter" }).first().click();
  await shows((rows) => assert.ok(rows.length > 1 && rows.every((r) => r[1].startsWith("Eli Exporter"))));
  assert.equal(query(), "?person=local-exporter");
  await page.getByRole("button", { name: "Only this session" }).first().click();
  await shows((rows) => assert.ok(rows.some((r) => r[2] === "Opened a session") && rows.every((r) => r[3] === id)));
  assert.equal(query(), `?session=${id}`);
  await page.getByRole("textbox", { name: "Who" }).fill("ELI.exporter@example.test, nobody");
  await page.getByRole("textbox", { name: "Who" }).press("Enter");
  await shows((rows) => assert.ok(rows.length > 1 && rows.every((r) => r[1].startsWith("Eli Exporter") && r[3] === id)));
  await page.getByRole("button", { name: "What" }).or(page.getByLabel("What")).first().click();
  await page.getByRole("option", { name: "Opened a session" }).click();
  await page.keyboard.press("Escape");
  await shows((rows) => assert.ok(rows.length > 0 && rows.every((r) => r[2] === "Opened a session")));
  assert.equal(query(), `?action=open&person=ELI.exporter@example.test&person=nobody&session=${id}`);
  await page.goBack();
  await shows((rows) => assert.ok(rows.some((r) => r[2] !== "Opened a session")));
  assert.deepEqual(await axe(page), []);
  await page.getByRole("button", { name: "Clear all" }).click();
  await eventually(() => assert.equal(query(), ""));
});

test("pages follow each other, and nothing is lost between them", async () => {
  for (let i = 0; i < 12; i++)
    await opened.goto(`${url}/player.html?id=${id}`).then(() => opened.getByRole("button", { name: "Play", exact: true }).waitFor());
  await page.goto(`${url}/activity.html?person=local-exporter&action=open&pageSize=10`);
  await shows((rows) => assert.equal(rows.length, 10));
  const first = await cells();
  await page.getByRole("button", { name: "Next page" }).click();
  await page.getByText("Page 2").waitFor();
  await shows((rows) => assert.ok(rows.length > 0 && rows.length <= 10 && rows[0][0] <= first[9][0]));
  assert.match(query(), /&page=/);
  await page.getByRole("button", { name: "Previous page" }).click();
  await shows((rows) => assert.deepEqual(rows, first));
});

test("the whole answer is saved as JSON and as CSV", async () => {
  await page.goto(`${url}/activity.html?session=${id}&action=play`);
  await shows((rows) => assert.ok(rows.length > 0));
  const save = async (as) => {
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Export", exact: true }).click();
    await page.getByRole("menuitem", { name: as }).click();
    const download = await saved;
    const chunks = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    return { name: download.suggestedFilename(), text: Buffer.concat(chunks).toString("utf8") };
  };
  const json = await save("JSON");
  assert.match(json.name, /^activity-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.json$/);
  const entries = JSON.parse(json.text);
  assert.ok(
    entries.length > 0 && entries.every((e) => e.action === "play" && e.sessionId === id && /^0\.\d{3}-\d/.test(e.detail.seconds)),
    json.text,
  );
  await page.getByText(`${entries.length} entries were exported as JSON.`).waitFor();
  const csv = await save("CSV");
  assert.equal(csv.text.split("\r\n")[0], "\ufeffat,person,personName,personEmail,gateway,action,sessionId,detail,requestId,id");
  assert.equal(csv.text.trim().split("\r\n").length, 1 + entries.length);
});

test("a changed setting is its old and its new value", async () => {
  const token = localstack("token", "admin");
  const ask = async (method, path, body, match) => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", ...(match && { "If-Match": match }) },
      body: body && JSON.stringify(body),
    });
    assert.equal(answer.status, 200, path);
    return { body: await answer.json(), tag: answer.headers.get("ETag") };
  };
  const was = await ask("GET", "/settings");
  const changed = await ask("PUT", "/settings", { ...was.body, retentionDays: was.body.retentionDays + 1 }, was.tag);
  await ask("PUT", "/settings", was.body, changed.tag);
  await page.goto(`${url}/activity.html?action=settings`);
  const days = was.body.retentionDays;
  await shows((rows) => assert.equal(rows[0][4], `Retention in days: ${days + 1} → ${days}`));
});

test("in the player, an administrator sees who was given what of the session", async () => {
  await page.goto(`${url}/player.html?id=${id}`);
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  await page.getByRole("button", { name: "Activity" }).click();
  const panel = page.getByRole("dialog", { name: "Activity" });
  const entries = () => panel.locator("li").allInnerTexts();
  await eventually(async () => {
    const texts = await entries();
    assert.match(texts[0], /^Mina Administrator\n.*\nRead the audit log\nany time$/);
    assert.ok(
      texts.some((text) => /^Eli Exporter\n.*\nWas given a recording\ngiven 0:00–\d+:\d\d$/.test(text)),
      texts.join("\n\n"),
    );
  });
  assert.deepEqual(await axe(page), []);
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });
  assert.ok(page.url().includes("/player.html"), "Esc closes the panel, not the player");
  assert.equal(await opened.getByRole("button", { name: "Activity" }).count(), 0);

  await page.route("**/api/v1/audit?*", (route) =>
    route.fulfill({ status: 503, json: { code: "unavailable", detail: "not now", requestId: "r-9" } }),
  );
  await page.getByRole("button", { name: "Activity" }).click();
  await panel.getByText(/^not now .*r-9/).waitFor();
  await page.unrouteAll();
  await panel.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Activity" }).click();
  await panel.getByRole("link", { name: "All of it" }).click();
  await page.getByRole("heading", { name: "Activity" }).waitFor();
  await shows((rows) => assert.ok(rows.length > 3 && rows.every((r) => r[3] === id)));
});

test("nothing found, a page that is no more, and an API that is down are said", async () => {
  await page.goto(`${url}/activity.html?person=nobody&from=${day(400)}&to=${day(399)}`);
  await page.getByText(/^no entries between /).waitFor();
  assert.deepEqual(await axe(page), []);
  await page.goto(`${url}/activity.html?page=nonsense`);
  await page.getByText("the page token is not one of this archive; start again from the first page").waitFor();
  await page.getByRole("button", { name: "First page" }).last().click();
  await shows((rows) => assert.ok(rows.length > 0));
  await page.route("**/api/v1/audit?*", (route) =>
    route.fulfill({ status: 503, json: { code: "unavailable", detail: "not now", requestId: "r-9" } }),
  );
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.getByText("not now").waitFor();
  await page.getByText("Request r-9").waitFor();
  await page.unrouteAll();
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("not now").waitFor({ state: "detached" });
});

test("what others searched for is text", async () => {
  const hostile = `<img src=x onerror="document.title='x'">{{7*7}}`;
  const query = new URLSearchParams({ name: hostile, account: "=cmd|' /C calc'!A0", from: day(1) });
  const answer = await fetch(`${url}/api/v1/sessions?${query}`, { headers: { Authorization: `Bearer ${localstack("token", "auditor")}` } });
  assert.equal(answer.status, 200);
  await page.goto(`${url}/activity.html?action=list&person=local-auditor`);
  await shows((rows) =>
    assert.ok(rows[0][4].includes(`Name: ${hostile}`) && rows[0][4].includes("Account: =cmd|' /C calc'!A0"), rows[0]?.[4]),
  );
  assert.equal(await page.title(), "Activity - Tapedeck");
  assert.equal(await page.locator("table img").count(), 0);
});

test("others than administrators may not", async () => {
  const auditor = await signedIn(browser, "/activity.html", "auditor");
  await auditor.getByText("Only administrators may read the audit log.").waitFor();
  assert.equal(await auditor.locator('#bar a[href="/activity.html"]').count(), 0);
  assert.deepEqual(await axe(auditor), []);
  const answer = await fetch(`${url}/api/v1/audit`, { headers: { Authorization: `Bearer ${localstack("token", "auditor")}` } });
  assert.equal(answer.status, 403);
  await page.goto(`${url}/activity.html?action=refused&person=local-auditor`);
  await shows((rows) => assert.equal(rows[0][4], "Wanted to: read the audit log"));
});

test("the pages' policy blocked nothing, and nothing failed unseen", () => {
  for (const p of [page, opened]) {
    assert.deepEqual(p.violations, []);
    assert.deepEqual(p.faults, []);
  }
});

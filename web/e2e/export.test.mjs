import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, day, eventually, launch, push, root, sessions, shows, signedIn, url } from "./browser.mjs";

// Days that nothing else adds sessions to while these tests run.
const range = `from=${day(88)}&to=${day(8)}`;
let browser, page, all;

before(async () => {
  browser = await launch();
  const odd = { "action-at": `${day(87)}T10:00:00Z`, name: 'The "best", they say', email: "=cmd@example.test", account: "@SUM(1,1)" };
  push(`${root}testdata/recordings/cast/cast-less.cast`, [
    ...Object.entries(odd).flatMap(([name, value]) => [`--${name}`, value]),
    "--gateway",
    "e2e-export",
  ]);
  all = await sessions(`from=${day(88)}&to=${day(7)}`);
  page = await signedIn(browser, `/?${range}&pageSize=10`);
  await shows(page, all.slice(0, 10));
});
after(() => browser?.close());

async function exported(as) {
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("menuitem", { name: as }).click();
  return content(await saved);
}

async function content(download) {
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  return { name: download.suggestedFilename(), text: Buffer.concat(chunks).toString("utf8") };
}

test("the whole result is exported as JSON and as CSV, whatever page is shown", async () => {
  const wanted = all.filter((s) => s.serverOs !== "Ubuntu");
  await page.goto(`${url}/?${range}&not.serverOs=Ubuntu&pageSize=10`);
  await shows(page, wanted.slice(0, 10));
  const json = await exported("JSON");
  assert.equal(json.name, `session-logs-${day(88)}-${day(8)}.json`);
  assert.deepEqual(JSON.parse(json.text), wanted);
  await page.getByText(`${wanted.length} sessions were exported as JSON.`).waitFor();
  assert.deepEqual(await axe(page), []);

  const csv = await exported("CSV");
  assert.equal(csv.text.charCodeAt(0), 0xfeff);
  const [head, ...records] = parse(csv.text.slice(1));
  assert.deepEqual([...head].sort(), Object.keys(wanted[0]).sort());
  const plain = (v) => (v === null ? "" : String(v).replace(/^[=+\-@\t\r]/, "'$&"));
  assert.deepEqual(
    records,
    wanted.map((s) => head.map((key) => plain(s[key]))),
  );
  assert.ok(csv.text.includes("'=cmd@example.test"), "a formula is defused");
});

test("an export tells how far it is, can be cancelled, and goes on where it failed", async () => {
  let hold, fail;
  await page.route("**/api/v1/sessions?*", async (route) => {
    const query = new URL(route.request().url()).searchParams;
    if (query.get("pageSize") !== "200") return route.continue();
    if (query.get("pageToken") === null)
      return route.fulfill({ json: { items: all.slice(0, 5), nextPageToken: "rest", complete: true, searchedBackTo: null } });
    await hold;
    if (fail) return route.fulfill({ status: 503, json: { code: "unavailable", detail: "too many at once", requestId: "r-2" } });
    return route.fulfill({ json: { items: all.slice(5), nextPageToken: null, complete: true, searchedBackTo: null } }).catch(() => {});
  });
  await page.goto(`${url}/?${range}&pageSize=50`);
  await shows(page, all.slice(0, 50));
  const start = async () => {
    await page.getByRole("button", { name: "Export" }).click();
    await page.getByRole("menuitem", { name: "JSON" }).click();
  };
  let release;
  hold = new Promise((done) => (release = done));
  await start();
  await page.getByText(/^5 sessions so far, back to /).waitFor();
  assert.deepEqual(await axe(page), []);
  await page.getByRole("button", { name: "Cancel" }).first().click();
  await eventually(async () => assert.equal(await page.getByText("sessions so far").count(), 0));
  release();

  fail = true;
  await start();
  await page.getByText("too many at once").waitFor();
  fail = false;
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Go on" }).click();
  assert.deepEqual(JSON.parse((await content(await saved)).text), all);
  await page.unrouteAll();
});

/** Records of a CSV file (RFC 4180). */
function parse(text) {
  const records = [[]];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r\n|$)/g)) {
    if (quoted === undefined && bare === "" && end === "") break; // after the last line
    records.at(-1).push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end === "\r\n") records.push([]);
  }
  return records.filter((r) => r.length > 0);
}

test("the pages' policy blocked nothing, and nothing failed unseen", () => {
  assert.deepEqual(page.violations, []);
  assert.deepEqual(page.faults, []);
});

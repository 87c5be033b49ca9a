// What every end-to-end test needs: a browser, and a signed-in page.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { eventually, newPage, root } from "./chromium.mjs";

export * from "./chromium.mjs";
export const url = must("TAPEDECK_URL");

function must(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; run these tests with: make test-e2e`);
  return value;
}

/** Opens an address and signs in on the way. */
export async function open(page, path = "/", role = "auditor") {
  await page.goto(url + path);
  await page.locator(`[data-person="${role}"]`).click();
}

export async function signedIn(browser, path = "/", role = "auditor", options = {}) {
  const page = await newPage(browser, options);
  await open(page, path, role);
  return page;
}

let kept;
const token = () => (kept ??= localstack("token", "auditor"));

/** Puts a recording as a gateway does, waits until it is ready, and returns its id. */
export function push(file, flags) {
  const out = execFileSync(`${root}bin/tapedeck`, ["push", file, "--wait", ...flags], {
    encoding: "utf8",
    env: { ...process.env, TAPEDECK_TOKEN: token() },
  });
  return out.trim().split("\n")[1];
}

export function localstack(...args) {
  return execFileSync(`${root}.tools/bin/localstack`, args, { encoding: "utf8", cwd: root }).trim();
}

/** What the API answers an auditor. */
export async function api(path) {
  const answer = await fetch(`${url}/api/v1${path}`, { headers: { Authorization: `Bearer ${token()}` } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** All sessions that a query of the API finds, page after page. */
export async function sessions(query) {
  const found = [];
  for (let next = ""; next !== null;) {
    const page = await api(`/sessions?${query}&pageSize=200${next && `&pageToken=${encodeURIComponent(next)}`}`);
    found.push(...page.items);
    next = page.nextPageToken;
  }
  return found;
}

/** The sessions' numbers as the list shows them: at once, and none where there are no rows. */
export function numbers(page) {
  const cells = page.locator("table tbody tr:has(td:nth-child(5)) td:first-child");
  return cells.evaluateAll((found) => found.map((td) => Number(td.innerText)));
}

/** Waits until the list shows these sessions; of more than 200, those of its first page. */
export async function shows(page, wanted) {
  const nos = wanted.slice(0, 200).map((s) => s.no);
  await eventually(async () => assert.deepEqual(await numbers(page), nos));
}

/** The UTC day that many days ago. */
export function day(ago) {
  return new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
}

/** The rows of the list as they are on the page: arrays of the cells' texts. */
export async function rows(page) {
  const list = page.locator("table tbody tr:has(td:nth-child(5))"); // the others say that there is nothing, or nothing yet
  await list.first().waitFor();
  return list.evaluateAll((found) => found.map((tr) => [...tr.children].map((td) => td.innerText.trim())));
}

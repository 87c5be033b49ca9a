// What every end-to-end test needs: a browser, a signed-in page, and an ear for violations.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

export const url = must("TAPEDECK_URL");
export const root = new URL("../../", import.meta.url).pathname;
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

function must(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; run these tests with: make test-e2e`);
  return value;
}

export async function launch(args = []) {
  const paths = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const executablePath = paths.find((path) => path && existsSync(path));
  if (!executablePath) throw new Error("no chromium was found; install it, or set CHROMIUM=/path/to/it");
  return chromium.launch({ executablePath, args: ["--no-sandbox", ...args] });
}

/** A page of a fresh browser profile. `page.violations` collects what the pages' policy blocked. */
export async function newPage(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-US", ...options });
  const page = await context.newPage();
  page.violations = [];
  page.faults = [];
  await page.exposeFunction("tapedeckViolation", (text) => page.violations.push(text));
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (e) =>
      window.tapedeckViolation(`${e.effectiveDirective} ${e.blockedURI} ${e.sample}`),
    );
  });
  page.on("pageerror", (e) => page.faults.push(String(e)));
  return page;
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

// A text that is still fading in has less contrast than it will have. Spinners never end, and are not waited for.
const settled =
  "Promise.all(document.getAnimations().filter(a => a.effect.getComputedTiming().endTime !== Infinity).map(a => a.finished.catch(() => {}))).then(() => {})";

/** Rules of axe that the page breaks once its animations have ended, with the first places. */
export async function axe(page) {
  const session = await page.context().newCDPSession(page); // page.evaluate's own way would need eval
  await session.send("Runtime.evaluate", { expression: settled, awaitPromise: true });
  await session.send("Runtime.evaluate", { expression: axeSource });
  const { result } = await session.send("Runtime.evaluate", {
    expression:
      "axe.run(document, {resultTypes: ['violations']}).then(r => JSON.stringify(r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | '))))",
    awaitPromise: true,
    returnByValue: true,
  });
  return JSON.parse(result.value);
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

/** Tries until a check passes, or throws what it threw last. */
export async function eventually(check, ms = 20_000) {
  for (const end = Date.now() + ms; ; await new Promise((done) => setTimeout(done, 50)))
    try {
      return await check();
    } catch (cause) {
      if (Date.now() > end) throw cause;
    }
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

// A browser, an ear for violations, and axe: what tests of pages need that have no stack.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

export const root = new URL("../../", import.meta.url).pathname;
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Where the browser is. */
export function executable() {
  const paths = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const found = paths.find((path) => path && existsSync(path));
  if (!found) throw new Error("no chromium was found; install it, or set CHROMIUM=/path/to/it");
  return found;
}

export async function launch(args = []) {
  return chromium.launch({ executablePath: executable(), args: ["--no-sandbox", ...args] });
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

// A text that is still fading in has less contrast than it will have. Spinners never end, and are not waited for.
const settled =
  "Promise.all(document.getAnimations().filter(a => a.effect.getComputedTiming().endTime !== Infinity).map(a => a.finished.catch(() => {}))).then(() => {})";

/** Rules of axe that the page breaks once its animations have ended, with the first places. */
export async function axe(page) {
  const session = await page.context().newCDPSession(page); // page.evaluate's own way would need eval
  const look = async () => {
    await session.send("Runtime.evaluate", { expression: settled, awaitPromise: true });
    const { result } = await session.send("Runtime.evaluate", {
      expression:
        "axe.run(document, {resultTypes: ['violations']}).then(r => JSON.stringify(r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | '))))",
      awaitPromise: true,
      returnByValue: true,
    });
    return JSON.parse(result.value);
  };
  await session.send("Runtime.evaluate", { expression: axeSource });
  const found = await look();
  if (found.length === 0) return found;
  await new Promise((done) => setTimeout(done, 1000)); // something may have begun to fade in meanwhile: what is wrong stays so
  return look();
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

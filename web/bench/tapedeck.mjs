// Measures the player's own page.
import { newPage, open, url } from "../e2e/browser.mjs";
import { trimmed } from "../e2e/truth.mjs";
import { mulberry, watch } from "./measure.mjs";

// Runs in the page before it does: notes when it was asked for something and when that was shown.
function listen() {
  window.tapedeckBench = { down: 0, shown: 0 };
  addEventListener("pointerdown", () => (window.tapedeckBench.down = performance.now()), true);
  new MutationObserver(() => (window.tapedeckBench.shown = performance.now())).observe(document, {
    subtree: true,
    attributes: true,
    attributeFilter: ["data-time-ms"],
  });
}

const answers = (address) => address.includes("/api/v1/sessions/") || !address.startsWith(url); // of the API, and of the storage
const shows = '[data-testid="screen-text"], [data-testid="desktop"]'; // of a terminal, of a desktop
const screen = (page) => page.locator(shows);

/**
 * Opens a recording in a browser that has been signed in and has the page's scripts: what came until the first frame,
 * how long that took since the recording was asked for (after the silent sign-in), and in all.
 */
export async function openPlayer(browser, network, id) {
  const page = await newPage(browser);
  await page.addInitScript(listen);
  await open(page, `/player.html?id=${id}`);
  await screen(page).waitFor({ state: "attached" });
  const watched = await watch(page, network, answers);
  const start = Date.now();
  await page.goto(`${url}/player.html?id=${id}`);
  await screen(page).and(page.locator('[data-time-ms="0"]')).waitFor({ state: "attached", timeout: 60_000 });
  const { sinceAsked, loaded } = await page.evaluate(() => {
    const asked = performance.getEntriesByType("resource").find(({ name }) => name.endsWith("/playback"));
    const { shown } = window.tapedeckBench;
    return { sinceAsked: shown - asked.startTime, loaded: performance.timeOrigin + shown };
  });
  await watched.look();
  return { page, watched, bytes: watched.bytes, sinceAsked, whole: loaded - start };
}

/** Clicks at `n` random places of the timeline: what each cost, and showed. */
export async function seeks({ page, watched }, n, seed) {
  const random = mulberry(seed);
  const made = [];
  for (let last = -1; made.length < n;) {
    const box = await page.locator(".timeline-track").boundingBox(); // it gives way to the time beside it
    const x = Math.round(box.x + random() * (box.width - 1));
    if (x === last) continue; // nothing would change
    last = x;
    const before = watched.bytes;
    await page.mouse.click(x, box.y + box.height / 2);
    const seen = await page.waitForFunction(
      (shows) => {
        const text = document.querySelector(shows);
        const { down, shown } = window.tapedeckBench;
        const wanted = Number(document.querySelector('[role="slider"]').getAttribute("aria-valuenow"));
        if (shown < down || Math.abs(Number(text.dataset.timeMs) / 1000 - wanted) > 0.06) return null;
        return { took: shown - down, ms: Number(text.dataset.timeMs), text: text.textContent };
      },
      shows,
      { timeout: 60_000, polling: 20 },
    );
    const { took, ms, text } = await seen.jsonValue();
    await watched.look();
    made.push({ took, ms, text: trimmed(text), bytes: watched.bytes - before });
  }
  return made;
}

/** Plays from a moment on at a speed, for so long: frames that the page was not given in time, and what the processors did. */
export async function play(browser, { page, watched }, id, seconds, speed, ms) {
  await page.goto(`${url}/player.html?id=${id}&t=${seconds}`);
  await screen(page)
    .and(page.locator(`[data-time-ms="${seconds * 1000}"]`))
    .waitFor({ state: "attached", timeout: 60_000 });
  if (speed) {
    await page.getByLabel("Speed").selectOption(String(speed));
    await page.getByRole("button", { name: /^Play/ }).click();
  }
  const machine = await browser.newBrowserCDPSession();
  const processors = async () => {
    const { processInfo } = await machine.send("SystemInfo.getProcessInfo");
    return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  };
  const thread = async () => {
    const { metrics } = await watched.session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration").value;
  };
  await watched.session.send("Performance.enable");
  const [cpu, task, from] = [await processors(), await thread(), await now(page)];
  const gaps = await page.evaluate(frameGaps, ms);
  const used = { cpu: (await processors()) - cpu, task: (await thread()) - task, played: (await now(page)) - from };
  await machine.detach();
  const frame = 1000 / 60;
  const dropped = gaps.reduce((sum, gap) => sum + Math.max(0, Math.round(gap / frame) - 1), 0);
  return { ...used, frames: gaps.length, dropped, longest: Math.max(...gaps) };
}

const now = async (page) => Number(await page.locator('[role="slider"]').getAttribute("aria-valuenow"));

function frameGaps(ms) {
  return new Promise((done) => {
    const gaps = [];
    const start = performance.now();
    let last = start;
    const next = (at) => {
      gaps.push(at - last);
      last = at;
      if (at - start < ms) requestAnimationFrame(next);
      else done(gaps.slice(1));
    };
    requestAnimationFrame(next);
  });
}

// Measures other ways to play the same recording: other players as they come, and xterm.js that is fed from the start.
import { newPage, url } from "../e2e/browser.mjs";
import { watch } from "./measure.mjs";

/**
 * One way (a page of peers/) with one recording on one network. The page shows the first frame, then goes to `moments`
 * (shares of the length) while `seekMs` last. What fails or takes longer than `longestMs` in all is told in `error`.
 */
export async function peer(browser, network, name, recording, moments, seekMs, longestMs) {
  const page = await newPage(browser);
  const watched = await watch(page, network, (address) => address === recording);
  const looking = setInterval(() => watched.look().catch(() => undefined), 100); // the page may be gone
  const result = { name, seeks: [] };
  const ran = (async () => {
    await page.goto(`${url}/peers/${name}.html`);
    const first = await page.evaluate((address) => window.first(address), recording);
    Object.assign(result, { first, bytes: watched.bytes });
    result.seeks = await page.evaluate(([moments, ms]) => window.seeks(moments, ms), [moments, seekMs]);
    result.loadedMs = await page.evaluate(() => window.loadedMs);
    await watched.collect();
  })();
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`no end after ${longestMs / 1000} s`)), longestMs)));
  const crashed = new Promise((_, reject) => page.on("crash", () => reject(new Error("the page crashed"))));
  await Promise.race([ran, late, crashed]).catch((cause) => {
    result.error = [said(cause), watched.failure].filter(Boolean).join(", ");
  });
  ran.catch(() => undefined); // it ends with the page
  clearTimeout(timer);
  clearInterval(looking);
  Object.assign(result, { peak: watched.peak, held: watched.held });
  result.bytes ??= watched.bytes;
  await page.context().close();
  return result;
}

/** The first line, without where it was thrown. */
function said(cause) {
  return cause.message.split("\n")[0].replace(/^page\.evaluate: (Error: )?/, "");
}

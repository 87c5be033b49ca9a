// The page for an export at home, and files for it.
import assert from "node:assert/strict";
import { Encrypter } from "age-encryption";
import { root } from "./chromium.mjs";
import { trimmed } from "./truth.mjs";

export const home = `file://${root}web/dist/offline.html`;
export const passphrase = "seven herons over a slow river";

/** Seals what is given, bytes or a stream of them. A low work factor is for tests that are not about it. */
export function seal(plain, workFactor = 2) {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(workFactor);
  return encrypter.encrypt(plain);
}

/** Files as one tar (POSIX ustar). */
export function tar(files) {
  const blocks = Object.entries(files).flatMap(([name, data]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write("0000644\0", 100);
    header.write(data.length.toString(8).padStart(11, "0"), 124);
    header.write("0".repeat(11), 136);
    header.write("        0", 148); // the sum of the header counts itself as blanks; then the type of a regular file
    header.write("ustar\u000000", 257);
    const sum = header.reduce((a, b) => a + b);
    header.write(sum.toString(8).padStart(6, "0") + "\0 ", 148);
    return [header, data, Buffer.alloc((512 - (data.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

export const slider = (page) => page.locator('[role="slider"]');
export const text = async (page) => trimmed(await page.locator('[data-testid="screen-text"]').textContent());
export const shownMs = async (page) => Number(await page.locator('[data-testid="screen-text"]').getAttribute("data-time-ms"));

/** Chooses a file, a path or `{name, buffer}`, and opens it. */
export async function openFile(page, file, phrase) {
  await page.locator("#file").setInputFiles(typeof file === "string" ? file : { mimeType: "application/octet-stream", ...file });
  if (phrase !== undefined) await page.getByLabel("Passphrase", { exact: true }).fill(phrase);
  await page.getByRole("button", { name: "Open", exact: true }).click();
}

/** Clicks on the timeline and waits until that moment is shown. */
export async function seek(page, share) {
  const box = await slider(page).boundingBox();
  const start = performance.now();
  await page.mouse.click(box.x + box.width * share, box.y + box.height / 2);
  await page.waitForFunction(() => {
    const at = Number(document.querySelector('[role="slider"]').getAttribute("aria-valuenow"));
    return Math.abs(Number(document.querySelector('[data-testid="screen-text"]').dataset.timeMs) / 1000 - at) < 0.06;
  });
  return performance.now() - start;
}

/** A context in which every request that is not for the page itself, or for what it holds, is remembered. */
export function watchRequests(page) {
  const left = [];
  page.context().on("request", (r) => {
    if (r.url() !== home && !r.url().startsWith("blob:") && !r.url().startsWith("data:")) left.push(r.url());
  });
  return left;
}

export async function refused(page, sentence) {
  await page.getByRole("alert").filter({ hasText: sentence }).waitFor();
  assert.equal(await slider(page).count(), 0, "nothing is shown");
}

// Measures the page for an export at home with a file of 1.5 GB, and prints its part of docs/benchmarks.md.
import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { Writable } from "node:stream";
import { launch, newPage, root } from "./chromium.mjs";
import { home, openFile, passphrase, seal, seek, shownMs, text, watchRequests } from "./home.mjs";
import { joined, screensOf } from "./truth.mjs";

const size = Number(process.env.SIZE ?? 1.5e9);
const seeks = 50;
const names = [
  "cast-find-flood",
  "cast-vim",
  "cast-find-flood",
  "cast-tmux",
  "castv3-resize",
  "cast-find-flood",
  "castv3-idle",
  "cast-wide-v2",
];
const parts = names.map((name) => ({
  file: `${root}testdata/recordings/cast/${name}.cast`,
  every: name === "cast-find-flood" ? 0.05 : undefined,
}));

const folder = mkdtempSync(`${tmpdir()}/tapedeck-bench-`);
const browser = await launch();
try {
  const file = `${folder}/session.cast.age`;
  const { events } = await write(file);
  const page = await newPage(browser);
  const left = watchRequests(page);
  await page.goto(home);
  const before = await memory();
  const began = performance.now();
  await openFile(page, file, passphrase);
  await page.getByText("Preparing the replay").waitFor({ timeout: 60_000 });
  const unsealed = performance.now();
  await page.locator('[data-testid="screen-text"][data-time-ms="0"]').waitFor({ state: "attached", timeout: 1_800_000 });
  const shown = performance.now();
  const most = await memory();
  const seen = [];
  const times = [];
  for (let i = 0; i < seeks; i++) {
    times.push(await seek(page, 0.005 + 0.99 * Math.random()));
    seen.push({ ms: await shownMs(page), text: await text(page) });
  }
  const after = await memory();
  seen.sort((a, b) => a.ms - b.ms);
  const truths = await screensOf(
    recording(events),
    seen.map(({ ms }) => ms / 1000),
  );
  const wrong = seen.filter(({ text }, i) => text !== truths[i]).length;
  times.sort((a, b) => a - b);
  const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
  const mb = statSync(file).size / 1e6;
  print([
    ["file", `${Math.round(mb)} MB, sealed with work factor 18; the page itself has ${(statSync(new URL(home)).size / 1e6).toFixed(1)} MB`],
    ["the passphrase is found right after", seconds(unsealed - began)],
    ["first frame after", seconds(shown - began)],
    ["speed of the first pass", `${(mb / ((shown - unsealed) / 1000)).toFixed(1)} MB/s`],
    ["seek p50 / max", `${Math.round(times[times.length >> 1])} / ${Math.round(times.at(-1))} ms (${seeks} clicks on the timeline)`],
    ["wrong screens", `${wrong} of ${seeks}`],
    ["memory of the page's process: before / most / after the seeks", [before.page, most.pageMost, after.page].map(mega).join(" / ")],
    ["memory of the browser's own process: before / after", [before.browser, after.browser].map(mega).join(" / ")],
    ["requests that left the page", String(left.length)],
  ]);
  if (wrong > 0 || left.length > 0) process.exitCode = 1;
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}

/** The session as it is written: what comes first of it, over and over. */
function recording(most = Infinity) {
  const { cols, rows, events } = joined(parts, Infinity);
  return {
    cols,
    rows,
    events: (function* () {
      let n = 0;
      for (const event of events) {
        if (n++ >= most) return;
        yield event;
      }
    })(),
  };
}

/** Writes it, sealed, as it is made; returns how many events it has. */
async function write(file) {
  const { cols, rows, events } = recording();
  let [written, count] = [0, 0];
  const plain = new ReadableStream({
    pull(controller) {
      let piece = written === 0 ? JSON.stringify({ version: 2, width: cols, height: rows }) + "\n" : "";
      while (piece.length < 1 << 20) {
        piece += JSON.stringify(events.next().value) + "\n";
        count++;
      }
      const bytes = Buffer.from(piece);
      written += bytes.length;
      controller.enqueue(bytes);
      if (written >= size) controller.close();
    },
  });
  await (await seal(plain, 18)).pipeTo(Writable.toWeb(createWriteStream(file)));
  return { events: count };
}

/** Resident bytes of the process that has the page, now and at most, and of the browser's. */
async function memory() {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const of = (type, field) => Math.max(...processInfo.filter((p) => p.type === type).map(({ id }) => status(id, field)));
  return { page: of("renderer", "VmRSS"), pageMost: of("renderer", "VmHWM"), browser: of("browser", "VmRSS") };
}

function status(id, field) {
  return 1024 * Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1] ?? 0);
}

function mega(bytes) {
  return `${Math.round(bytes / 1e6)} MB`;
}

function print(rows) {
  const day = new Date().toISOString().slice(0, 10);
  console.log(
    `\nMade by \`make bench-offline\` on ${day}: ${cpus()[0].model.trim()}, ${cpus().length} processors, chromium ${browser.version()}.\n`,
  );
  console.log("| what | measured |\n|---|---|");
  for (const row of rows) console.log(`| ${row.join(" | ")} |`);
  console.log();
}

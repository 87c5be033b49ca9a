// A part of make bench-operations: what each page weighs, and what Lighthouse (desktop) says of it, on the running stack.
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { executable, root, sessions, url } from "../e2e/browser.mjs";
import { chromium } from "playwright-core";
import { kb, quantile, row, say } from "./measure.mjs";

const modules = createRequire(`${root}localstack/lighthouse/package.json`);
const { default: lighthouse } = await import(pathToFileURL(modules.resolve("lighthouse")));
const { default: desktop } = await import(pathToFileURL(modules.resolve("lighthouse/core/config/desktop-config.js")));

const runs = 3;
const dist = `${root}web/dist`;
const ready = (await sessions("from=2020-01-01")).filter(({ state }) => state === "ready");
const replay = (is) => `/player.html?id=${ready.find(is).id}`;
const film = ({ protocol, connectedFrom }) => protocol === "VNC" && connectedFrom === "Web"; // what the demo has of them
const pages = [
  { name: "list", path: "/", role: "auditor", limit: 460 },
  { name: "player: terminal", path: replay(({ protocol }) => protocol === "SSH"), role: "auditor", limit: 130 },
  { name: "player: desktop", path: replay((session) => session.protocol === "VNC" && !film(session)), role: "auditor" },
  { name: "player: film", path: replay(film), role: "auditor" },
  { name: "player: files", path: replay(({ protocol }) => protocol === "SFTP"), role: "auditor" },
  { name: "exports", path: "/exports.html", role: "exporter" },
  { name: "activity", path: "/activity.html", role: "admin" },
  { name: "settings", path: "/settings.html", role: "admin" },
];

say("", "### Pages", "");
say(`Each as somebody sees it who is signed in and comes for the first time, with the silent sign-in; Lighthouse ${modules("lighthouse/package.json").version}, desktop, its network of
10 Mbps simulated, the median of ${runs} runs (load average ${loadavg()[0].toFixed(1)} before them). Bytes are those of pages, scripts and styles, in gzip. Goals: performance 90, accessibility 100, and the limit.`);
say("");
row("page", "files", "bytes", "limit", "first content", "largest content", "blocked", "performance", "accessibility", "goals");
row(..."----------".split("").map(() => "---"));
const only = process.argv[2]; // one of them, and what Lighthouse found
for (const page of pages) if (!only || page.name === only) await measure(page);

async function measure({ name, path, role, limit }) {
  const profile = await mkdtemp(join(tmpdir(), "tapedeck-lighthouse-"));
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: executable(),
    args: ["--no-sandbox", `--remote-debugging-port=${port}`],
    viewport: null,
  });
  try {
    const page = await browser.newPage();
    await page.goto(url + path);
    await page.locator(`[data-person="${role}"]`).click();
    await page.waitForURL((at) => at.href.startsWith(url + path.split("?")[0]));
    const session = await browser.newCDPSession(page);
    const results = [];
    for (let run = 0; run < runs; run++) {
      await session.send("Network.clearBrowserCache");
      const options = {
        port,
        output: "json",
        logLevel: "silent",
        onlyCategories: ["performance", "accessibility"],
        disableStorageReset: true,
      };
      const { lhr } = await lighthouse(url + path, options, desktop);
      if (lhr.runtimeError) throw new Error(`${name}: ${lhr.runtimeError.message}`);
      results.push(lhr);
    }
    print(name, limit, results);
  } finally {
    await browser.close();
    await rm(profile, { recursive: true });
  }
}

function print(name, limit, results) {
  const middle = (of) => quantile(results.map(of), 0.5);
  const score = (category) => Math.round(100 * middle((lhr) => lhr.categories[category].score));
  const time = (audit) => `${Math.round(middle((lhr) => lhr.audits[audit].numericValue))} ms`;
  const asked = results[0].audits["network-requests"].details.items.map((request) => new URL(request.url).pathname);
  const files = new Set(asked.map((file) => (file === "/" ? "/index.html" : file)).filter((file) => existsSync(dist + file)));
  const bytes = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(dist + file)).length, 0);
  const missed = [
    score("performance") < 90 && "performance",
    score("accessibility") < 100 && "accessibility",
    limit && bytes > limit * 1024 && "bytes",
  ].filter(Boolean);
  row(
    name,
    files.size,
    kb(bytes),
    limit ? `${limit} KB` : "",
    time("first-contentful-paint"),
    time("largest-contentful-paint"),
    time("total-blocking-time"),
    score("performance"),
    score("accessibility"),
    missed.length === 0 ? "met" : `missed: ${missed.join(", ")}`,
  );
  for (const audit of Object.values(results[0].audits))
    if (audit.score !== null && audit.score < 0.9) console.error(`${name}: ${audit.id} ${audit.score} ${audit.displayValue ?? ""}`);
}

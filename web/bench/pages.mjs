// A part of make bench-operations: what each page weighs, and what Lighthouse (desktop) says of it, on the running stack.
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { executable, root, sessions, url } from "../e2e/browser.mjs";
import { chromium } from "playwright-core";
import { kb, quantile, row, say } from "./measure.mjs";

const modules = createRequire(`${root}localstack/lighthouse/package.json`);
const { default: lighthouse } = await import(pathToFileURL(modules.resolve("lighthouse")));
const { default: desktop } = await import(pathToFileURL(modules.resolve("lighthouse/core/config/desktop-config.js")));

const runs = 3;
const ready = (await sessions("from=2020-01-01")).filter(({ state }) => state === "ready");
const pages = [
  { name: "list", path: "/", role: "auditor", limit: 460 },
  { name: "player", path: `/player.html?id=${ready[0].id}`, role: "auditor", limit: 130 },
  { name: "exports", path: "/exports.html", role: "exporter" },
  { name: "settings", path: "/settings.html", role: "admin" },
];

say("", "### Pages", "");
say(`Each as somebody sees it who is signed in and comes for the first time, with the silent sign-in; Lighthouse ${modules("lighthouse/package.json").version}, desktop, its network of
10 Mbps simulated, the median of ${runs} runs. Bytes are those of pages, scripts and styles in gzip, with their headers. Goals: performance 90, accessibility 100, and the limit.`);
say("");
row("page", "requests for them", "bytes", "limit", "first content", "largest content", "blocked", "performance", "accessibility", "goals");
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
        logLevel: "error",
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
  const ours = results[0].audits["network-requests"].details.items.filter(
    ({ url: at }) => at.startsWith(`${url}/`) && !at.startsWith(`${url}/api/`) && !at.startsWith(`${url}/issuer/`),
  );
  const bytes = ours.reduce((sum, { transferSize }) => sum + transferSize, 0);
  const missed = [
    score("performance") < 90 && "performance",
    score("accessibility") < 100 && "accessibility",
    limit && bytes > limit * 1024 && "bytes",
  ].filter(Boolean);
  row(
    name,
    ours.length,
    kb(bytes),
    limit ? `${limit} KB` : "",
    time("first-contentful-paint"),
    time("largest-contentful-paint"),
    time("total-blocking-time"),
    score("performance"),
    score("accessibility"),
    missed.length === 0 ? "met" : `missed: ${missed.join(", ")}`,
  );
  if (process.env.DUMP) for (const r of results) { await0(r); console.error(r.categories.performance.score, ...["first-contentful-paint","speed-index","largest-contentful-paint","total-blocking-time","cumulative-layout-shift"].map((a) => a + " " + r.audits[a].displayValue + " " + r.audits[a].score)); for (const i of r.audits["layout-shifts"].details?.items ?? []) console.error(i.score, i.node?.selector, i.node?.nodeLabel, JSON.stringify(i.subItems?.items)); }
  for (const audit of Object.values(results[0].audits))
    if (audit.score !== null && audit.score < 0.9) console.error(`${name}: ${audit.id} ${audit.score} ${audit.displayValue ?? ""}`);
}

import { writeFileSync } from "node:fs";
function await0(lhr) { writeFileSync("/tmp/lhr.json", JSON.stringify(lhr)); }

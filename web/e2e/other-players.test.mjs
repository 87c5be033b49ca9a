// No lock-in: the play object, decompressed as a whole, is an asciicast that other players open.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { launch, root } from "./browser.mjs";
import { join, trimmed } from "./truth.mjs";

const folder = mkdtempSync(`${tmpdir()}/tapedeck-e2e-`);
const bundle = `${root}web/node_modules/asciinema-player/dist/bundle/`;
const served = new Map([
  ["/", ["text/html", '<!doctype html><link rel="stylesheet" href="/p.css"><div id="player"></div><script src="/p.js"></script>']],
  ["/p.css", ["text/css", readFileSync(`${bundle}asciinema-player.css`)]],
  ["/p.js", ["text/javascript", readFileSync(`${bundle}asciinema-player.min.js`)]],
]);
const server = createServer((request, response) => {
  const [type, body] = served.get(request.url) ?? [];
  response.writeHead(body ? 200 : 404, { "Content-Type": type ?? "text/plain" }).end(body);
});
let browser, page;

before(async () => {
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  browser = await launch();
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
});
after(async () => {
  rmSync(folder, { recursive: true });
  await browser?.close();
  server.close();
});

for (const parts of [
  ["cast-vim"],
  ["cast-git-ls"],
  ["castv3-psql-db02"],
  ["cast-find-flood", "cast-tmux", "cast-find-flood", "cast-htop-top"],
])
  test(`asciinema-player comes to the end of ${parts.join(" and ")}`, async () => {
    const cast = `${folder}/${parts.join("-")}.cast`;
    join(
      parts.map((name) => ({ file: `${root}testdata/recordings/cast/${name}.cast` })),
      cast,
    );
    const out = cast.replace(".cast", "");
    execFileSync(`${root}bin/tapedeck`, ["pack", cast, out]);
    const whole = gunzipSync(readFileSync(`${out}/play.cast.gz`)); // all members, as gunzip does
    const keyframes = whole.toString().match(/^\[[\d.]+, ?"k"/gm) ?? [];
    assert.ok(parts.length === 1 || keyframes.length > 5, `${keyframes.length} keyframes are in it`);
    served.set("/play.cast", ["text/plain", whole]);
    assert.equal(await lastScreen(), screenOf(out));
  });

/** What the player shows at the end. */
async function lastScreen() {
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.evaluate(async () => {
    const player = AsciinemaPlayer.create("/play.cast", document.getElementById("player"));
    await player.play();
    await player.pause();
    await player.seek(player.getDuration());
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
  });
  const rows = await page.locator(".ap-term .ap-line").evaluateAll((lines) => lines.map((line) => line.textContent));
  assert.notEqual(rows.length, 0);
  return trimmed(rows.join("\n"));
}

function screenOf(out) {
  return trimmed(execFileSync(`${root}bin/tapedeck`, ["frame", out, "--at", "99999"], { encoding: "utf8" }));
}

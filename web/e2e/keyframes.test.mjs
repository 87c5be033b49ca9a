import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { launch, root } from "./chromium.mjs";
import { drawingPage, segmentsOf } from "./drawing.mjs";

// Of each real recording, among them one that is cut off within an instruction and three with resizes: what a client has
// drawn that began at a keyframe is what one has drawn that was fed the original from its start. All layers, off-screen
// buffers and the cursor, to the last bit, photographs among them; and though the player leaves out what is drawn over.
const folder = `${root}testdata/recordings/guac/`;
const recordings = readdirSync(folder).filter((name) => name.endsWith(".guac.gz"));
const moments = 20;
let browser, work;

before(async () => {
  browser = await launch();
  work = mkdtempSync(`${tmpdir()}/keyframes-`);
});
after(async () => {
  await browser?.close();
  rmSync(work, { recursive: true, force: true });
});

test("there are recordings", () => assert.ok(recordings.length >= 8));

for (const [nth, name] of recordings.entries()) {
  test(`${name}: at ${moments} random moments a keyframe leads to the picture from the start`, async () => {
    const dir = `${work}/${name}`;
    execFileSync(`${root}bin/tapedeck`, ["pack", folder + name, dir], { stdio: "ignore" });
    const segments = segmentsOf(dir);
    const drawing = await drawingPage(browser, folder + name, dir);
    let byKeyframe = 0;
    for (const ms of randomMoments(nth, drawing.durationMs)) {
      const way = wayTo(ms, segments);
      if (way[0].keyframe) byKeyframe++;
      const found = await drawing.compare(ms, way);
      assert.deepEqual(found, { most: 0, mean: 0, where: "", wrong: [] }, `at ${ms} ms`);
    }
    const leftOut = await drawing.leftOut();
    await drawing.close();
    if (name.startsWith("vnc-desktop") || name.startsWith("rdp")) assert.ok(leftOut > 1000, `only ${leftOut} instructions were left out`);
    if (segments.some((s) => s.keyframe)) assert.ok(byKeyframe > 0, "no moment was reached by a keyframe");
  });
}

/** Moments in order, always the same. */
function randomMoments(seed, durationMs) {
  const times = [];
  for (let i = 0, r = seed + 1; i < moments; i++) {
    r = (r * 48271) % 2147483647;
    times.push(r % (durationMs + 1));
  }
  return times.sort((a, b) => a - b);
}

/** The segments that show a moment: from its keyframe on, or from the start. */
function wayTo(ms, segments) {
  const to = segments.findLastIndex((s) => s.startMs <= ms);
  const from = Math.max(
    0,
    segments.findLastIndex((s, n) => n <= to && s.keyframe),
  );
  return segments.slice(from, to + 1);
}

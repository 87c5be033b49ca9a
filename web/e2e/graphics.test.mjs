import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { axe, day, launch, newPage, push, root, signedIn } from "./browser.mjs";
import { framesOf, source } from "./drawing.mjs";

// A desktop's pictures in the player, by way of keyframes, beside those of Guacamole's own client that is fed the original
// from its start: the same program in the same browser.
const viewport = { width: 1700, height: 1200 };
let browser, linear;

before(async () => {
  browser = await launch();
  linear = await newPage(browser, { viewport });
  await linear.addScriptTag({ content: source });
});
after(() => browser?.close());

/** The original's frames: [ms since the first sync, instructions]. */
function fromFirst(file) {
  const frames = [...framesOf(gunzipSync(readFileSync(file)).toString("utf8"))];
  const [first] = frames[0];
  return frames.map(([ms, drawing]) => [ms - first, drawing]);
}

/** All canvases of a display but the pointer's, where they lie, as one picture. */
function composed(selector) {
  const root = document.querySelector(selector);
  const canvases = [...root.querySelectorAll("canvas")].filter((c) => c.width > 100 && c.height > 100);
  const origin = canvases[0].getBoundingClientRect();
  const picture = document.createElement("canvas");
  [picture.width, picture.height] = [canvases[0].width, canvases[0].height];
  const context = picture.getContext("2d");
  for (const c of canvases) {
    const at = c.getBoundingClientRect();
    context.drawImage(c, Math.round(at.left - origin.left), Math.round(at.top - origin.top));
  }
  return picture.toDataURL();
}

async function fromStart(frames, ms) {
  await linear.evaluate(
    async (fed) => {
      document.body.replaceChildren();
      const tunnel = new Guacamole.Tunnel();
      tunnel.sendMessage = () => undefined;
      const client = new Guacamole.Client(tunnel);
      const display = client.getDisplay();
      const box = document.createElement("div");
      box.id = "linear";
      box.append(display.getElement());
      document.body.append(box);
      for (const instructions of fed) {
        for (const [opcode, ...args] of instructions)
          if (!["sync", "mouse", "key", "audio"].includes(opcode)) tunnel.oninstruction(opcode, args);
        await new Promise((done) => display.flush(done));
      }
    },
    frames.filter(([at]) => at <= ms).map(([, instructions]) => instructions),
  );
  return linear.evaluate(composed, "#linear");
}

/** Most and mean difference of two pictures, of 255 in a channel. */
function difference(a, b) {
  return linear.evaluate(
    async ([a, b]) => {
      const pixels = async (url) => {
        const image = new Image();
        image.src = url;
        await image.decode();
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [image.width, image.height];
        const context = canvas.getContext("2d");
        context.drawImage(image, 0, 0);
        return context.getImageData(0, 0, image.width, image.height);
      };
      const [x, y] = [await pixels(a), await pixels(b)];
      if (x.width !== y.width || x.height !== y.height)
        return { most: 255, mean: 255, size: `${x.width}x${x.height} ${y.width}x${y.height}` };
      let [most, sum] = [0, 0];
      for (let i = 0; i < x.data.length; i++) {
        const d = Math.abs(x.data[i] - y.data[i]);
        most = Math.max(most, d);
        sum += d;
      }
      return { most, mean: sum / x.data.length };
    },
    [a, b],
  );
}

// All recordings, and all that a client keeps: keyframes.test.mjs.
for (const [name, count] of [
  ["ssh-session-resize", 4],
  ["ssh-nonbmp-title", 3],
]) {
  test(`${name}: at random moments the picture is the one from the start`, async () => {
    const file = `${root}testdata/recordings/guac/${name}.guac.gz`;
    const id = push(file, ["--name", "Desk Top", "--protocol", "RDP", "--action-at", `${day(130)}T10:00:00Z`]);
    const frames = fromFirst(file);
    const last = frames.at(-1)[0];
    const page = await signedIn(browser, `/player.html?id=${id}`, "auditor", { viewport });
    const desktop = page.getByTestId("desktop");
    await page.locator('[data-testid="desktop"][data-time-ms]').waitFor();
    await page.getByRole("button", { name: "Actual size" }).click();
    const slider = page.getByRole("slider");
    for (let i = 0, random = 0.37; i < count; i++, random = (random * 997 + 0.61) % 1) {
      const box = await slider.boundingBox();
      const before = await desktop.getAttribute("data-time-ms");
      await page.mouse.click(box.x + 2 + (box.width - 4) * random, box.y + box.height / 2);
      await page.waitForFunction((b) => document.querySelector("[data-testid=desktop]").dataset.timeMs !== b, before);
      const ms = Number(await desktop.getAttribute("data-time-ms"));
      assert.ok(ms <= last);
      const d = await difference(await page.evaluate(composed, "[data-testid=desktop]"), await fromStart(frames, ms));
      assert.ok(d.most === 0, `at ${ms} ms: ${JSON.stringify(d)}`);
    }
    assert.deepEqual(await axe(page), []);
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await page.getByRole("button", { name: "Pause", exact: true }).waitFor();
    assert.deepEqual(page.violations, []);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
}

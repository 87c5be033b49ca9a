import assert from "node:assert/strict";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { launch, newPage, root } from "./chromium.mjs";

// What internal/display takes for the pixels of an image are this browser's. UPDATE=1 writes them anew.
const folder = `${root}internal/display/testdata/images/`;
const images = readdirSync(folder).filter((name) => !name.endsWith(".rgba"));
let browser, page;

before(async () => {
  browser = await launch();
  page = await newPage(browser);
});
after(() => browser?.close());

test("the expected pixels of images are those of the browser", async () => {
  assert.ok(images.length >= 20);
  for (const name of images) {
    const pixels = await page.evaluate(
      async (bytes) => {
        const image = await createImageBitmap(new Blob([new Uint8Array(bytes)])); // as Guacamole's client does it
        const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
        context.drawImage(image, 0, 0);
        return [...context.getImageData(0, 0, image.width, image.height).data];
      },
      [...readFileSync(folder + name)],
    );
    if (process.env.UPDATE) writeFileSync(`${folder}${name}.rgba`, Buffer.from(pixels));
    assert.deepEqual([...readFileSync(`${folder}${name}.rgba`)], pixels, name);
  }
});

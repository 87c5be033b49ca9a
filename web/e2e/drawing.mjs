// What draws a desktop for proofs, in a page of its own: Guacamole's client, fed with a recording from its start, and
// the player's display, which is fed with what tapedeck pack made of it, from a keyframe on, without what is drawn over.
// Both run in the same browser.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gunzipSync } from "node:zlib";
import { build } from "vite";
import { newPage, root } from "./chromium.mjs";

const client = createRequire(import.meta.url)
  .resolve("guacamole-common-js")
  .replace("/cjs/", "/esm/");
/** Guacamole's client as a script for a page. */
export const source = readFileSync(client, "utf8").replace(/export default Guacamole;\s*$/, "window.Guacamole = Guacamole;");

/** What of the player draws, as a script for a page. */
async function player() {
  const lib = { entry: `${root}web/e2e/drawn.ts`, name: "player", formats: ["iife"] };
  const [{ output }] = await build({ configFile: false, logLevel: "error", build: { write: false, lib } });
  return output[0].code;
}

/** Whole frames: [ms, instructions]; what is cut off at the end is none. */
export function* framesOf(text) {
  const astral = /[\ud800-\udbff]/.test(text); // lengths count characters, of which some are two units
  let drawing = [];
  for (let at = 0; at < text.length;) {
    const elements = [];
    let mark;
    do {
      const dot = text.indexOf(".", at);
      let end = dot + 1 + Number(text.slice(at, dot));
      for (let i = dot + 1; astral && i < end; i++) if (text.codePointAt(i) > 0xffff) (i++, end++);
      elements.push(text.slice(dot + 1, end));
      mark = text[end];
      at = end + 1;
    } while (mark === ",");
    if (mark !== ";") return;
    drawing.push(elements);
    if (elements[0] !== "sync") continue;
    yield [Number(elements[1]), drawing];
    drawing = [];
  }
}

/** The rows of a packed recording's index: where each segment lies, when it begins, and whether it is a keyframe. */
export function segmentsOf(dir) {
  const { segments } = JSON.parse(gunzipSync(readFileSync(`${dir}/index.json.gz`)).toString());
  let [at, offset] = [0, 0];
  return segments.map(([ms, bytes, , kind]) => {
    const segment = { startMs: (at += ms), from: offset, to: offset + bytes, keyframe: kind === 2 };
    offset += bytes;
    return segment;
  });
}

/** A page that can draw the recording in `file` (gzip) from its start, and the folder `dir` that was packed of it from keyframes. */
export async function drawingPage(browser, file, dir) {
  const files = {
    "/": ["text/html", "<!doctype html><title>drawing</title>"],
    "/original": ["text/plain", gunzipSync(readFileSync(file))],
    "/play": ["application/octet-stream", readFileSync(`${dir}/play.guac.gz`)],
  };
  const server = createServer((request, response) => {
    const [type, body] = files[request.url] ?? ["text/plain", ""];
    response.writeHead(200, { "Content-Type": `${type}; charset=utf-8` }).end(body);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const page = await newPage(browser);
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.addScriptTag({ content: source });
  await page.addScriptTag({ content: await player() });
  await page.addScriptTag({ content: `${framesOf}\n(${inPage})()` });
  const durationMs = await page.evaluate(() => drawing.load());
  return {
    page,
    durationMs,
    /** The greatest and the mean difference, of 255, of all layers, buffers and the cursor at a moment. Moments only go forward. */
    compare: (ms, segments) => page.evaluate(([ms, segments]) => drawing.compare(ms, segments), [ms, segments]),
    /** How many instructions the player did not draw, since something drew over them. */
    leftOut: () => page.evaluate(() => drawing.leftOut()),
    close: async () => {
      await page.context().close();
      server.close();
    },
  };
}

function inPage() {
  let original, play, linear, next, made;
  let leftOut = 0; // instructions that the player did not draw
  document.hasFocus = () => false; // the client draws at once, and does not wait for the screen

  const draws = ([opcode]) => !["sync", "mouse", "audio", "nest"].includes(opcode);

  function newClient() {
    const tunnel = new Guacamole.Tunnel();
    tunnel.sendMessage = () => undefined;
    const client = new Guacamole.Client(tunnel);
    document.body.append(client.getDisplay().getElement());
    return {
      client,
      async feed(instructions) {
        for (const [opcode, ...args] of instructions.filter(draws)) tunnel.oninstruction?.(opcode, args);
        await new Promise((done) => client.getDisplay().flush(done));
      },
    };
  }

  function newPlayer() {
    const display = new player.ClientDisplay();
    const overdrawn = new player.Overdrawn();
    document.body.append(display.element);
    return {
      client: display.client,
      async feed(instructions) {
        const all = instructions.filter(draws);
        const { instructions: rest } = overdrawn.rest(all);
        leftOut += all.length - rest.length;
        for (const instruction of rest) display.feed(instruction);
        await display.drawn();
      },
    };
  }

  async function load() {
    original = [...framesOf(await (await fetch("/original")).text())];
    play = await (await fetch("/play")).arrayBuffer();
    const first = original[0][0];
    let last = 0; // times that go back become the one before
    for (const frame of original) frame[0] = last = Math.max(last, frame[0] - first);
    linear = newClient();
    next = 0;
    return last;
  }

  /** A client that began at the first of some segments: a new one, or the last one goes on. */
  async function fromKeyframe(ms, segments) {
    if (made?.from !== segments[0].from) {
      made?.client.getDisplay().getElement().remove();
      made = { ...newPlayer(), from: segments[0].from, frames: [], read: 0, next: 0 };
    }
    for (; made.read < segments.length; made.read++) {
      const { from, to } = segments[made.read];
      const unzipped = new Blob([play.slice(from, to)]).stream().pipeThrough(new DecompressionStream("gzip"));
      made.frames.push(...framesOf(await new Response(unzipped).text()));
    }
    const way = [];
    for (; made.frames[made.next]?.[0] <= ms; made.next++) way.push(...made.frames[made.next][1]);
    await made.feed(way);
    return made;
  }

  /** All that a client draws on, by name: its canvases, and where they lie. */
  async function stateOf({ client }) {
    const toDataURL = HTMLCanvasElement.prototype.toDataURL;
    HTMLCanvasElement.prototype.toDataURL = function () {
      return this; // the state takes it as it is: no PNG, which would take long
    };
    const { layers } = await new Promise((done) => client.exportState(done));
    HTMLCanvasElement.prototype.toDataURL = toDataURL;
    const all = {};
    for (const [key, { url, ...about }] of Object.entries(layers)) all[key] = { about: JSON.stringify(about), canvas: url };
    const cursor = client.getDisplay().getCursorLayer();
    all.cursor = { about: `${cursor.width}x${cursor.height}`, canvas: cursor.width * cursor.height ? cursor.toCanvas() : undefined };
    return all;
  }

  const pixels = (canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;

  async function compare(ms, segments) {
    for (; original[next]?.[0] <= ms; next++) await linear.feed(original[next][1]);
    const [want, got] = [await stateOf(linear), await stateOf(await fromKeyframe(ms, segments))];
    const result = { most: 0, mean: 0, where: "", wrong: [] };
    for (const name of new Set([...Object.keys(want), ...Object.keys(got)])) {
      if (want[name]?.about !== got[name]?.about) {
        result.wrong.push(`${name}: ${got[name]?.about}, not ${want[name]?.about}`);
        continue;
      }
      if (!want[name].canvas) continue;
      const [a, b] = [pixels(want[name].canvas), pixels(got[name].canvas)];
      let [most, sum] = [0, 0];
      for (let i = 0; i < a.length; i++)
        if (a[i] !== b[i]) {
          const d = Math.abs(a[i] - b[i]);
          most = Math.max(most, d);
          sum += d;
        }
      if (most > result.most) result.where = name;
      result.most = Math.max(result.most, most);
      result.mean = Math.max(result.mean, sum / a.length);
    }
    return result;
  }

  window.drawing = { load, compare, leftOut: () => leftOut };
}

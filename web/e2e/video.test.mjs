import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { axe, day, eventually, launch, newPage, push, root, signedIn, url } from "./browser.mjs";

// Films play in the browser's own video element, to which the page gives its clock and its timeline. What is seen is
// compared with the same film in a page that has nothing else.
const films = { "film.mp4": 8, "film.webm": 8, "live.webm": 7.8, "fragments.mp4": 8 }; // seconds
const ids = {};
const file = (name) => `${root}testdata/recordings/video/${name}`;
const media = /\/original\/1-[^?]*\?/;
let browser, page, bare;

before(async () => {
  browser = await launch();
  Object.keys(films).forEach((name, i) => {
    const at = `${day(3)}T0${i + 1}:00:00Z`;
    ids[name] = push(file(name), [
      "--name",
      "Film Test",
      "--account",
      "tester",
      "--protocol",
      "RDP",
      "--gateway",
      "films",
      "--action-at",
      at,
    ]);
  });
  page = await signedIn(browser, `/player.html?id=${ids["film.mp4"]}`, "auditor", { permissions: ["clipboard-read", "clipboard-write"] });
  // The computer's sleep, for tests that are about time.
  await page.addInitScript(() => {
    const now = performance.now.bind(performance);
    window.slept = 0;
    performance.now = () => now() + window.slept;
  });
  bare = await newPage(browser);
});
after(() => browser?.close());

const film = (at = page) => at.getByTestId("film");
const button = (name, at = page) => at.getByRole("button", { name, exact: true });
const shown = (ms, at = page) => at.locator(`[data-testid="film"][data-time-ms="${ms}"]`).waitFor();
const now = async () => Number(await page.getByRole("slider").getAttribute("aria-valuenow"));
const video = (act, ...rest) => page.locator("video").evaluate(act, ...rest);
const past = (s) => page.waitForFunction((s) => Number(document.querySelector('[role="slider"]').getAttribute("aria-valuenow")) > s, s);

async function open(name, query = "", at = page) {
  await at.goto(`${url}/player.html?id=${ids[name]}${query}`);
  await film(at).and(at.locator("[data-time-ms]")).waitFor();
}

async function seek(share) {
  const box = await page.getByRole("slider").boundingBox();
  await page.mouse.click(box.x + box.width * share, box.y + box.height / 2);
  await page.waitForFunction(() => {
    const at = Number(document.querySelector('[role="slider"]').getAttribute("aria-valuenow"));
    return Math.abs(Number(document.querySelector('[data-testid="film"]').dataset.timeMs) / 1000 - at) < 0.06;
  });
}

/** What a browser shows of a film at a moment, where the player shows it. */
async function truth(name, ms) {
  const box = await page.locator("video").boundingBox();
  await bare.goto("about:blank");
  await bare.evaluate(
    async ({ data, type, box, ms }) => {
      const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
      const film = document.createElement("video");
      film.style.cssText = `position:fixed;left:${box.x}px;top:${box.y}px;width:${box.width}px;height:${box.height}px;object-fit:contain`;
      document.body.style.background = "#fff";
      document.body.append(film);
      const heard = (event) => new Promise((done) => film.addEventListener(event, done, { once: true }));
      film.preload = "auto";
      film.src = URL.createObjectURL(new Blob([bytes], { type }));
      await heard("loadeddata");
      if (ms === 0) return;
      film.currentTime = ms / 1000;
      await heard("seeked");
    },
    { data: readFileSync(file(name)).toString("base64"), type: name.endsWith("mp4") ? "video/mp4" : "video/webm", box, ms },
  );
  return middle(bare);
}

/** The middle of the picture, where all of it is film. */
async function middle(at) {
  const { x, y, width, height } = await at.locator("video").boundingBox();
  const clip = {
    x: Math.round(x + width / 4),
    y: Math.round(y + height / 4),
    width: Math.round(width / 2),
    height: Math.round(height / 2),
  };
  return (await at.screenshot({ clip })).toString("base64");
}

for (const [name, seconds] of Object.entries(films))
  test(`${name} is sought and played to its end, and again from 0`, async () => {
    await open(name);
    assert.match(await page.getByTestId("elapsed").locator("..").innerText(), /0:00 \/ 0:0[78]/);
    for (const share of [0.62, 0.31, 0]) {
      await seek(share);
      const ms = Number(await film().getAttribute("data-time-ms"));
      assert.ok(Math.abs(ms / 1000 / seconds - share) < 0.03, `${ms} ms is not at ${share}`);
      await eventually(async () => assert.ok((await middle(page)) === (await truth(name, ms)), `another picture at ${ms} ms`));
    }
    await page.locator("body").press("End");
    await page.locator("body").press("ArrowLeft");
    await page.locator("select").selectOption("4");
    await button("Play").click();
    await button("Play again").waitFor();
    assert.ok(Math.abs((await now()) - seconds) < 0.3, `${await now()} is not the end`);
    assert.equal(await video((v) => v.paused), true);
    await button("Play again").click();
    await button("Pause").waitFor();
    assert.ok((await now()) < 4, `${await now()} is not near the start`);
    assert.equal(await video((v) => v.playbackRate), 4);
    await button("Pause").click();
    assert.deepEqual(page.violations, []);
    assert.deepEqual(page.faults, []);
  });

test("keys, speeds, sound and links are those of every recording, and what a film has not is not there", async () => {
  await open("film.mp4", "&t=5.4");
  await shown(5400);
  assert.ok((await middle(page)) === (await truth("film.mp4", 5400)));
  assert.equal(await page.getByText("Skip idle").count(), 0);
  assert.equal(await button("Search").count(), 0);
  await page.locator("body").press("2");
  await shown(1600);
  await button("Copy link").click();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /[?&]t=1\.6s?$/);
  for (const speed of ["0.25", "16"]) {
    await page.locator("select").selectOption(speed);
    assert.equal(await video((v) => v.playbackRate), Number(speed));
  }
  await page.locator("select").selectOption("1");
  assert.equal(await video((v) => v.muted), false, "it can be heard");
  await button("Sound off").click();
  assert.equal(await video((v) => v.muted), true);
  await button("Sound on").waitFor();
  // The film has 5 pictures a second; how many is seen while it plays.
  await button("Play").click();
  await past(2.7);
  await button("Pause").click();
  await page.locator("body").press("5");
  await shown(4000);
  await page.locator("body").press(".");
  await shown(4201);
  await page.locator("body").press(",");
  await shown(4000);
  await page.locator("body").press(",");
  await shown(3800);
  await page.screenshot({ path: "/tmp/films/paused.png" });
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(page.violations, []);
});

test("a seek keeps the state", async () => {
  await open("film.webm");
  await seek(0.5);
  assert.equal(await video((v) => v.paused), true);
  await button("Play").click();
  await past(4.2);
  await seek(0.1);
  await button("Pause").waitFor();
  await past(1.2);
  assert.ok((await now()) < 4);
  // A keyboard's own key for films goes past the page; the page follows.
  await video((v) => v.pause());
  await button("Play").waitFor();
  const rest = await now();
  await video((v) => v.play().catch(() => undefined));
  await page.waitForTimeout(300);
  assert.equal(await now(), rest);
  assert.equal(await video((v) => v.paused), true);
});

test("before its address ends another comes, and the film goes on where it was", async () => {
  await open("film.webm");
  await button("Sound off").click();
  const asked = [];
  page.on("request", (r) => r.url().endsWith("/playback") && asked.push(r.url()));
  const source = () => video((v) => v.src);
  const first = await source();
  await page.locator("select").selectOption("0.5");
  await button("Play").click();
  await past(1);
  assert.equal(asked.length, 0);
  const before = await now();
  await page.evaluate(() => (window.slept = 290_000));
  await eventually(async () => assert.notEqual(await source(), first));
  assert.equal(asked.length, 1);
  await past(before + 0.2);
  assert.ok((await now()) < before + 3, "it did not jump");
  assert.deepEqual(await video((v) => [v.paused, v.playbackRate, v.muted]), [false, 0.5, true]);
  assert.equal(await page.locator("video").count(), 1);
  await button("Pause").click();
  const rest = await now();
  const second = await source();
  await page.evaluate(() => (window.slept = 600_000));
  await page.waitForTimeout(300);
  assert.equal(asked.length, 1, "what is paused needs no address");
  await page.locator("body").press("9");
  await shown(7200);
  assert.notEqual(await source(), second);
  assert.equal(asked.length, 2);
  assert.equal(await video((v) => v.paused), true);
  assert.ok(rest < 7);
  assert.deepEqual(page.violations, []);
});

/** Answers requests for the film itself, in their order, by what `answers` says of each: "" lets it pass. */
async function storage(...answers) {
  const seen = [];
  await page.route(media, async (route) => {
    const answer = answers[seen.length] ?? "";
    const { range } = await route.request().allHeaders();
    seen.push(range);
    if (answer === "") return route.fallback();
    if (answer === "403")
      return route.fulfill({ status: 403, contentType: "application/xml", body: "<Error><Code>AccessDenied</Code></Error>" });
    if (answer === "lost") return route.abort("internetdisconnected");
    if (answer === "rubbish") return route.fulfill({ status: 200, contentType: "video/webm", body: "no film" });
    // A part of what was asked for: the rest is asked for anew.
    const data = readFileSync(file("film.webm"));
    const from = Number(/\d+/.exec(range)[0]);
    const to = Math.min(data.length, from + Number(answer)) - 1;
    const headers = { "Content-Range": `bytes ${from}-${to}/${data.length}`, "Accept-Ranges": "bytes" };
    return route.fulfill({ status: 206, contentType: "video/webm", headers, body: data.subarray(from, to + 1) });
  });
  return seen;
}

test("an address that is refused is asked for again, once, at the start and on the way", async (t) => {
  t.after(() => page.unroute(media));
  await storage("403");
  await open("film.webm");
  await seek(0.5);
  await page.unroute(media);

  const asked = [];
  page.on("request", (r) => r.url().endsWith("/playback") && asked.push(r.url()));
  const ranges = await storage("9000", "403");
  await open("film.webm");
  await button("Play").click();
  await past(7);
  assert.ok(ranges.length >= 3, `${ranges}`);
  assert.equal(asked.length, 2);
  assert.deepEqual(page.faults, []);
});

test("what the browser cannot play says so, and can be tried again", async (t) => {
  t.after(() => page.unroute(media));
  await storage("rubbish", "rubbish");
  await page.goto(`${url}/player.html?id=${ids["film.webm"]}`);
  await page.getByRole("alert").getByText("This browser cannot play the film").waitFor();
  await page.screenshot({ path: "/tmp/films/unplayable.png" });
  assert.deepEqual(await axe(page), []);
  await button("Try again").click();
  await film().waitFor();
});

test("a lost network is waited for, and the film goes on where it was", async (t) => {
  t.after(() => page.unroute(media));
  await storage("9000", "lost");
  await open("film.webm");
  await page.context().setOffline(true);
  await button("Play").click();
  await page.getByText("Waiting for the network…").waitFor();
  await page.screenshot({ path: "/tmp/films/waiting.png" });
  const at = await now();
  await page.context().setOffline(false);
  await past(at + 0.5);
  assert.ok((await now()) < at + 4, "it did not jump");
  await button("Pause").waitFor();
});

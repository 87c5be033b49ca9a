import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { aws } from "./aws.mjs";
import { axe, day, eventually, launch, newPage, push, root, signedIn, url } from "./browser.mjs";

// Films play in the browser's own video element, to which the page gives its clock and its timeline. What is seen is
// compared with the same film in a page that has nothing else.
const films = { "film.mp4": 8, "film.webm": 8, "live.webm": 7.8, "fragments.mp4": 8 }; // seconds
const ids = {};
const folder = mkdtempSync(`${tmpdir()}/tapedeck-e2e-`);
const file = (name) => (name === "long.webm" ? `${folder}/${name}` : `${root}testdata/recordings/video/${name}`);
const media = /\/original\/1-[^?]*\?/;
let browser, page, bare;

before(async () => {
  browser = await launch();
  writeFileSync(file("long.webm"), repeated(readFileSync(file("live.webm")), 8, 8000, 10_000));
  [...Object.keys(films), "long.webm"].forEach((name, i) => {
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
after(() => {
  rmSync(folder, { recursive: true });
  return browser?.close();
});

/** A live WebM again and again, with empty space, so that it is long and does not come at once. */
function repeated(data, times, everyMs, space) {
  const id = Buffer.from("1f43b675", "hex"); // of a cluster; then its size in two bytes, and its time: id, length, number
  const starts = [];
  for (let at = data.indexOf(id); at >= 0; at = data.indexOf(id, at + 1)) starts.push(at);
  const sized = (id, length) => {
    const size = Buffer.alloc(8);
    size.writeBigUInt64BE((1n << 56n) | BigInt(length));
    return Buffer.concat([Buffer.from(id, "hex"), size]);
  };
  const clusters = starts.map((at, i) => data.subarray(at, starts[i + 1]));
  const later = (n) =>
    clusters.flatMap((cluster) => {
      const length = cluster[7] & 0x7f;
      const time = Buffer.alloc(4);
      time.writeUInt32BE(cluster.readUIntBE(8, length) + n * everyMs);
      const blocks = cluster.subarray(8 + length);
      return [sized("1f43b675", 6 + blocks.length), Buffer.from("e784", "hex"), time, blocks, sized("ec", space), Buffer.alloc(space)];
    });
  return Buffer.concat([data.subarray(0, starts[0]), ...Array.from({ length: times }, (_, n) => later(n)).flat()]);
}

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

/** Waits until the page shows what a browser shows: the clock may be a picture ahead of what is painted. */
const same = (name, ms) =>
  eventually(async () => assert.ok((await middle(page)) === (await truth(name, ms)), `another picture at ${ms} ms`));

for (const [name, seconds] of Object.entries(films))
  test(`${name} is sought and played to its end, and again from 0`, async () => {
    await open(name);
    assert.match(await page.getByTestId("elapsed").locator("..").innerText(), /0:00 \/ 0:0[78]/);
    for (const share of [0.62, 0.31, 0]) {
      await seek(share);
      const ms = Number(await film().getAttribute("data-time-ms"));
      assert.ok(Math.abs(ms / 1000 / seconds - share) < 0.03, `${ms} ms is not at ${share}`);
      await same(name, ms);
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
  await same("film.mp4", 5400);
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

/**
 * Lets the page have the film of a storage of the test's own: `answers` are functions of request and answer, for each
 * request in turn; the last is for all after it. Gives the ranges that were asked for.
 */
async function storage(t, ...answers) {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.headers.range);
    (answers[asked.length - 1] ?? answers.at(-1))(request, response);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  await page.route(media, (route) => route.continue({ url: `http://127.0.0.1:${server.address().port}/` }));
  t.after(async () => {
    await page.unroute(media);
    server.closeAllConnections();
    server.close();
  });
  return asked;
}

const refuse = (_, response) => response.writeHead(403).end("<Error><Code>AccessDenied</Code></Error>");
const rubbish = (_, response) => response.writeHead(200, { "Content-Type": "video/webm" }).end("no film");

/** Gives a film up to a byte; what is then to happen to the connection is the test's matter. */
const give = (name, most, then) => (request, response) => {
  const data = readFileSync(file(name));
  const from = Number(/\d+/.exec(request.headers.range)[0]);
  const headers = { "Content-Range": `bytes ${from}-${data.length - 1}/${data.length}`, "Content-Length": data.length - from };
  response.writeHead(206, { ...headers, "Content-Type": "video/webm", "Accept-Ranges": "bytes" });
  response.write(data.subarray(from, most));
  if (then) void then.then(() => response.destroy());
  else response.end();
};

/** A promise that is kept when `now` is called. */
function later() {
  let now;
  const promise = new Promise((done) => (now = done));
  return Object.assign(promise, { now });
}

test("an address that is refused is asked for again, once, at the start and on the way", async (t) => {
  const asked = [];
  const count = (r) => r.url().endsWith("/playback") && asked.push(r.url());
  page.on("request", count);
  t.after(() => page.off("request", count));
  const cut = later();
  const ranges = await storage(t, refuse, give("long.webm", 250_000, cut), refuse, give("long.webm"));
  await open("long.webm");
  assert.equal(asked.length, 2);
  await page.locator("select").selectOption("4");
  await button("Play").click();
  await past(4);
  cut.now();
  await past(30);
  assert.equal(asked.length, 3, `${ranges}`);
  await button("Pause").click();
  assert.deepEqual(page.faults, []);
});

test("what comes slowly is waited for, and a lost network too; then it goes on where it was", async (t) => {
  const loss = later();
  t.after(() => page.context().setOffline(false));
  await storage(t, give("long.webm", 250_000, loss), give("long.webm"));
  await open("long.webm", "&t=14");
  await button("Play").click();
  await page.getByText("Going to the moment…").waitFor();
  const at = await now();
  assert.ok(at > 14 && at < 23, `${at}`);
  await page.waitForTimeout(500);
  assert.equal(await now(), at, "time stands still");
  await page.context().setOffline(true);
  loss.now();
  await page.getByText("Waiting for the network…").waitFor();
  assert.equal(await now(), at);
  await page.context().setOffline(false);
  await past(at + 0.5);
  assert.ok((await now()) < at + 2.5, "it did not jump");
  await button("Pause").click();
  assert.deepEqual(page.faults, []);
});

test("what the browser cannot play says so, and can be tried again", async (t) => {
  await storage(t, rubbish, rubbish, give("film.webm"));
  await page.goto(`${url}/player.html?id=${ids["film.webm"]}`);
  await page.getByRole("alert").getByText("This browser cannot play the film").waitFor();
  await page.getByText("Only exporters and administrators may download recordings.").waitFor();
  assert.deepEqual(await axe(page), []);
  await button("Try again").click();
  await film().waitFor();
});

test("a film that may not be watched any more says so, in the API's words too", async (t) => {
  const cut = later();
  await storage(t, give("long.webm", 250_000, cut), refuse);
  await open("long.webm");
  const playback = /\/sessions\/\w+\/playback$/;
  const message = ["The recording is longer than may be watched.", "Download it."];
  await page.route(playback, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), playable: false, video: undefined, message } });
  });
  t.after(() => page.unroute(playback));
  await button("Play").click();
  await past(1);
  cut.now();
  const alert = page.getByRole("alert");
  await alert.getByText("The archive does not let this recording be replayed any more. A setting was changed.").waitFor();
  await alert.getByText(message.join(" ")).waitFor();
  assert.deepEqual(await axe(page), []);
  assert.deepEqual(page.faults, []);
});

/** The audit log's entries about a session, of the emulator's own table. */
async function records(id) {
  const dynamo = (action, body) => aws("dynamodb", "1.0", `DynamoDB_20120810.${action}`, body);
  const { TableNames } = await dynamo("ListTables", {});
  const TableName = TableNames.find((name) => name.includes("AuditTable"));
  const found = await dynamo("Scan", {
    TableName,
    FilterExpression: "#s = :id and #a = :play",
    ExpressionAttributeNames: { "#s": "session", "#a": "action" },
    ExpressionAttributeValues: { ":id": { S: id }, ":play": { S: "play" } },
  });
  return found.Items.map(({ detail }) => Object.fromEntries(Object.entries(detail.M).map(([name, { S }]) => [name, S])));
}

test("the audit log says that the whole film was given, each time", async () => {
  const before = await records(ids["film.mp4"]);
  await open("film.mp4");
  const entries = await records(ids["film.mp4"]);
  assert.equal(entries.length, before.length + 1);
  for (const { video, seconds, bytes, segments } of entries) {
    const whole = { video: "whole file", seconds: "0.000-8.000", bytes: String(statSync(file("film.mp4")).size), segments: undefined };
    assert.deepEqual({ video, seconds, bytes, segments }, whole);
  }
});

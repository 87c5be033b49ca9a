// The browser's part of make bench-playback: reads the list of recordings, prints tables for docs/benchmarks.md.
import { Readable } from "node:stream";
import { json } from "node:stream/consumers";
import { launch } from "../e2e/browser.mjs";
import { screensOf, streamed } from "../e2e/truth.mjs";
import { both, kb, mb, mulberry, networks, quantile, row, say, time } from "./measure.mjs";
import { peer } from "./peers.mjs";
import { openPlayer, play, seeks } from "./tapedeck.mjs";

const recordings = await json(process.stdin); // {mb, id, original}
const longest = recordings.findLast(({ mb }) => mb < 700); // that other players get, and that is compared with the truth
const seed = 20261125;
const shares = Array.from({ length: 20 }, mulberry(seed));
const goals = { bytes: 64 << 10, firstMs: 500, p50Ms: 150, maxMs: 500, heap: 64 << 20 };

await first();
await truth();
await playing();

async function first() {
  say("", "### First frame and seeks", "");
  say(`50 clicks at random places of the timeline of the real page, paused, on the built pages under their policy; addresses by the real use case,
ranges by versitygw. Time to the first frame is counted from the request for the recording; \`page\` is the whole way from a click on a link, with
the silent sign-in and the scripts in the cache. Bytes are what API and storage send. The heap is the most that JavaScript had, its arrays
included. Beside it asciinema-player 3.18.0, and xterm.js that is fed from the start until the moment, both from the same storage; they seek
to 20 such places, for at most 20 s. p50 / max. The goals are for 699 MB, and compared with every size.`);
  for (const network of networks) {
    say("", `On ${network.name}:`, "");
    row("recording", "player", "first frame: bytes", "time", "page", "seek: bytes", "time", "heap", "without garbage", "goals");
    row(..."----------".split("").map(() => "---"));
    for (const recording of recordings) {
      await ours(network, recording);
      if (recording.mb > longest.mb) continue;
      await theirs(network, recording, "asciinema", "asciinema-player", shares);
      if (network.conditions)
        await theirs(
          network,
          recording,
          "linear",
          "xterm.js from the start",
          [...shares].sort((a, b) => a - b),
        );
    }
  }
}

async function ours(network, { mb: size, id }) {
  const browser = await launch();
  const opened = await openPlayer(browser, network, id);
  const made = await seeks(opened, 50, seed);
  const took = made.map((seek) => seek.took);
  const bytes = made.map((seek) => seek.bytes);
  await opened.watched.collect();
  await browser.close();
  const { peak, held } = opened.watched;
  const missed = [
    opened.bytes > goals.bytes && "bytes to the first frame",
    opened.sinceAsked > goals.firstMs && "time to the first frame",
    Math.max(...bytes) > goals.bytes && "bytes of a seek",
    quantile(took, 0.5) > goals.p50Ms && "p50 of a seek",
    Math.max(...took) > goals.maxMs && "max of a seek",
    peak > goals.heap && "heap",
  ].filter(Boolean);
  row(
    `${size} MB`,
    "**Tapedeck**",
    kb(opened.bytes),
    time(opened.sinceAsked),
    time(opened.whole),
    both(bytes, kb),
    both(took, time),
    mb(peak),
    mb(held),
    missed.length === 0 ? "met" : `missed: ${missed.join(", ")}`,
  );
}

async function theirs(network, { mb: size, original }, page, name, moments) {
  const read = page === "linear" ? moments.map((share) => share * size * 2 ** 20) : [0]; // for a seek; the other has it all
  const browser = await launch();
  const made = await peer(browser, network, page, original, moments, 20_000, 240_000);
  await browser.close();
  row(
    `${size} MB`,
    name,
    kb(made.bytes),
    made.first === undefined ? `fails: ${made.error}` : time(made.first),
    "",
    made.seeks.length === 0 ? "" : both(read, kb),
    made.seeks.length === 0 ? (made.first === undefined ? "" : `fails: ${made.error}`) : both(made.seeks, time),
    mb(made.peak),
    made.held ? mb(made.held) : "",
    "",
  );
}

async function truth() {
  const browser = await launch();
  const opened = await openPlayer(browser, networks[0], longest.id);
  const made = await seeks(opened, 200, seed + 1);
  await browser.close();
  made.sort((a, b) => a.ms - b.ms);
  const start = performance.now();
  const answer = await fetch(longest.original);
  const truths = await screensOf(
    await streamed(Readable.fromWeb(answer.body)),
    made.map(({ ms }) => ms / 1000),
  );
  const wrong = made.filter(({ text }, i) => text !== truths[i]);
  for (const { ms } of wrong) console.error(`another screen at ${ms} ms`);
  say("", "### The screen at a moment", "");
  say(`${made.length} clicks at random places of the ${longest.mb} MB recording, and the rows of the screen compared with those of one xterm.js that is
fed all of it from the start (in ${Math.round((performance.now() - start) / 1000)} s): **${made.length - wrong.length} of ${made.length} equal**. Goal: all.`);
}

async function playing() {
  say("", "### Playing", "");
  say(`A minute of the ${longest.mb} MB recording on ${networks[1].name}, always from the same moment, a flood of output 7 s later. A frame is dropped
when the page's next one comes a sixtieth of a second too late; twice so late is two. The page's thread and all processes of the browser (which
draws without a graphics card), in percent of one processor. The first row is the same page, paused.`);
  say("");
  row("speed", "played", "frames", "dropped", "longest gap", "page's thread", "browser");
  row(..."-------".split("").map(() => "---"));
  for (const speed of [0, 1, 4, 16]) {
    const browser = await launch();
    const opened = await openPlayer(browser, networks[1], longest.id);
    const seconds = speed === 0 ? 15 : 60;
    const made = await play(browser, opened, longest.id, 87, speed, seconds * 1000);
    await browser.close();
    const share = (used) => `${Math.round((100 * used) / seconds)} %`;
    row(
      speed === 0 ? "paused" : `${speed}x`,
      `${Math.round(made.played)} s`,
      made.frames,
      `${made.dropped} (${((100 * made.dropped) / (made.frames + made.dropped)).toFixed(1)} %)`,
      time(made.longest),
      share(made.task),
      share(made.cpu),
    );
  }
}

// The browser's part of make bench-graphics: reads the list of recordings, prints tables for docs/benchmarks.md.
import { json } from "node:stream/consumers";
import { launch } from "../e2e/browser.mjs";
import { kb, mb, mulberry, networks, quantile, row, say, time } from "./measure.mjs";
import { peer } from "./peers.mjs";
import { openPlayer, play, seeks } from "./tapedeck.mjs";

const recordings = await json(process.stdin); // {name, mb, id, original}
const network = networks[1];
const seed = 20261129;
const shares = Array.from({ length: 10 }, mulberry(seed));
const goals = { firstBytes: 1.5 * 2 ** 20, firstMs: 1000, bytes: 3 * 2 ** 20, ms: 1500 };
const bounds = { seeksMs: 60_000, allMs: 300_000 };

const name = ({ name, mb: size }) => `${name}, ${size} MB`;
const most = (list, write) => `${write(quantile(list, 0.5))} / ${write(quantile(list, 0.95))}`;
const bytes = (n) => (n < 2 ** 20 ? kb(n) : `${(n / 2 ** 20).toFixed(1)} MB`);

await first();
await playing();

async function first() {
  say("", "### Desktops: first frame and seeks", "");
  say(`On ${network.name}: 50 clicks at random places of the timeline of the real page, paused, as under Replay. Beside it, from the same storage, Guacamole's own
SessionRecording (guacamole-common-js), which reads the whole recording before it knows how long it is: its seeks begin then, 10 to such places, for at most
${bounds.seeksMs / 1000} s, and all of it has ${bounds.allMs / 1000} s. p50 / p95.`);
  say("");
  row("recording", "player", "first frame: bytes", "time", "page", "seek: bytes", "time", "heap", "without garbage", "goals");
  row(..."----------".split("").map(() => "---"));
  for (const recording of recordings) {
    await ours(recording);
    await theirs(recording);
  }
}

async function ours(recording) {
  const browser = await launch();
  const opened = await openPlayer(browser, network, recording.id);
  const made = await seeks(opened, 50, seed);
  const took = made.map((seek) => seek.took);
  const sent = made.map((seek) => seek.bytes);
  await opened.watched.collect();
  await browser.close();
  const { peak, held } = opened.watched;
  const missed = [
    opened.bytes > goals.firstBytes && "bytes to the first frame",
    opened.sinceAsked > goals.firstMs && "time to the first frame",
    quantile(sent, 0.95) > goals.bytes && "bytes of a seek",
    quantile(took, 0.95) > goals.ms && "time of a seek",
  ].filter(Boolean);
  row(
    name(recording),
    "**Tapedeck**",
    bytes(opened.bytes),
    time(opened.sinceAsked),
    time(opened.whole),
    most(sent, bytes),
    most(took, time),
    mb(peak),
    mb(held),
    missed.length === 0 ? "met" : `missed: ${missed.join(", ")}`,
  );
}

async function theirs(recording) {
  const browser = await launch();
  const made = await peer(browser, network, "guacamole", recording.original, shares, bounds.seeksMs, bounds.allMs);
  await browser.close();
  const failed = made.error ? `fails: ${made.error}` : "none in its time";
  row(
    name(recording),
    "SessionRecording",
    "", // it is shown while the rest comes
    made.first === undefined ? failed : time(made.first),
    "",
    "",
    made.seeks.length === 0 ? failed : `${most(made.seeks, time)} (${made.seeks.length}), ${time(made.loadedMs)} after the first frame`,
    mb(made.peak),
    made.held ? mb(made.held) : "",
    "",
  );
}

async function playing() {
  const recording = recordings.find(({ mb: size }) => size === 699);
  say("", "### Desktops: playing", "");
  say(
    `A minute of the ${recording.mb} MB recording on ${network.name}, always from the same moment, 4 s before a window of video opens for 18 s. As under Replay.`,
  );
  say("");
  row("speed", "played", "frames", "dropped", "longest gap", "page's thread", "browser");
  row(..."-------".split("").map(() => "---"));
  for (const speed of [0, 1, 4]) {
    const browser = await launch();
    const opened = await openPlayer(browser, network, recording.id);
    const seconds = speed === 0 ? 15 : 60;
    const made = await play(browser, opened, recording.id, 60, speed, seconds * 1000);
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

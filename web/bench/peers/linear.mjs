// Feeds xterm.js the recording from its start, as it comes over the network.
import { Terminal } from "/modules/@xterm/headless/lib-headless/xterm-headless.mjs";

let player;

window.first = async (address) => {
  player = feed(address);
  return (await player.next()).value;
};

/** How long after the start each of some shares of the recording's bytes was reached. */
window.seeks = async (moments) => {
  const reached = [];
  for await (const { share, ms } of player) while (reached.length < moments.length && share >= moments[reached.length]) reached.push(ms);
  return reached;
};

const feedBytes = 1 << 20; // that are parsed at once: xterm.js rests between two writes that are waited for

async function* feed(address) {
  const start = performance.now();
  const answer = await fetch(address, { cache: "no-store" });
  if (!answer.ok) throw new Error(`the storage answered ${answer.status}`);
  const size = Number(answer.headers.get("Content-Length"));
  let terminal;
  let at = 0;
  for await (const { text, bytes } of pieces(answer.body, size)) {
    let output = "";
    const write = () => new Promise((written) => terminal.write(output, written));
    for (const line of text.split("\n")) {
      if (line === "") continue;
      const event = JSON.parse(line);
      terminal ??= new Terminal({ cols: event.width, rows: event.height, scrollback: 0, allowProposedApi: true, logLevel: "off" });
      if (event[1] === "o") output += event[2];
      if (event[1] !== "r") continue;
      await write();
      output = "";
      terminal.resize(...event[2].split("x").map(Number));
    }
    await write();
    at += bytes;
    const ms = performance.now() - start;
    if (at === bytes) yield ms;
    yield { share: at / size, ms };
  }
}

/** Whole lines, as few bytes as come at first and then about feedBytes at once. */
async function* pieces(body, size) {
  const decoder = new TextDecoder();
  let [text, bytes, rest] = ["", 0, size];
  let wanted = 1;
  for (const reader = body.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += decoder.decode(value, { stream: true });
    bytes += value.length;
    rest -= value.length;
    const end = text.lastIndexOf("\n") + 1;
    if (end === 0 || (bytes < wanted && rest > 0)) continue;
    yield { text: text.slice(0, end), bytes };
    [text, bytes, wanted] = [text.slice(end), 0, feedBytes];
  }
}

// What the measurements in the browser have in common: networks, bytes, memory, quantiles, rows of tables.

/** The networks, as the browser's debugger emulates them. */
export const networks = [
  { name: "loopback" },
  { name: "50 Mbps, 40 ms", conditions: { offline: false, latency: 40, downloadThroughput: 50e6 / 8, uploadThroughput: 50e6 / 8 } },
];

/** A debugger on a page, with a network, that counts the bytes of answers whose address `counts`. */
export async function watch(page, network, counts) {
  const session = await page.context().newCDPSession(page);
  const counted = new Set();
  const watched = { session, bytes: 0, peak: 0, held: 0, failure: undefined };
  session.on("Network.responseReceived", ({ requestId, response }) => counts(response.url) && counted.add(requestId));
  session.on("Network.dataReceived", ({ requestId, encodedDataLength }) => {
    if (counted.has(requestId)) watched.bytes += encodedDataLength;
  });
  session.on("Network.loadingFailed", ({ requestId, errorText }) => {
    if (counted.has(requestId)) watched.failure = errorText;
  });
  await session.send("Network.enable");
  if (network.conditions) await session.send("Network.emulateNetworkConditions", network.conditions);
  const heap = async () => {
    const { usedSize, backingStorageSize } = await session.send("Runtime.getHeapUsage");
    return usedSize + backingStorageSize;
  };
  /** Looks how much JavaScript has, with its arrays, and remembers the most. */
  watched.look = async () => (watched.peak = Math.max(watched.peak, await heap()));
  /** What is left of it when the garbage is gone. */
  watched.collect = async () => {
    await session.send("HeapProfiler.collectGarbage");
    watched.held = await heap();
  };
  return watched;
}

/** The q-th of some numbers. */
export function quantile(list, q) {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

/** A number between 0 and 1 again and again, from a seed (mulberry32). */
export function mulberry(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const say = (...lines) => console.log(lines.join("\n"));
export const row = (...cells) => say(`| ${cells.join(" | ")} |`);
export const kb = (bytes) => (bytes < 2 ** 20 ? `${Math.round(bytes / 1024)} KB` : mb(bytes));
export const mb = (bytes) => `${Math.round(bytes / 2 ** 20)} MB`;
export const time = (ms) => (ms < 10_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
export const both = (list, write) => `${write(quantile(list, 0.5))} / ${write(quantile(list, 1))}`;

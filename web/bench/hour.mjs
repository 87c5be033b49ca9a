// A part of make bench-cost: the player's own code, without a page, watches sessions one after the other as fast as it
// can be fed, on a clock of its own. Reads {api, token, ids, seconds}; prints what the storage was asked for.
import { json } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const { api, token, ids, seconds } = await json(process.stdin);
const stepMs = 250; // of the recording; a page has its frames more often
const made = fileURLToPath(new URL("../../.tools/hour/", import.meta.url));

await build({
  configFile: false,
  logLevel: "warn",
  root: fileURLToPath(new URL("..", import.meta.url)),
  ssr: { noExternal: true },
  build: {
    ssr: true,
    outDir: made,
    emptyOutDir: true,
    rollupOptions: {
      input: { load: "src/player-view/load.ts", client: "src/api/client.ts", index: "src/player/index-file.ts" },
      output: { entryFileNames: "[name].mjs", chunkFileNames: "[name].mjs" },
    },
  },
});
await watch(await import(`${made}load.mjs`), await import(`${made}client.mjs`), await import(`${made}index.mjs`));

async function watch({ loadSession, loadRecording, asker }, { apiClient }, { segmentAt }) {
  let clock = 0;
  performance.now = () => clock; // what the player goes by
  const counted = { requests: 0, bytes: 0, watched: 0, sessions: 0, played: 0 };
  let flying = 0;
  const real = fetch;
  globalThis.fetch = async (request, init) => {
    flying++;
    try {
      const answer = await real(request, init);
      const body = await answer.arrayBuffer();
      if (typeof request === "string") {
        counted.requests++; // the API's client sends a Request
        counted.bytes += body.byteLength;
      }
      return new Response(body, answer);
    } finally {
      flying--;
    }
  };
  const settled = async () => {
    do await new Promise((done) => setImmediate(done));
    while (flying > 0);
  };
  const client = apiClient(api, () => Promise.resolve(token));
  for (let at = 0; counted.watched < seconds; at++) {
    const id = ids[at % ids.length];
    const { signal } = new AbortController();
    await loadSession(client, id, signal);
    const { playback, opened } = await loadRecording(client, id, asker(client, id, signal), signal);
    if (!opened) throw new Error(`${id} is not replayed: ${playback.message}`);
    const { reader } = opened;
    counted.sessions++;
    let shown = -1;
    for (let ms = 0; ms < reader.index.durationMs && counted.watched < seconds; ms += stepMs) {
      clock += stepMs;
      counted.watched += stepMs / 1000;
      reader.ahead(ms, 1);
      const n = segmentAt(reader.index.segments, ms);
      if (n !== shown) await reader.segment((shown = n));
      await settled();
    }
  }
  console.log(JSON.stringify(counted));
}

// The page for an export at home: one file, that opens from the disk and asks for nothing.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const made = "../dist/offline/"; // by `make build-offline`

const onePage: Plugin = {
  name: "one-page",
  enforce: "post", // styles come at the end
  generateBundle(_, bundle) {
    const parts = { script: "", style: "" };
    for (const [name, part] of Object.entries(bundle)) {
      if (part.type === "chunk") parts.script += part.code;
      else if (name.endsWith(".css")) parts.style += String(part.source);
      else this.error(`the page cannot hold ${name}`);
      delete bundle[name];
    }
    const script = parts.script.trim();
    const style = parts.style.trim();
    // What would end or change a script where the page is read as markup, and what browsers make another line end of.
    if (/<\/script|<!--|\r/i.test(script) || /<\/style|\r/i.test(style)) this.error("script or style cannot stand in a page as they are");
    const policy = [
      "default-src 'none'",
      `script-src '${hash(script)}' 'wasm-unsafe-eval'`,
      `style-src '${hash(style)}'`,
      "worker-src blob:",
      "img-src data: blob:",
      "connect-src 'none'",
      "form-action 'none'",
      "base-uri 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types tapedeck-offline",
    ].join("; ");
    const worker = Buffer.concat([readFileSync(`${made}wasm_exec.js`), readFileSync("src/offline/worker.js")]);
    const blocks = { policy, style, script, program: packed(readFileSync(`${made}offline.wasm`)), worker: packed(worker) };
    const page = readFileSync("src/offline/page.html", "utf8");
    this.emitFile({
      type: "asset",
      fileName: "offline.html",
      source: page.replace(/\{\{(\w+)\}\}/g, (_, name: keyof typeof blocks) => blocks[name]),
    });
  },
};

function hash(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function packed(bytes: Buffer): string {
  return gzipSync(bytes, { level: 9 }).toString("base64");
}

export default defineConfig({
  plugins: [onePage],
  build: {
    target: "es2022",
    emptyOutDir: false,
    cssCodeSplit: false,
    modulePreload: false,
    chunkSizeWarningLimit: 8000,
    rollupOptions: { input: "src/offline/main.ts" },
  },
});

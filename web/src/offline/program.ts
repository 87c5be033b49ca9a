// The program is in the page itself (vite.offline.config.ts): blocks of data that are compressed and written as base64.

interface Policies {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): { createScriptURL(url: string): string };
}

let compiled: Promise<WebAssembly.Module> | undefined;
let address: Promise<string> | undefined;
let ready = "";

/** The program, compiled. The worker's script is ready too when this resolves. */
export async function program(): Promise<WebAssembly.Module> {
  compiled ??= block("program").then((bytes) => WebAssembly.compile(bytes));
  address ??= block("worker").then((bytes) => URL.createObjectURL(new Blob([bytes], { type: "text/javascript" })));
  ready = await address;
  return compiled;
}

/** Starts a worker that waits for `{module, file, passphrase}`. Call when program() has resolved. */
export function startWorker(): Worker {
  return new Worker(trusted(ready));
}

let policy: ReturnType<Policies["createPolicy"]> | undefined;

/** The one address that becomes a script: where the browser knows Trusted Types, the page's policy lets through no other. */
function trusted(url: string): string {
  const { trustedTypes } = window as { trustedTypes?: Policies };
  policy ??= trustedTypes?.createPolicy("tapedeck-offline", {
    createScriptURL: (given) => {
      if (given !== ready) throw new TypeError("not the worker's address");
      return given;
    },
  });
  return policy?.createScriptURL(url) ?? url;
}

async function block(id: string): Promise<ArrayBuffer> {
  const text = document.getElementById(id)!.textContent;
  const compressed = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return new Response(new Blob([compressed]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

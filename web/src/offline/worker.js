// Runs the program (cmd/offline), once. Go's wasm_exec.js stands before it.
onmessage = async ({ data }) => {
  globalThis.job = data;
  const go = new Go();
  await go.run(await WebAssembly.instantiate(data.module, go.importObject));
  postMessage({ kind: "ended" });
};

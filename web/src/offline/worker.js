// Runs the program (cmd/offline), once. Go's wasm_exec.js stands before it.
onmessage = async ({ data }) => {
  globalThis.job = { ...data, ...slices(data.file) };
  const go = new Go();
  await go.run(await WebAssembly.instantiate(data.module, go.importObject));
  postMessage({ kind: "ended" });
};

/** Reads a file, always into the same place: what Go has had in its hands stays until Go rests, and it never does. */
function slices(file) {
  const block = new Uint8Array(1 << 20);
  const reader = new FileReaderSync();
  let bytes = 0;
  const read = (at, length) => {
    const slice = new Uint8Array(reader.readAsArrayBuffer(file.slice(at, at + length)));
    block.set(slice);
    bytes += slice.length;
    postMessage({ kind: "read", bytes });
    return slice.length;
  };
  return { size: file.size, block, read };
}

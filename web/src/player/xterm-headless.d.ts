// The package's "module" field names a file that is not in it; its ES module is imported by its real path instead.
declare module "@xterm/headless/lib-headless/xterm-headless.mjs" {
  export { Terminal } from "@xterm/headless";
}

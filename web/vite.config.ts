import { defineConfig, type Plugin } from "vite";

/** The component kit brings a web font; these pages use the system's. */
const noFonts: Plugin = {
  name: "no-fonts",
  enforce: "pre",
  transform(code, id) {
    if (!id.split("?")[0].endsWith(".css") || !code.includes("@font-face")) return null;
    return { code: code.replace(/@font-face\s*\{[^}]*\}/g, ""), map: null };
  },
};

export default defineConfig({
  plugins: [noFonts],
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
    rollupOptions: {
      input: ["index.html", "player.html", "exports.html", "settings.html", "activity.html"],
      onwarn: (warning, show) => warning.code !== "MODULE_LEVEL_DIRECTIVE" && show(warning), // "use client" is for servers
    },
  },
});

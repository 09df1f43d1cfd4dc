// Bundles the program into dist/: one small entry, one chunk a command, each dependency in a chunk of its own use.
import { chmod, rm } from "node:fs/promises";
import { rolldown } from "rolldown";

await rm("dist", { recursive: true, force: true });
const bundle = await rolldown({
  input: { cli: "src/cli.ts", "template-worker": "src/render/template-worker.ts" },
  platform: "node",
  logLevel: "warn",
});
await bundle.write({
  dir: "dist",
  format: "esm",
  minify: true,
  entryFileNames: "[name].js",
  chunkFileNames: "[name]-[hash].js",
});
await bundle.close();
await chmod("dist/cli.js", 0o755);

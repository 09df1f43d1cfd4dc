// Bundles the program into dist/: a small entry, a chunk a command, one for what they share, and each dependency apart.
import { chmod, rm } from "node:fs/promises";
import { rolldown } from "rolldown";

/** What every command that looks needs, in one file: opening another costs more than reading past a little code. */
const LOOKING =
  /src[\\/](commands[\\/](call|registry|program|status)|git[\\/](repository|status|commits|diff|refs|write)|model[\\/](?!failure|schema|plan|impact|decisionlog|restore|facts[\\/](coverage|languages|subject|tests))|store[\\/](files|journal|state|config)|terminal[\\/](style|output|lines|status)|workflows[\\/](place|session|range|gather|views|minutes|status))/;

/** What runs before anything else is loaded. */
const EARLY = /src[\\/](git[\\/]read|model[\\/]failure|version)/;

await rm("dist", { recursive: true, force: true });
const bundle = await rolldown({
  input: { cli: "src/cli.ts", "template-worker": "src/render/template-worker.ts" },
  platform: "node",
  logLevel: "warn",
  preserveEntrySignatures: false,
});
await bundle.write({
  dir: "dist",
  format: "esm",
  minify: true,
  entryFileNames: "[name].js",
  chunkFileNames: "[name]-[hash].js",
  codeSplitting: {
    includeDependenciesRecursively: false,
    groups: [
      { name: "early", test: EARLY },
      { name: "looking", test: LOOKING },
    ],
  },
});
await bundle.close();
await chmod("dist/cli.js", 0o755);

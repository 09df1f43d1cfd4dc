// Writes the JSON schemas of the settings, of exports and of builds, from the rules that the program itself checks by.
import { writeFile } from "node:fs/promises";
import { toJsonSchema } from "@valibot/to-json-schema";
import { rolldown } from "rolldown";

await publish(
  "config",
  "Settings of session",
  await rules("src/settings/schema.ts").then((each) => each.configSchema()),
);
await publish(
  "export",
  "Sessions exported by session",
  await rules("src/transfer/portable/schema.ts").then((each) => each.exportSchema),
);
await publish(
  "ci",
  "The state of a build, for session: .session/ci.json",
  await rules("src/facts/formats/ci-schema.ts").then((each) => each.CI_SCHEMA),
);

async function publish(name, title, schema) {
  const json = { title, ...toJsonSchema(schema, { errorMode: "ignore" }) };
  await writeFile(`schemas/${name}.schema.json`, `${JSON.stringify(json, null, 2)}\n`);
}

async function rules(input) {
  const bundle = await rolldown({ input, platform: "node", logLevel: "warn" });
  const { output } = await bundle.generate({ format: "esm", minify: false });
  await bundle.close();
  return import(`data:text/javascript;base64,${Buffer.from(output[0].code).toString("base64")}`);
}

// Writes the JSON schema of .session/config.yaml for editors, from the rules that the program itself checks by.
import { writeFile } from "node:fs/promises";
import { toJsonSchema } from "@valibot/to-json-schema";
import { rolldown } from "rolldown";

const bundle = await rolldown({ input: "src/model/schema.ts", platform: "node", logLevel: "warn" });
const { output } = await bundle.generate({ format: "esm", minify: false });
await bundle.close();
const module = await import(`data:text/javascript;base64,${Buffer.from(output[0].code).toString("base64")}`);
const schema = toJsonSchema(module.configSchema(), { errorMode: "ignore" });
await writeFile(
  "schemas/config.schema.json",
  `${JSON.stringify({ title: "Settings of session", ...schema }, null, 2)}\n`,
);

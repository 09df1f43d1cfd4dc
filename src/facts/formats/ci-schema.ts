/** Defines the format of `.session/ci.json`. Its published JSON schema is generated from these rules. */
import * as v from "valibot";

const word = (most: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(most));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const address = v.pipe(word(1000), v.regex(/^https?:\/\/[^\s<>"'`@]+$/));
const status = v.picklist(["passed", "failed", "running", "cancelled", "skipped"]);

const described = <T extends v.GenericSchema>(schema: T, text: string) => v.pipe(schema, v.description(text));

/** The schema of `.session/ci.json`. */
export const CI_SCHEMA = v.object({
  version: described(v.literal(1), "Version of this format."),
  commit: described(
    v.pipe(v.string(), v.regex(/^[0-9a-f]{7,64}$/)),
    "Id of the commit that was built, in lower case; best in full.",
  ),
  status: described(status, "State of the build: running, or how it ended."),
  name: v.optional(described(word(200), "Name of the pipeline or workflow.")),
  branch: v.optional(described(word(500), "The branch that was built.")),
  url: v.optional(described(address, "Address of its page.")),
  time: v.optional(
    described(v.pipe(v.string(), v.isoTimestamp()), "When it ended, such as 2024-05-01T10:00:00Z."),
  ),
  jobs: v.optional(
    v.pipe(
      v.array(v.object({ name: word(200), status, url: v.optional(address) })),
      v.maxLength(500),
      v.description("The parts of the build."),
    ),
  ),
  tests: v.optional(
    described(v.object({ passed: count, failed: count, skipped: v.optional(count) }), "Numbers of tests."),
  ),
  coverage: v.optional(
    described(v.pipe(v.number(), v.minValue(0), v.maxValue(100)), "Line coverage, in percent."),
  ),
});

/** The content of `.session/ci.json`. */
export type CiFile = v.InferOutput<typeof CI_SCHEMA>;

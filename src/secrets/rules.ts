/** Runs the recommended rules of secretlint. Loaded only for a text in which they might find a secret. */
import { lintSource } from "@secretlint/core";
import { rules } from "@secretlint/secretlint-rule-preset-recommend";
import type { SecretLintCoreConfig } from "@secretlint/types";
import type { Spot } from "../text/secrets.ts";

/**
 * Rules of secretlint that are left out: with comments, a text could turn rules off; and this program's own
 * rules find private keys.
 */
const LEFT_OUT = /-(?:filter-comments|gcp)$/;

const config: SecretLintCoreConfig = {
  rules: rules
    .filter((each) => !LEFT_OUT.test(each.meta.id))
    .map((rule) => ({ id: rule.meta.id, rule, options: {} })),
};

/** Returns the positions at which secretlint's rules find a secret. */
export async function ruleSpots(text: string): Promise<Spot[]> {
  const source = { content: text, filePath: "text.txt", ext: ".txt", contentType: "text" as const };
  const { messages } = await lintSource({ source, options: { noPhysicFilePath: true, config } });
  return messages.map(({ ruleId, range: [start, end] }) => ({
    rule: ruleId.replace(/^@secretlint\/secretlint-rule-/, ""),
    start,
    end,
  }));
}

/** Runs the recommended rules of secretlint, loaded only for a text in which they could find something. */
import { lintSource } from "@secretlint/core";
import { rules } from "@secretlint/secretlint-rule-preset-recommend";
import type { SecretLintCoreConfig } from "@secretlint/types";
import type { Spot } from "../text/secrets.ts";

/**
 * Rules left out: a text could turn rules off with comments, and this program's own rules know private keys.
 */
const LEFT_OUT = /-(?:filter-comments|gcp)$/;

const config: SecretLintCoreConfig = {
  rules: rules
    .filter((each) => !LEFT_OUT.test(each.meta.id))
    .map((rule) => ({ id: rule.meta.id, rule, options: {} })),
};

/** Returns the places where secretlint's rules find something. */
export async function ruleSpots(text: string): Promise<Spot[]> {
  const source = { content: text, filePath: "text.txt", ext: ".txt", contentType: "text" as const };
  const { messages } = await lintSource({ source, options: { noPhysicFilePath: true, config } });
  return messages.map(({ ruleId, range: [start, end] }) => ({
    rule: ruleId.replace(/^@secretlint\/secretlint-rule-/, ""),
    start,
    end,
  }));
}

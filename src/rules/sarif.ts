/** Formats findings as SARIF 2.1.0, which forges show next to the code. */
import { defined } from "../text/defined.ts";
import type { Finding } from "./check.ts";

/**
 * Returns findings as a SARIF log.
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarifOf(findings: readonly Finding[], version: string): object {
  const ids = [...new Set(findings.map((each) => each.rule))];
  const sayOf = new Map(findings.map((each) => [each.rule, each.say]));
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "session",
            version,
            rules: ids.map((id) => ({ id, shortDescription: { text: sayOf.get(id) || id } })),
          },
        },
        results: findings.map(({ rule, severity, say, path, line, text }) => ({
          ruleId: rule,
          ruleIndex: ids.indexOf(rule),
          level: severity,
          message: { text: `${say || rule}: ${text}` },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: encodeURI(path), uriBaseId: "%SRCROOT%" },
                ...defined({ region: line === null ? undefined : { startLine: line } }),
              },
            },
          ],
        })),
      },
    ],
  };
}

import type { rulesShown } from "../../checkpoint/rules.ts";
import type { Checked, Finding } from "../../rules/check.ts";
import { oneLine } from "../../text/foreign-text.ts";
import { plural } from "../../text/plural.ts";
import { signs } from "../signs.ts";
import { bold, dim, red, yellow } from "../style.ts";

/** Returns the findings by file, then their count. `rules`: the number of configured rules. */
export function findingLines({ findings, more }: Checked, rules: number): string[] {
  if (rules === 0) return [`no rules  ${dim("set context.rules in .session/config.yaml")}`];
  const errors = findings.filter((each) => each.severity === "error").length;
  const count = findings.length + more;
  return [
    ...findings.flatMap(oneFinding),
    ...(more > 0 ? [dim(`${signs().more} ${more} more`)] : []),
    count === 0
      ? "no findings"
      : `${plural(count, "finding")}${errors > 0 ? `, ${plural(errors, "error")}` : ""}`,
  ];
}

function oneFinding({ path, line, rule, severity, say, text }: Finding): string[] {
  const mark = severity === "error" ? red("error") : yellow("warning");
  const place = `${oneLine(path)}${line === null ? "" : `:${line}`}`;
  return [
    `${bold(place)}  ${mark}  ${oneLine(rule)}${say === "" ? "" : `: ${oneLine(say)}`}`,
    `    ${dim(oneLine(text))}`,
  ];
}

/** Returns rules as YAML for the configuration, and the shipped sets as comments. */
export async function rulesText({ rules, sets }: Awaited<ReturnType<typeof rulesShown>>): Promise<string> {
  const { stringify } = await import("yaml");
  const shown = rules.length > 0 ? [stringify({ context: { rules } }, { lineWidth: 0 }).trimEnd()] : [];
  const listed = sets.map(({ name, does }) => `# - set: ${name}  # ${does}`);
  const heading = "# Shipped sets, for context.rules; session check --rules <set> prints one:";
  return [...shown, ...(sets.length > 0 ? [heading, ...listed] : [])].join("\n");
}

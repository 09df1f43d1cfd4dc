import { type Command, Option } from "@commander-js/extra-typings";
import { checkRules, rangeHere, rangeNamed, rulesShown } from "../checkpoint/rules.ts";
import type { About } from "../cli/command.ts";
import { findingLines, rulesText } from "../terminal/screens/rules.ts";
import { version } from "../version.ts";

export const about: About = {
  name: "check",
  group: "Keep track",
  order: 55,
  summary: "Check added lines against the rules of the settings",
  description:
    "Checks what this session adds, committed or not, against context.rules: forbidden patterns, imports, and files that go together. Exits with 1 if a rule of severity error is broken.",
  examples: [
    ["session check", "everything that this session adds"],
    ["session check --staged", "only what git commit would add"],
    ["session check main..HEAD --sarif > rules.sarif", "a report for a forge"],
    ["session check --rules", "the rules in force, as YAML"],
    ["session check --rules hexagonal", "a shipped set to adapt"],
  ],
};

export function define(command: Command): void {
  command
    .argument("[range]", "a commit, or two as git diff takes them (default: this session)")
    .option("--staged", "check only what is staged")
    .option("--strict", "refuse warnings too: exit with 1")
    .addOption(new Option("--sarif", "print SARIF 2.1.0, which forges show").conflicts("rules"))
    .option("--rules [set]", "print the rules in force, or those of a shipped set")
    .does(async ({ place: open, out }, range, options) => {
      const place = await open();
      if (options.rules !== undefined) {
        const shown = await rulesShown(place, options.rules === true ? undefined : options.rules);
        for (const each of shown.problems) out.warn(each);
        out.data(await rulesText(shown), shown);
        return 0;
      }
      const here = () => (range === undefined ? rangeHere(place) : rangeNamed(place, range));
      const checked = await checkRules(place, options.staged ? { between: ["--cached"] } : await here());
      for (const each of checked.problems) out.warn(each);
      const { findings, problems } = checked;
      if (options.sarif) {
        const sarif = (await import("../rules/sarif.ts")).sarifOf(findings, version());
        out.data(JSON.stringify(sarif, null, 2), sarif);
      } else out.screen(findingLines(checked, place.config.context.rules.length).join("\n"), checked);
      const failing = options.strict ? findings : findings.filter((each) => each.severity === "error");
      return failing.length + problems.length > 0 ? 1 : 0;
    });
}

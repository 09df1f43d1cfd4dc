import { type Command, Option } from "@commander-js/extra-typings";
import type { About, OptionsOf } from "../cli/command.ts";
import { choice } from "../cli/options.ts";
import { Failure } from "../session/failure.ts";
import { environment } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { type Limit, tokens } from "../text/limits.ts";
import { type BriefRequest, briefText } from "../views/texts.ts";

export const about: About = {
  name: "brief",
  group: "Pick up",
  order: 10,
  summary: "Print what somebody needs to start working on this branch",
  description: "What a person or an agent needs to start working on this branch, in a size that fits.",
  examples: [
    ["session brief", "for reading, at most 9500 bytes"],
    ["session brief --max-tokens 800", "the same, shorter"],
    ["session brief --agent claude --since-last", "what is new for an agent that had one before"],
    ["session brief --format json", "every field"],
  ],
};

const flags = (command: Command) =>
  command
    .addOption(choice("--format <format>", "markdown, json or xml", ["markdown", "json", "xml"], "markdown"))
    .option("--agent <name>", "as much as this agent takes at its start (claude, codex, …)")
    .option("--max-tokens <n>", "upper bound, about 4 bytes a token")
    .addOption(new Option("--max-chars <n>", "upper bound in UTF-16 units").conflicts("maxTokens"))
    .addOption(new Option("--full", "all of it, however long").conflicts(["maxTokens", "maxChars"]))
    .option("--since-last", "only what changed since this agent was last given one");

type Options = OptionsOf<typeof flags>;

export function define(command: Command): void {
  flags(command).does(async ({ place: open, out }, options) => {
    const limit = await limitOfOptions(options);
    const request: BriefRequest = {
      format: options.format,
      full: options.full ?? false,
      strict: options.maxTokens !== undefined || options.maxChars !== undefined,
      ...defined({ limit }),
    };
    const place = await open();
    // Loaded where it is asked for.
    const brief = options.sinceLast
      ? await (await import("../views/since.ts")).briefSince(place, agentOf(options), request)
      : await briefText(place, request);
    for (const problem of brief.problems) out.warn(problem);
    const isCut = options.format === "json" && limit !== undefined;
    out.data(brief.text, isCut ? JSON.parse(brief.text) : brief.view);
  });
}

/** Who reads it: what was typed, else what the environment says, else a person. */
function agentOf({ agent }: Options): string {
  return agent ?? (environment().SESSION_AGENT || "person");
}

async function limitOfOptions(options: Options): Promise<Limit | undefined> {
  const { maxTokens, maxChars, agent } = options;
  if (maxTokens !== undefined) return tokens(whole("--max-tokens", maxTokens, 100));
  if (maxChars !== undefined) return { unit: "chars", most: whole("--max-chars", maxChars, 400) };
  // Loads the agents only if one is named.
  return agent === undefined ? undefined : (await import("../agents/catalog/limit.ts")).limitOf(agent);
}

function whole(option: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new Failure("usage", `${option} takes a whole number from ${least}, not "${text}"`);
}

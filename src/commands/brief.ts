import { type Command, Option } from "@commander-js/extra-typings";
import type { About, OptionsOf } from "../cli/command.ts";
import { choice } from "../cli/options.ts";
import { Failure } from "../session/failure.ts";
import { environment } from "../surroundings.ts";
import { defined } from "../text/defined.ts";
import { type Limit, tokens } from "../text/limits.ts";
import { type BriefRequest, briefText } from "../views/brief/brief-text.ts";

export const about: About = {
  name: "brief",
  group: "Pick up",
  order: 10,
  pager: true,
  everyday: true,
  summary: "Print what you need to start working on this branch",
  description:
    "Prints what a person or an agent needs to start working on this branch: goal, state, decisions, blockers, next step. The size is limited.",
  examples: [
    ["session brief", "at most 9500 bytes"],
    ["session brief --max-tokens 800", "the same, shorter"],
    ["session brief --agent claude --since-last", "what is new for this agent"],
    ["session brief --format json", "every field, as data"],
  ],
};

const flags = (command: Command) =>
  command
    .addOption(choice("--format <format>", "set the output format", ["markdown", "json", "xml"], "markdown"))
    .option("--agent <agent>", "limit to what this agent reads at its start")
    .option("--max-tokens <n>", "limit to <n> tokens of about 4 bytes")
    .addOption(new Option("--max-chars <n>", "limit to <n> UTF-16 units").conflicts("maxTokens"))
    .addOption(
      new Option("--full", "print everything, whatever its length").conflicts(["maxTokens", "maxChars"]),
    )
    .option("--since-last", "print only changes since this agent's last brief");

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
    // Imported only for this option.
    const brief = options.sinceLast
      ? await (await import("../views/brief/brief-since.ts")).briefSince(place, agentOf(options), request)
      : await briefText(place, request);
    for (const problem of brief.problems) out.warn(problem);
    const isCut = options.format === "json" && limit !== undefined;
    out.data(brief.text, isCut ? JSON.parse(brief.text) : brief.view);
  });
}

/**
 * Returns the reader of the brief: the agent of the option, else the agent that the environment names, else a
 * person.
 */
function agentOf({ agent }: Options): string {
  return agent ?? (environment().SESSION_AGENT || "person");
}

async function limitOfOptions(options: Options): Promise<Limit | undefined> {
  const { maxTokens, maxChars, agent } = options;
  if (maxTokens !== undefined) return tokens(whole("--max-tokens", maxTokens, 100));
  if (maxChars !== undefined) return { unit: "chars", most: whole("--max-chars", maxChars, 400) };
  // Loads the table of agents only if an agent is named.
  return agent === undefined ? undefined : (await import("../agents/catalog/limit.ts")).limitOf(agent);
}

function whole(option: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new Failure("usage", `${option} takes a whole number of at least ${least}, not "${text}"`);
}

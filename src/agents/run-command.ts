/**
 * Builds the command of an agent: program, arguments, brief and prompt. Programs come from the table of
 * agents or from the user's settings, never from the repository.
 */

import path from "node:path";
import { homes, loadConfigOf, type Place, userConfigFile } from "../place/place.ts";
import { findProgram, isProgram } from "../place/programs.ts";
import { Failure } from "../session/failure.ts";
import type { AgentCommand } from "../store/settings/agent-commands.ts";
import { defined } from "../text/defined.ts";
import { nearest } from "../text/nearest.ts";
import { briefSince, recordBriefRead } from "../views/brief/brief-since.ts";
import { briefText } from "../views/brief/brief-text.ts";
import { AGENTS } from "./catalog/all.ts";
import { limitOf } from "./catalog/limit.ts";
import { briefByHooks } from "./hook-gaps.ts";
import type { Agent, Asked } from "./shapes/agent.ts";

/** Maximum bytes of a prompt, and of a prompt that the agent takes as an argument. */
const MAX_PROMPT = 4 * 1024 * 1024;
const MAX_ARGUMENT = 100_000;

/** The words that add a prompt to `session run`. */
export const PROMPT_WORDS = '-m "..."';

/** Bytes that a brief may add to the prompt: Linux accepts arguments of 128 KiB. */
const ROOM = 16_000;

/** An agent that can be started: from the table, from the user's settings, or both. */
export interface Startable {
  readonly name: string;
  readonly label: string;
  readonly agent?: Agent;
  readonly own?: AgentCommand;
}

/**
 * Returns the agent of a name.
 * @throws Failure `unknown-agent` (exit 2), with the nearest name.
 */
export async function startable(place: Place, name: string): Promise<Startable> {
  const { commands } = await loadConfigOf(place.repository);
  const own = commands.get(name);
  const agent = AGENTS.find((each) => each.name === name && (each.runs !== undefined || own !== undefined));
  if (agent || own)
    return { name, label: agent?.label ?? name, ...(agent && { agent }), ...(own && { own }) };
  const names = [
    ...new Set([...AGENTS.flatMap((each) => (each.runs ? [each.name] : [])), ...commands.keys()]),
  ];
  const [close] = nearest(name, names, 1);
  throw new Failure("unknown-agent", `cannot start an agent "${name}"`, {
    advice:
      close === undefined
        ? `known agents: ${names.join(", ")}; for another one, set agents.<name>.command in ${userConfigFile()}`
        : `did you mean ${close}?`,
  });
}

/** The circumstances from which the agent's command line is made. */
export interface CommandRequest {
  readonly prompt: string | undefined;
  /** True if the user sits at a terminal. */
  readonly talks: boolean;
  readonly background: boolean;
  /** Id of a conversation to continue. */
  readonly conversation?: string;
  /** The words that add a prompt to the called command, for hints. Default: `-m "..."`. */
  readonly promptWords?: string;
}

/** An agent's program with its arguments and input. */
export interface AgentProgram {
  /** Absolute path of the agent's program. */
  readonly program: string;
  readonly args: readonly string[];
  /** Text for the program's standard input. */
  readonly input?: string;
  /** Id of the new conversation, for agents that accept an id. */
  readonly conversation?: string;
  /** Reason why the program passes the brief although hooks are installed, as a sentence for the user. */
  readonly why?: string;
}

/**
 * Checks a request before any branch or worktree is made.
 * @throws Failure `no-program`, `prompt-needed`, `prompt-too-long`.
 */
export function checkCommand(which: Startable, request: CommandRequest): void {
  const { prompt, talks } = request;
  if (prompt !== undefined && Buffer.byteLength(prompt) > MAX_PROMPT)
    throw new Failure("prompt-too-long", `a prompt can have at most ${MAX_PROMPT} bytes`);
  if (prompt === undefined && !talks && !which.own)
    throw new Failure("prompt-needed", `without a terminal, ${which.label} needs a prompt`, {
      hint: request.promptWords ?? PROMPT_WORDS,
    });
  programOf(which);
  if (!formOf(which, request).reads && Buffer.byteLength(prompt ?? "") > MAX_ARGUMENT) throw tooLong(which);
}

const tooLong = ({ label }: Startable): Failure =>
  new Failure("prompt-too-long", `${label} takes a prompt of at most ${MAX_ARGUMENT} bytes`, {
    advice: "put the prompt into a file and name the file",
    hint: "session workspace add <file>",
  });

/** Returns the user's own words of the command, and how the agent runs; `reads`: from standard input. */
function formOf({ agent, own }: Startable, { talks, background }: CommandRequest) {
  const words = (background ? own?.background : undefined) ?? own?.command;
  // A command with `{prompt}` is complete: nothing of ours is added.
  const isWhole = own?.background !== undefined || words?.some((each) => each.includes("{prompt}"));
  const runs = isWhole ? undefined : agent?.runs;
  return { words, runs, reads: runs?.reads === true && !talks };
}

const programOf = (which: Startable): string =>
  which.own ? ownProgram(which.name, which.own.command[0] ?? "") : knownProgram(which);

/**
 * Returns program and arguments for an agent in a place. Adds the brief if no hook of ours brings it; a
 * continued conversation only gets the changes since its brief.
 * @throws the failures of `checkCommand`.
 */
export async function commandOf(
  place: Place,
  which: Startable,
  request: CommandRequest,
): Promise<AgentProgram> {
  const { prompt, talks } = request;
  const { words, runs, reads } = formOf(which, request);
  const program = words ? ownProgram(which.name, words[0] ?? "") : knownProgram(which);
  const goesOn = request.conversation !== undefined && runs?.resumes !== undefined;
  const { works, brief, why } = await along(place, which, goesOn);
  const named =
    request.conversation ?? (runs?.resumes === "named" && !goesOn ? crypto.randomUUID() : undefined);
  const conversation =
    named === undefined || runs?.resumes === undefined ? undefined : { id: named, begun: goesOn };
  const whole = runs?.briefs ? prompt : joined(brief, prompt);
  const asked: Asked = {
    installed: works,
    ...defined({ prompt: whole }),
    ...(runs?.briefs && brief !== undefined ? { brief } : {}),
    ...defined({ conversation }),
  };
  const args = runs
    ? [...(words?.slice(1) ?? []), ...(talks ? runs.talk(asked) : runs.task(asked))]
    : filled(words?.slice(1) ?? [], whole);
  if (args.some((each) => Buffer.byteLength(each) > MAX_ARGUMENT + ROOM)) throw tooLong(which);
  return {
    program,
    args,
    ...(reads && whole !== undefined ? { input: whole } : {}),
    ...(conversation === undefined ? {} : { conversation: conversation.id }),
    ...defined({ why }),
  };
}

function joined(brief: string | undefined, prompt: string | undefined): string | undefined {
  const parts = [brief, prompt].filter((each) => each !== undefined && each !== "");
  return parts.length === 0 ? undefined : parts.join("\n\n---\n\n");
}

/** Returns the user's arguments with the prompt in place of `{prompt}`, or as the last argument. */
function filled(args: readonly string[], prompt: string | undefined): string[] {
  if (!args.some((each) => each.includes("{prompt}")))
    return [...args, ...(prompt === undefined ? [] : [prompt])];
  return args.map((each) => each.replaceAll("{prompt}", () => prompt ?? ""));
}

/** A brief that an agent gets with its prompt. */
interface Along {
  /** True if a working hook of ours brings the brief. */
  readonly works: boolean;
  readonly brief?: string;
  /** Reason why installed hooks do not work. */
  readonly why?: string;
}

/**
 * Returns the brief for an agent without working hooks: whole, or the changes for a continued conversation.
 */
async function along(place: Place, { name, agent, label }: Startable, goesOn: boolean): Promise<Along> {
  const { works, why } = agent ? await briefByHooks(place, agent) : { works: false };
  if (works) return { works };
  const text = (goesOn ? await newsFor(place, name) : await givenTo(place, name)).trim();
  const said = why && text !== "" ? `the brief is added to the prompt for ${label}: ${why}` : undefined;
  return { works, ...(text === "" ? {} : { brief: text }), ...defined({ why: said }) };
}

/** Returns the brief, and records that the agent has received it. */
async function givenTo(place: Place, name: string): Promise<string> {
  const { text, view } = await briefText(place, { limit: limitOf(name) });
  await recordBriefRead(place, view, name);
  return text;
}

/** Returns the changes since this agent's last brief; an empty text if there are none. */
async function newsFor(place: Place, name: string): Promise<string> {
  const { text, view } = await briefSince(place, name, { limit: limitOf(name) });
  return "same" in view && view.same === true ? "" : text;
}

function knownProgram({ name, label, agent }: Startable): string {
  const programs = agent?.runs?.programs ?? agent?.programs ?? [];
  for (const each of programs) {
    const found = findProgram(each);
    if (found !== undefined) return found;
  }
  throw new Failure("no-program", `${label} is not installed: ${programs.join(" or ")} is not on PATH`, {
    advice: `install it, or set agents.${name}.command in ${userConfigFile()}`,
  });
}

function ownProgram(name: string, program: string): string {
  const [home = "/"] = homes();
  const file = program.replace(/^~(?=[\\/])/, home);
  const found = /[\\/]/.test(file)
    ? path.isAbsolute(file) && isProgram(file)
      ? file
      : undefined
    : findProgram(file);
  if (found !== undefined) return found;
  const why =
    /[\\/]/.test(file) && !path.isAbsolute(file)
      ? "is not an absolute path"
      : "does not exist or is not a program";
  throw new Failure("no-program", `${program}, the program of ${name}, ${why}`, {
    advice: `correct agents.${name}.command in ${userConfigFile()}`,
  });
}

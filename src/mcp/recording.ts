/** Tools that record something, by the same workflows as the commands. */
import path from "node:path";
import type { McpServer } from "@modelcontextprotocol/server";
import * as z from "zod/v4";
import { Failure } from "../model/failure.ts";
import type { ObjectiveMark } from "../model/session.ts";
import { branchOf } from "../model/state.ts";
import { resumeAgain } from "../workflows/again.ts";
import { thenCheckpoint } from "../workflows/auto-checkpoint.ts";
import { checkpoint } from "../workflows/checkpoint.ts";
import { allDecisions, sessionDecisions } from "../workflows/decisions.ts";
import type { Place } from "../workflows/place.ts";
import {
  addObjectives,
  markObjectives,
  recordBlockers,
  recordDecision,
  recordNote,
  resolveBlockers,
} from "../workflows/record.ts";
import { currentSession } from "../workflows/session.ts";
import { branchHere, start } from "../workflows/start.ts";
import { noteCheck } from "../workflows/verify.ts";
import { notes, objective, session } from "./shapes.ts";
import { addTool, given, type House } from "./tool.ts";

const texts = z.array(z.string());

export function addRecordingTools(server: McpServer, house: House): void {
  addStart(server, house);
  addCheckpoint(server, house);
  addLists(server, house);

  addTool(server, house, "session_note", {
    title: "Note",
    description: "Keeps a note for whoever works here next.",
    does: "adds",
    input: z.strictObject({ text: z.string() }),
    output: z.object({ count: z.number(), notes }),
    call: async (place, { text }) => {
      await thenCheckpoint(place, recordNote(place, text));
      return { value: { count: (await currentSession(place)).state.context.notes.length } };
    },
  });

  addTool(server, house, "session_verify", {
    title: "Verification",
    description: "Records how the work was checked, and how that went. It runs nothing.",
    does: "adds",
    input: z.strictObject({
      command: z.string().describe("or a check in words"),
      result: z.enum(["passed", "failed"]),
    }),
    output: z.object({ command: z.string(), result: z.string(), commit: z.string().nullable(), notes }),
    call: async (place, { command, result }) => {
      const verified = await thenCheckpoint(place, noteCheck(place, command, result));
      return { value: { command: verified.command, result, commit: verified.commit ?? null } };
    },
  });
}

function addStart(server: McpServer, house: House): void {
  addTool(server, house, "session_start", {
    title: "Start a session",
    description:
      "Starts a session on a branch, which is made where it is missing, and checks it out. Default: on the current branch.",
    does: "adds",
    input: z.strictObject({
      branch: z.string().optional(),
      objectives: texts.optional(),
      title: z.string().optional(),
      from: z.string().optional().describe("where a new branch begins"),
      resume: z.boolean().optional().describe("take up the session the branch has"),
    }),
    output: z.object({ branch: z.string(), session, created: z.boolean(), notes }),
    call: async (place, { resume, branch: named, ...asked }) => {
      const branch = named ?? (await branchHere(place));
      if (branch === undefined)
        throw new Failure("usage", "the default branch is checked out: a session needs a branch", {
          exit: 2,
          hint: "name one with branch",
        });
      const again = resume ? await resumeAgain(place, branch, undefined) : undefined;
      if (again) {
        const left =
          asked.objectives === undefined ? [] : ["it was there already: its objectives are unchanged"];
        return { value: started(again, false), notes: [...again.warnings, ...left] };
      }
      const made = await start(place, { branch, ...given(asked) });
      return { value: started(made, true), notes: made.notes };
    },
  });
}

function started({ state: { context } }: Pick<Awaited<ReturnType<typeof start>>, "state">, created: boolean) {
  const { id, title, state } = context;
  return { branch: branchOf(context), session: { id, title, state }, created };
}

function addCheckpoint(server: McpServer, house: House): void {
  addTool(server, house, "session_checkpoint", {
    title: "Checkpoint",
    description:
      "Commits what is staged, else changes to tracked files, with objectives and pending decisions as trailers.",
    does: "adds",
    input: z.strictObject({
      message: z.string().optional().describe("subject; default: proposed"),
      body: z.string().optional(),
      label: z.string().optional(),
      complete: texts.optional().describe("objectives that are done with it"),
      paths: texts.optional().describe("only these files"),
      all: z.boolean().optional().describe("new files too"),
      dry_run: z.boolean().optional(),
    }),
    output: z.object({
      commit: z.string().nullable(),
      subject: z.string(),
      files: texts,
      left_out: texts,
      decisions: texts,
      notes,
    }),
    call: async (place, { dry_run, paths = [], ...asked }) => {
      const made = await checkpoint(place, {
        ...given(asked),
        dryRun: dry_run ?? false,
        paths: paths.map((each) => fromRoot(place, house, each)),
      });
      return {
        value: {
          commit: made.commit ?? null,
          subject: made.subject,
          files: made.files.map((each) => each.path),
          left_out: [...made.leftOut],
          decisions: made.decisions.map((each) => each.id),
        },
        notes: made.warnings,
      };
    },
  });
}

function fromRoot({ repository }: Place, { cwd }: House, file: string): string {
  return path.relative(repository.root, path.resolve(cwd, file)).split(path.sep).join("/");
}

const MARKS: Readonly<Record<"start" | "complete" | "reopen" | "drop", ObjectiveMark>> = {
  start: "active",
  complete: "done",
  reopen: "open",
  drop: "dropped",
};

function addLists(server: McpServer, house: House): void {
  addTool(server, house, "session_objectives", {
    title: "Objectives",
    description: "Lists what this session is for, or changes it.",
    does: "adds",
    input: z.strictObject({
      action: z.enum(["list", "add", "start", "complete", "reopen", "drop"]),
      items: texts.optional().describe("add: texts; else ids"),
    }),
    output: z.object({ objectives: z.array(objective), notes }),
    call: async (place, { action, items = [] }) => {
      if (action === "add") await thenCheckpoint(place, addObjectives(place, some(items, action)));
      else if (action !== "list")
        await thenCheckpoint(place, markObjectives(place, some(items, action), MARKS[action]));
      const { objectives } = (await currentSession(place)).state;
      return { value: { objectives: objectives.map(({ id, mark, text }) => ({ id, mark, text })) } };
    },
  });

  addTool(server, house, "session_blockers", {
    title: "Blockers",
    description: "Lists what is in the way of this session, or changes it.",
    does: "adds",
    input: z.strictObject({
      action: z.enum(["list", "add", "resolve"]),
      items: texts.optional().describe("add: texts; resolve: ids"),
      link: z.string().optional().describe("issue it waits for"),
      note: z.string().optional().describe("how it was resolved"),
    }),
    output: z.object({
      blockers: z.array(z.object({ id: z.string(), resolved: z.boolean(), text: z.string() })),
      notes,
    }),
    call: async (place, { action, items = [], link, note }) => {
      if (action === "add") await thenCheckpoint(place, recordBlockers(place, some(items, action), link));
      else if (action === "resolve")
        await thenCheckpoint(place, resolveBlockers(place, some(items, action), note));
      const { blockers } = (await currentSession(place)).state;
      return { value: { blockers: blockers.map(({ id, resolved, text }) => ({ id, resolved, text })) } };
    },
  });

  addTool(server, house, "session_decisions", {
    title: "Decisions",
    description: "Lists decisions, the newest first, or records one; the next checkpoint carries it.",
    does: "adds",
    input: z.strictObject({
      action: z.enum(["list", "add"]),
      text: z.string().optional(),
      rationale: z.string().optional(),
      alternatives: texts.optional().describe("what was rejected, and why"),
      supersedes: z.string().optional().describe("id it replaces"),
      all: z.boolean().optional().describe("list: of every session"),
      limit: z.int().min(1).max(200).optional().describe("default 20"),
    }),
    output: z.object({
      decisions: z.array(
        z.object({
          id: z.string(),
          text: z.string(),
          rationale: z.string().optional(),
          commit: z.string().nullable(),
        }),
      ),
      more: z.number(),
      notes,
    }),
    call: async (place, { action, text, all, limit = 20, ...asked }) => {
      if (action === "add") {
        if (text === undefined) throw new Failure("usage", "a decision needs a text", { exit: 2 });
        const { id, rationale } = await thenCheckpoint(
          place,
          recordDecision(place, { text, ...given(asked) }),
        );
        return { value: { decisions: [{ id, text, ...given({ rationale }), commit: null }], more: 0 } };
      }
      const found = all ? await allDecisions(place) : (await sessionDecisions(place)).toReversed();
      const shown = found.slice(0, limit).map((each) => ({
        id: all && each.session !== undefined ? `${each.session}/${each.id}` : each.id,
        text: each.text,
        ...given({ rationale: each.rationale }),
        commit: each.commit,
      }));
      return { value: { decisions: shown, more: found.length - shown.length } };
    },
  });
}

/** Failure `usage` where there is nothing to do. */
function some(items: readonly string[], action: string): readonly string[] {
  if (items.length > 0) return items;
  throw new Failure("usage", `${action} needs items`, { exit: 2 });
}

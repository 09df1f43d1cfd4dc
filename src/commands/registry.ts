import type { Command } from "commander";
import type { Act } from "./call.ts";

type Define = (program: Command, act: Act) => void;

export interface Entry {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly group: string;
  readonly summary: string;
  /** Each command is loaded when it is used, and no other one. */
  readonly load: () => Promise<{ readonly define: Define }>;
}

/** Every command, in the order of the help. */
export const ENTRIES: readonly Entry[] = [
  {
    ...{
      name: "init",
      group: "Start here",
      summary: "set up this repository: .session/ with settings and drafts",
    },
    load: () => import("./init.ts"),
  },
  {
    ...{
      name: "start",
      aliases: ["new"],
      group: "Start here",
      summary: "start a session on a branch, new or existing",
    },
    load: () => import("./start.ts"),
  },
  {
    ...{
      name: "checkpoint",
      aliases: ["cp"],
      group: "Start here",
      summary: "commit, with objectives and decisions as trailers",
    },
    load: () => import("./checkpoint.ts"),
  },
  {
    ...{
      name: "status",
      aliases: ["st"],
      group: "Start here",
      summary: "where this session stands, and what is next",
    },
    load: () => import("./status.ts"),
  },
  {
    ...{
      name: "end",
      aliases: ["close"],
      group: "Start here",
      summary: "final checkpoint, handoff, snapshot; merge if asked",
    },
    load: () => import("./end.ts"),
  },
  {
    ...{
      name: "objectives",
      aliases: ["objective", "obj"],
      group: "Keep track",
      summary: "what this session is for",
    },
    load: () => import("./objectives.ts"),
  },
  {
    ...{ name: "blockers", aliases: ["blocker", "blk"], group: "Keep track", summary: "what is in the way" },
    load: () => import("./blockers.ts"),
  },
  {
    ...{
      name: "decisions",
      aliases: ["decision", "dec"],
      group: "Keep track",
      summary: "what was decided, and why",
    },
    load: () => import("./decisions.ts"),
  },
  {
    ...{
      name: "note",
      aliases: ["notes"],
      group: "Keep track",
      summary: "a note for whoever works here next",
    },
    load: () => import("./note.ts"),
  },
  {
    ...{ name: "verify", group: "Keep track", summary: "record (or run and record) a check of the work" },
    load: () => import("./verify.ts"),
  },
  {
    ...{
      name: "workspace",
      aliases: ["ws"],
      group: "Keep track",
      summary: "documents of this session that are never tracked",
    },
    load: () => import("./workspace.ts"),
  },
  {
    ...{ name: "brief", group: "Pick up", summary: "what somebody needs to start working here" },
    load: () => import("./brief.ts"),
  },
  {
    ...{ name: "handoff", group: "Pick up", summary: "what this session leaves to the next person" },
    load: () => import("./handoff.ts"),
  },
  {
    ...{ name: "resume", group: "Pick up", summary: "take up a session: its branch, its state, its brief" },
    load: () => import("./resume.ts"),
  },
  {
    ...{ name: "switch", group: "Pick up", summary: "change to another session, or branch" },
    load: () => import("./switch.ts"),
  },
  {
    ...{ name: "pause", group: "Pick up", summary: "put this session aside, with its unfinished work" },
    load: () => import("./pause.ts"),
  },
  {
    ...{
      name: "list",
      aliases: ["ls", "sessions"],
      group: "Pick up",
      summary: "sessions of this repository",
    },
    load: () => import("./list.ts"),
  },
  {
    ...{ name: "log", group: "Pick up", summary: "checkpoints and decisions, newest first" },
    load: () => import("./log.ts"),
  },
  {
    ...{ name: "fork", group: "Keep order", summary: "a new session and branch from a point of another" },
    load: () => import("./fork.ts"),
  },
  {
    ...{ name: "undo", group: "Keep order", summary: "undo the last change to a session" },
    load: () => import("./undo.ts"),
  },
  {
    ...{ name: "rename", aliases: ["name"], group: "Keep order", summary: "give a session another title" },
    load: () => import("./rename.ts"),
  },
  {
    ...{ name: "tag", group: "Keep order", summary: "tags of a session" },
    load: () => import("./tag.ts"),
  },
  {
    ...{ name: "meta", group: "Keep order", summary: "values of your own, kept with a session" },
    load: () => import("./meta.ts"),
  },
  {
    ...{ name: "archive", group: "Keep order", summary: "hide an ended session from lists" },
    load: () => import("./archive.ts"),
  },
  {
    ...{ name: "unarchive", group: "Keep order", summary: "show an archived session in lists again" },
    load: () => import("./unarchive.ts"),
  },
  {
    ...{
      name: "delete",
      aliases: ["rm"],
      group: "Keep order",
      summary: "delete sessions; they can be restored for 30 days",
    },
    load: () => import("./delete.ts"),
  },
  {
    ...{ name: "restore", group: "Keep order", summary: "bring deleted sessions back" },
    load: () => import("./restore.ts"),
  },
  {
    ...{
      name: "cleanup",
      group: "Keep order",
      summary: "delete what ended long ago, and empty what was deleted",
    },
    load: () => import("./cleanup.ts"),
  },
  {
    ...{ name: "show", group: "Look back", summary: "one session on a page" },
    load: () => import("./show.ts"),
  },
  {
    ...{ name: "history", group: "Look back", summary: "sessions that ended, as a timeline" },
    load: () => import("./history.ts"),
  },
  {
    ...{ name: "search", group: "Look back", summary: "words in objectives, decisions, notes, handoffs, …" },
    load: () => import("./search.ts"),
  },
  {
    ...{ name: "stats", group: "Look back", summary: "a session in numbers, or all of them" },
    load: () => import("./stats.ts"),
  },
  {
    ...{ name: "compare", group: "Look back", summary: "two sessions side by side, in numbers and changes" },
    load: () => import("./compare.ts"),
  },
  {
    ...{ name: "analyze", group: "Look back", summary: "health, velocity and patterns, and what to do" },
    load: () => import("./analyze.ts"),
  },
  {
    ...{
      name: "report",
      group: "Look back",
      summary: "what was done in a week, or in all: Markdown, JSON or a page",
    },
    load: () => import("./report.ts"),
  },
  {
    ...{
      name: "transcript",
      aliases: ["transcripts"],
      group: "Look back",
      summary: "conversations with agents, kept with a session",
    },
    load: () => import("./transcript.ts"),
  },
  {
    ...{
      name: "templates",
      aliases: ["template"],
      group: "Set up",
      summary: "what sessions of one kind begin with",
    },
    load: () => import("./templates.ts"),
  },
  {
    ...{ name: "export", group: "Move", summary: "sessions as JSON, Markdown, HTML or a git bundle" },
    load: () => import("./export.ts"),
  },
  {
    ...{ name: "import", group: "Move", summary: "sessions from a file, a folder, or the history" },
    load: () => import("./import.ts"),
  },
  {
    ...{ name: "push", group: "Share", summary: "sessions to a remote, one ref each" },
    load: () => import("./push.ts"),
  },
  {
    ...{ name: "pull", group: "Share", summary: "sessions from a remote, united with what is here" },
    load: () => import("./pull.ts"),
  },
  {
    ...{ name: "sync", group: "Share", summary: "take in what a remote has, and send what is shared" },
    load: () => import("./sync.ts"),
  },
  {
    ...{ name: "share", group: "Share", summary: "a session that goes along with every push" },
    load: () => import("./share.ts"),
  },
  {
    ...{ name: "clone", group: "Share", summary: "a new session that starts from another's context" },
    load: () => import("./clone.ts"),
  },
  {
    ...{
      name: "pr",
      aliases: ["pull-request"],
      group: "Move",
      summary: "the text of a pull request, made from a session",
    },
    load: () => import("./pr.ts"),
  },
  {
    ...{
      name: "hooks",
      group: "Set up",
      summary: "git hooks that keep the record true for plain git commands",
    },
    load: () => import("./hooks.ts"),
  },
  {
    ...{
      name: "agents",
      aliases: ["agent"],
      group: "Set up",
      summary: "agents that load the brief by themselves: install, list, doctor",
    },
    load: () => import("./agents.ts"),
  },
  {
    ...{ name: "config", group: "Set up", summary: "read, change and check settings" },
    load: () => import("./config.ts"),
  },
  {
    ...{ name: "completion", group: "Set up", summary: "completion for bash, zsh or fish" },
    load: () => import("./completion.ts"),
  },
  {
    ...{ name: "doctor", group: "Set up", summary: "check everything, and say what to do about it" },
    load: () => import("./doctor.ts"),
  },
  {
    ...{ name: "run", group: "Agents", summary: "start an agent in a session, here or in the background" },
    load: () => import("./run.ts"),
  },
  {
    ...{ name: "continue", group: "Agents", summary: "go on with the agent that was started last" },
    load: () => import("./continue.ts"),
  },
  {
    ...{
      name: "background",
      aliases: ["bg"],
      group: "Agents",
      summary: "agents that run in the background: list, logs, attach, stop",
    },
    load: () => import("./background.ts"),
  },
  {
    ...{ name: "mcp", group: "Set up", summary: "an MCP server for agents, on standard input and output" },
    load: () => import("./mcp.ts"),
  },
  {
    ...{ name: "trailers", group: "Plumbing", summary: "what git and session read from a commit message" },
    load: () => import("./trailers.ts"),
  },
  {
    ...{ name: "hook", group: "Plumbing", summary: "what hooks of git and of agents leave to the program" },
    load: () => import("./hook.ts"),
  },
];

export function entryOf(name: string): Entry | undefined {
  return ENTRIES.find((entry) => entry.name === name || entry.aliases?.includes(name));
}

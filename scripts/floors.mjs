/** The rooms of `src`, from the ground up: a room imports only itself and the rooms before it in this list. */
export const FLOORS = [
  // Values in, values out. These import nothing that reads a disk, runs a program or asks the clock.
  "text",
  "session",
  "settings",
  "trailers",
  "facts/formats",
  "rules",
  "sharing/merge",
  "transcripts/formats",
  "insight/counting",
  "views/shapes",
  "transfer/portable",
  "transfer/importers",
  "agents/shapes",
  "agents/known",
  "agents/catalog",
  "insight/report",
  // The disk, git, and templates.
  "store",
  "git",
  "render",
  // The core: an opened repository, and the record of a session.
  "place",
  "secrets",
  "snapshots",
  "history",
  "record",
  "worktree",
  "facts",
  "forecast",
  "checkpoint",
  // What is built on the core.
  "transcripts",
  "views",
  "lifecycle",
  "keeping",
  "transfer",
  "sharing",
  "insight/pages",
  "insight",
  "agents",
  "hooks",
  "doctor",
  "ui",
  "setup",
  // What people and agents call.
  "terminal",
  "mcp",
  "cli",
  "commands",
];

/** The rooms before this one are pure. */
export const FIRST_IMPURE = "store";

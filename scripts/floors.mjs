/** The rooms of `src`, from the ground up, in layers: a room imports only itself and the rooms before it. */
export const LAYERS = [
  {
    name: "Pure: values in, values out; no disk, no program, no clock",
    rooms: [
      ...["text", "session", "settings", "trailers", "facts/formats", "rules", "sharing/merge"],
      ...[
        "transcripts/formats",
        "insight/counting",
        "views/shapes",
        "transfer/portable",
        "transfer/importers",
      ],
      ...["agents/shapes", "agents/known", "agents/catalog", "insight/report"],
    ],
  },
  { name: "Disk, git and templates", rooms: ["store", "git", "render"] },
  {
    name: "The core: an opened repository, and the record of a session",
    rooms: [
      ...[
        "place",
        "secrets",
        "snapshots",
        "history",
        "record",
        "worktree",
        "facts",
        "forecast",
        "checkpoint",
      ],
    ],
  },
  {
    name: "Features",
    rooms: [
      ...["transcripts", "views", "lifecycle", "keeping", "transfer", "sharing", "insight/pages", "insight"],
      ...["agents", "hooks", "doctor", "ui", "setup"],
    ],
  },
  { name: "Entry points: what people and agents call", rooms: ["terminal", "mcp", "cli", "commands"] },
];

/** All rooms in order. */
export const FLOORS = LAYERS.flatMap(({ rooms }) => rooms);

/** The rooms before this one are pure. */
export const FIRST_IMPURE = LAYERS[1].rooms[0];

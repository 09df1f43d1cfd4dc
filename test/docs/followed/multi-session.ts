import type { System } from "./row.ts";

export const system: System = {
  name: "Amazon Q fork, several sessions",
  setup: async (s) => {
    await s.ok("start", "bug/api-fix", "-o", "Find it");
    await s.ok("start", "feature/two", "-o", "Build it", "--from", "main");
    await s.ok("start", "feature/three", "--no-switch", "--from", "main");
    await s.ok("start", "feature/four", "--no-switch", "--from", "main");
  },
  rows: [
    { guide: "/sessions", out: /bug\/api-fix/ },
    { guide: "/sessions --all", json: [{}, {}, {}, {}] },
    { guide: "/sessions --waiting", json: [] },
    { guide: "/switch bug/api-fix", out: /Find it/ },
    { guide: "/s feature/two", out: /Build it/ },
    { guide: "/session-name", out: /^Two\n$/ },
    { guide: '/rename "Second thing"', out: /Second thing/ },
    { guide: '/session-name "Third name"', out: /Third name/ },
    { guide: "/close bug/api-fix", json: { session: { state: "ended" } } },
    {
      guide: "bulk operations",
      run: "tag later --on feature/three feature/four",
      json: [{ tags: ["later"] }, { tags: ["later"] }],
    },
    { guide: "closing several", run: "close feature/three feature/four", json: [{}, {}] },
    {
      guide: "progress indicators",
      run: "report --weekly --format json",
      json: {},
      why: "`report`, `analyze`, `import` and a first `list` show progress on a line of the terminal, and git shows its own; a script sees no progress",
    },
    {
      guide: "a coordinator keeps and replays output",
      run: "background list",
      json: [],
      why: "a background agent writes to a log, which `background logs` and `background attach` show: no process of ours has to stay alive",
    },
    {
      guide: "files in ~/.amazonq, 0600",
      run: "workspace path",
      out: /\.git\/sessions/,
      why: "files are private in `.git/sessions`, so that they are moved and deleted with the repository",
    },
    {
      guide: "corrupted files are skipped",
      run: "doctor",
      code: 0,
      why: "an unreadable file is set aside and rebuilt from the log, and `doctor` reports it, because a session that is only skipped is lost",
    },
  ],
};

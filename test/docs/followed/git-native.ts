import type { System } from "./row.ts";

/** The skill whose commands and files this program takes as its own. */
export const system: System = {
  name: "the git-native skill",
  setup: async (s) => {
    await s.git("switch", "--quiet", "-c", "feature/theirs");
    await s.git(
      ...["commit", "--quiet", "--allow-empty", "-m"],
      "feat: theirs\n\nSession-Objectives:\n- [x] Provider\n- [▶] Google (this commit)\n- [ ] GitHub (next)\n\nSession-Time: 2h 15m",
    );
    await s.git("switch", "--quiet", "main");
  },
  rows: [
    { guide: "python scripts/init_session.py", run: "init --yes --no-hooks", file: ".session/config.yaml" },
    {
      guide: 'python scripts/session.py start feature/new-feature --objective "Build user authentication"',
      out: /Build user authentication/,
    },
    { guide: "python scripts/session.py resume", out: /Build user authentication/ },
    { guide: 'python scripts/session.py objectives add "Implement OAuth2 integration"', out: /obj-2/ },
    { guide: "python scripts/session.py objectives complete obj-1", out: /obj-1/ },
    { guide: "python scripts/session.py objectives list", json: [{ mark: "done" }, { mark: "open" }] },
    { guide: 'python scripts/session.py blockers add "Waiting on API keys"', out: /blk-1/ },
    { guide: "python scripts/session.py blockers resolve blk-1", out: /blk-1/ },
    {
      guide:
        'python scripts/session.py decisions add "Use a repository" --rationale "Separates it" --alternatives "Active Record: too coupled"',
      json: { id: "dec-1", alternatives: ["Active Record: too coupled"] },
    },
    {
      guide: 'python scripts/session.py checkpoint --label "oauth-complete"',
      run: 'checkpoint -A --label "oauth-complete"',
      out: /oauth-complete|dec-1/,
    },
    { guide: "decision-log.md: all decisions", run: "decisions log", file: ".session/decision-log.md" },
    { guide: "python scripts/session.py status", out: /Implement OAuth2 integration/ },
    { guide: "python scripts/session.py status --objectives", out: /obj-2/ },
    {
      guide: "agents get decisions, objectives, blockers and a summary of files",
      run: "brief",
      out: /Use a repository[\s\S]*## Files/,
    },
    { guide: "handoffs with progress metrics", run: "handoff", out: /## Numbers[\s\S]*- Files: \d+ changed/ },
    {
      guide: "auto_track: true",
      run: "config get session.auto_track",
      code: 0,
      why: "nothing is recorded between checkpoints, because git shows the changes at any time; the setting adds file names to the log of each checkpoint",
    },
    {
      guide: "context.patterns: patterns to enforce",
      run: "config set context.patterns repository-pattern",
      code: 0,
      why: "patterns are named, not enforced: the brief shows them to every agent, and a linter or a reviewer judges the code",
    },
    {
      guide: "architectural patterns are automatically enforced",
      run: "brief",
      out: /Patterns: `?repository-pattern/,
      why: "named, not enforced: people would soon switch off a guess that blocks commits; tests and coverage are the gates, with `quality` in the settings",
    },
    {
      guide: "python scripts/session.py switch hotfix/critical-bug",
      code: 3,
      err: /session start hotfix\/critical-bug --from main/,
    },
    { guide: "the hotfix is started", run: "start hotfix/critical-bug --from main", code: 0 },
    {
      guide: 'python scripts/session.py checkpoint --message "Fix security issue"',
      run: 'checkpoint --allow-empty --message "Fix security issue"',
      out: /Fix security issue/,
    },
    {
      guide: "python scripts/session.py end --merge-to main",
      run: "end --merge-to main --no-quality",
      json: { merged: { into: "main" } },
    },
    { guide: "python scripts/session.py resume feature/new-feature", out: /Implement OAuth2 integration/ },
    { guide: "python scripts/session.py history --count 10", out: /Critical bug/ },
    { guide: "python scripts/session.py history --count 5 --metrics", code: 0 },
    {
      guide: "Session-Objectives with items at the first column",
      run: "trailers HEAD",
      out: /Session-Objectives/,
      why: "items are indented by a space, so that git reads the whole list as one trailer; lists at the first column are read as well",
    },
    {
      guide: "their commits are taken up",
      run: "resume feature/theirs",
      json: { from: "commits", session: { title: "Theirs" } },
    },
    {
      guide: "[▶] for what is under way",
      run: "objectives list",
      json: [{ mark: "done" }, { mark: "active" }, { mark: "open" }],
      why: "`[>]` is written, since every terminal and editor can show and type it; `[▶]` is read",
    },
    {
      guide: '"(this commit)" and "(next)" behind objectives',
      run: "objectives list",
      out: /Google \(this commit\)/,
      why: "such words are read but not written, because the next commit makes them wrong",
    },
    { guide: "python scripts/session.py analyze", code: 0 },
    { guide: "python scripts/session.py analyze --velocity", code: 0 },
    {
      guide: "python scripts/session.py analyze --patterns",
      code: 0,
      why: "patterns come from the history: commit types, churn, files that change together; the code is not searched for `context.patterns`",
    },
    { guide: "python scripts/session.py compare feature/new-feature", code: 0 },
    { guide: "python scripts/session.py report --weekly", code: 0 },
    { guide: "python scripts/session.py report --project --format markdown", out: /^# / },
    {
      guide: "conventions.md from a template",
      run: "config list",
      out: /context/,
      why: "a draft contains what the project's files show, and an empty draft is left out, because nobody fills in an empty form",
    },
    { guide: "python scripts/session.py end --handoff --summary", out: /# Handoff/ },
    { guide: "the next developer: session.py resume <branch>", run: "resume feature/theirs", out: /Google/ },
    {
      guide: "python scripts/session.py status --verbose",
      out: /Theirs/,
      why: "without a session it shows the record of the commits and names the next command; `doctor` reports problems of a record",
    },
    { guide: "python scripts/session.py start --resume", code: 0 },
    { guide: "python scripts/init_session.py --force", run: "init --force --yes --no-hooks", code: 0 },
  ],
};

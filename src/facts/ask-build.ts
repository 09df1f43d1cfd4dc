/**
 * Reads the build status of a branch from GitHub or GitLab with `gh` or `glab`. Both use the network, so
 * callers run this only on the user's request.
 */
import { remoteAddresses } from "../git/remote/addresses.ts";
import type { Place } from "../place/place.ts";
import { askProgram, findProgram } from "../place/programs.ts";
import { type Forge, forgeOf } from "../text/forge.ts";
import { type Build, buildOfGh, buildOfGlab } from "./formats/build.ts";
import type { Gathered } from "./gather.ts";

/** Maximum milliseconds to wait for the program's output. */
const WAIT = 20_000;

/**
 * Environment variables that turn off prompts, pagers, colors and update checks (`gh help environment`, `glab
 * help`).
 */
const QUIET = {
  NO_COLOR: "1",
  PAGER: "cat",
  GIT_TERMINAL_PROMPT: "0",
  GH_PROMPT_DISABLED: "1",
  GH_PAGER: "cat",
  GH_NO_UPDATE_NOTIFIER: "1",
  GH_SPINNER_DISABLED: "1",
  GLAB_NO_PROMPT: "1",
  NO_PROMPT: "1",
  GLAB_PAGER: "cat",
  GLAB_CHECK_UPDATE: "false",
  CHECK_UPDATE: "false",
};

interface Program {
  readonly name: "gh" | "glab";
  readonly home: string;
  readonly args: (forge: Forge, branch: string) => string[];
  readonly read: (text: string, commit: string) => Build | undefined;
}

const RUN_FIELDS = "headSha,status,conclusion,name,workflowName,url,createdAt,updatedAt";

const PROGRAMS: Readonly<Partial<Record<Forge["kind"], Program>>> = {
  github: {
    name: "gh",
    home: "https://cli.github.com",
    // Filters by branch: gh versions still in use do not know `--commit`.
    args: ({ web }, branch) => [
      ...["run", "list", "--repo", web.replace(/^https?:\/\//, ""), `--branch=${branch}`],
      ...["--limit", "50", "--json", RUN_FIELDS],
    ],
    read: buildOfGh,
  },
  gitlab: {
    name: "glab",
    home: "https://gitlab.com/gitlab-org/cli",
    args: ({ web }, branch) => ["ci", "get", "--repo", web, `--branch=${branch}`, "--output", "json"],
    read: buildOfGlab,
  },
};

/**
 * Returns the newest build of the session's branch. Returns undefined with a notice that says why if there is
 * none.
 */
export async function askBuild(place: Place, gathered: Gathered): Promise<Build | undefined> {
  const none = (why: string) => {
    place.notices.push(`no build status: ${why}`);
    return undefined;
  };
  const { branch, tip, status } = gathered;
  if (branch === "" || tip === undefined) return none("there is no branch to ask for");
  const forge = await forgeOfBranch(place, status?.upstream);
  const program = forge && PROGRAMS[forge.kind];
  if (!program) return none("no remote is on GitHub or GitLab; .session/ci.json works with every host");
  const file = findProgram(program.name, place.repository.root);
  if (file === undefined) return none(`${program.name} is not on PATH (${program.home})`);
  const answer = await askProgram(file, program.args(forge, branch), WAIT, QUIET);
  if (answer.late) return none(`${program.name} did not answer in ${WAIT / 1000} seconds`);
  if (answer.code !== 0) return none(`${program.name} failed${said(answer.stderr)}`);
  return program.read(answer.stdout, tip) ?? none(`${program.name} knows of no build of ${branch}`);
}

function said(stderr: string): string {
  const line = stderr.split("\n").find((each) => each.trim() !== "");
  return line === undefined ? "" : `: ${line.trim().slice(0, 200)}`;
}

/** Returns the forge of the branch's upstream remote, else of `origin`, else of any remote. */
async function forgeOfBranch(place: Place, upstream: string | undefined): Promise<Forge | undefined> {
  const remotes = await remoteAddresses(place.repository.root);
  const names = [...remotes.keys()];
  const tracked = names.filter((each) => upstream?.startsWith(`${each}/`));
  for (const name of [...tracked, "origin", ...names]) {
    const forge = forgeOf(remotes.get(name) ?? "");
    if (forge) return forge;
  }
  return undefined;
}

/**
 * Sources of words for completion, one for each placeholder of the command line, read from the repository.
 */
import { AGENTS } from "../agents/catalog/all.ts";
import { listRefs } from "../git/refs.ts";
import { remoteAddresses } from "../git/remote/addresses.ts";
import { deletedSessions } from "../keeping/trash.ts";
import type { Place } from "../place/place.ts";
import { sessionOfHead } from "../record/find-session.ts";
import { knownSessions } from "../record/known-sessions.ts";
import { remoteSessions } from "../record/remote-branches.ts";
import { headline } from "../session/session.ts";
import { CONFIG_KEYS, settingOf } from "../settings/config.ts";
import { templateNames } from "../store/settings/session-template.ts";
import { oneLine } from "../text/foreign-text.ts";
import { PARTS } from "../views/shapes/search.ts";

/** A completion word with its description. */
export type Candidate = readonly [word: string, about: string];

/** Returns the completion words of one kind. `before`: the arguments typed so far. */
type Source = (place: Place, before: readonly string[]) => Promise<Candidate[]> | Candidate[];

/** Sources of completion words, by the placeholder that help shows for an argument or an option's value. */
export const SOURCES: Readonly<Record<string, Source>> = {
  session: sessions,
  "other-session": sessions,
  "deleted-session": async (place) =>
    (await deletedSessions(place)).map(({ id, branch, title }) => [branch || id, oneLine(title)]),
  branch: (place) => refs(place, "refs/heads/"),
  ref: (place) => refs(place, "refs/heads/", "refs/remotes/", "refs/tags/"),
  commit: (place) => refs(place, "refs/heads/", "refs/tags/"),
  remote: async (place) => [...(await remoteAddresses(place.repository.root))],
  objective: async (place) =>
    (await stateOf(place)).objectives.map(({ id, mark, text }) => [id, `${mark}: ${headline(text)}`]),
  blocker: async (place) =>
    (await stateOf(place)).blockers.flatMap(({ id, resolved, text }) =>
      resolved ? [] : [[id, headline(text)]],
    ),
  decision: async (place) =>
    (await stateOf(place)).context.decisions.map(({ id, text }) => [id, headline(text)]),
  tag: async (place) => {
    const known = await knownSessions(place, { light: true });
    return known.flatMap(({ tags }) => tags.map((each): Candidate => [each, "tag"]));
  },
  "meta-key": async (place) =>
    Object.entries((await stateOf(place)).context.meta).map(([key, value]) => [key, oneLine(String(value))]),
  template: async (place) =>
    (await templateNames(place.projectDir)).map((each) => [each, "session template"]),
  agent: () => AGENTS.map(({ name, label }) => [name, label]),
  key: () => CONFIG_KEYS.map((key) => [key, settingOf(key).does]),
  value: (_place, before) => valuesOf(before.at(0)),
  parts: () => PARTS.map((each) => [each, "part of a session"]),
  shell: () => SHELLS.map((each) => [each, "shell"]),
};

export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

/** Lists sessions by branch, or by id where a branch has several; sessions of remotes come last. */
async function sessions(place: Place): Promise<Candidate[]> {
  const [known, found] = await Promise.all([
    knownSessions(place, { light: true }),
    listRefs(place.repository.root, "refs/heads/", "refs/remotes/"),
  ]);
  const remote = await remoteSessions(place, new Set(known.map((each) => each.id)), found);
  const taken = new Set<string>();
  const named = known.map(({ id, title, branch, state }): Candidate => {
    const name = taken.has(branch) ? id : branch;
    taken.add(branch);
    return [name, `${oneLine(title)} (${state})`];
  });
  for (const { branch, title, remote: on } of remote) {
    if (!taken.has(branch)) named.push([branch, `${oneLine(title)} (on ${on})`]);
    taken.add(branch);
  }
  return named;
}

/** Lists refs by the short names that git accepts. */
async function refs(place: Place, ...prefixes: string[]): Promise<Candidate[]> {
  const found = [...(await listRefs(place.repository.root, ...prefixes)).keys()];
  const kinds: Readonly<Record<string, string>> = { heads: "branch", remotes: "remote branch", tags: "tag" };
  return found.flatMap((ref) => {
    const [, kind = "", name = ""] = /^refs\/([^/]+)\/(.+)$/.exec(ref) ?? [];
    return name === "" || name.endsWith("/HEAD") ? [] : [[name, kinds[kind] ?? kind] as const];
  });
}

async function stateOf(place: Place) {
  return (await sessionOfHead(place)).session.state;
}

function valuesOf(key: string | undefined): Candidate[] {
  if (key === undefined || !CONFIG_KEYS.includes(key)) return [];
  const { kind, choices = [], does } = settingOf(key);
  return (kind === "flag" ? ["true", "false"] : choices).map((each) => [each, does]);
}

/** Builds the page for an address. No address names a file. */

import { lastLines } from "../agents/background.ts";
import type { Place } from "../place/place.ts";
import { html } from "../render/html.ts";
import { oneLine } from "../text/foreign-text.ts";
import { formatTime } from "../text/time/format-time.ts";
import { searchSessions } from "../views/search.ts";
import { surveySessions } from "../views/session-rows.ts";
import { PARTS, queryOf } from "../views/shapes/search.ts";
import { overviewOf } from "./overview.ts";
import type { Page, PagePart } from "./page.ts";
import { conflictsPart } from "./pages/conflicts.ts";
import { type Day, section } from "./pages/elements.ts";
import { agentItem, agentsPart, newsPart, sessionsPart, worktreesPart } from "./pages/overview.ts";
import { foundPart, listPart } from "./pages/search.ts";
import * as session from "./pages/session.ts";
import { sessionDetail } from "./session-detail.ts";
import type { WorktreeCache } from "./worktree-cache.ts";

/** Number of timeline entries to show, unless the query has `entries`. */
const ENTRIES = 20;
const MAX_ENTRIES = 5_000;

/** Number of lines of an agent's log to show on its own page. */
const LOG_LINES = 300;

/** Maximum characters of a search. */
const MAX_QUERY = 500;

/** A request for a page, with the state of the clone and of the visit. */
interface PageRequest {
  readonly place: Place;
  readonly query: URLSearchParams;
  /** Time after which events are new, in ISO 8601; undefined on the first visit. */
  readonly since: string | undefined;
  readonly worktrees: WorktreeCache;
}

type Route = (request: PageRequest, day: Day) => Promise<Page>;

const ROUTES = new Map<string, Route>([
  ["", overview],
  ["sessions", allSessions],
  ["session", oneSession],
  ["search", search],
  ["agent", agent],
]);

/**
 * Returns the page for a path, which begins after the token; undefined for an unknown path. Renders the parts
 * later.
 * @throws Failure `unknown-session`, `ambiguous-session`, or as `lastLines` for the page of an agent
 */
export async function pageAt(path: string, request: PageRequest): Promise<Page | undefined> {
  return ROUTES.get(path)?.(request, (iso) => formatTime(request.place.config, iso));
}

async function overview({ place, since, worktrees: known }: PageRequest, inDay: Day): Promise<Page> {
  const { repository, sessions, worktrees, conflicts, agents } = overviewOf(place, since, known);
  return {
    title: `${oneLine(repository)}: sessions`,
    nav: "overview",
    parts: [
      { ...part("news", "New", "record"), make: async () => newsPart(await sessions(), inDay) },
      { ...part("sessions", "Sessions", "record"), make: async () => sessionsPart(await sessions(), inDay) },
      {
        ...part("worktrees", "Worktrees", "record", "files"),
        make: async () => worktreesPart(await worktrees(), inDay),
      },
      { ...part("agents", "Agents", "record", "log"), make: async () => agentsPart(await agents(), inDay) },
      {
        ...part("conflicts", "Conflicts", "record", "files"),
        make: async () => conflictsPart(await conflicts(), await worktrees(), inDay),
      },
    ],
  };
}

function part(id: string, name: string, ...follows: PagePart["follows"]) {
  return { id, name, follows };
}

async function allSessions({ place }: PageRequest, inDay: Day): Promise<Page> {
  const make = async () => listPart((await surveySessions(place)).rows, inDay);
  return {
    title: "All sessions",
    nav: "sessions",
    parts: [{ ...part("all", "All sessions", "record"), make }],
  };
}

async function oneSession({ place, query }: PageRequest, inDay: Day): Promise<Page> {
  const entries = Math.min(MAX_ENTRIES, Number(query.get("entries")) || ENTRIES);
  const detail = await sessionDetail(place, query.get("id") ?? "", entries);
  const parts = [
    ["head", "Session", session.headPart],
    ["objectives", "Objectives", session.objectivesPart],
    ["blockers", "Blockers", session.blockersPart],
    ["work", "Agents", session.workPart],
    ["decisions", "Decisions", session.decisionsPart],
    ["notes", "Notes", session.notesPart],
    ["files", "Files", session.filesPart],
    ["checks", "Checks", session.checksPart],
    ["handoff", "Handoff", session.handoffPart],
    ["timeline", "Timeline", session.timelinePart],
  ] as const;
  return {
    title: oneLine(detail.page.session.title),
    nav: "other",
    parts: parts.map(([id, name, draw]) => ({
      ...part(id, name, "record", "files", ...(id === "work" ? (["log"] as const) : [])),
      make: async () => draw(detail, inDay),
    })),
  };
}

async function search({ place, query }: PageRequest, inDay: Day): Promise<Page> {
  const words = (query.get("q") ?? "").slice(0, MAX_QUERY).trim();
  // A quoted phrase counts as one word, as in a shell.
  const wanted = queryOf(
    [...words.matchAll(/"([^"]*)"|(\S+)/g)].map(([, phrase, word]) => phrase ?? word ?? ""),
  );
  const make = async () => {
    const request = { query: wanted, parts: [...PARTS], tags: [] };
    const found = wanted.words.length === 0 ? [] : await searchSessions(place, request);
    return foundPart(words, wanted, found, inDay);
  };
  return {
    title: `Search: ${words}`,
    nav: "search",
    parts: [{ ...part("found", "Search", "record"), make }],
  };
}

async function agent({ place, query }: PageRequest, inDay: Day): Promise<Page> {
  const { run, lines } = await lastLines(place, query.get("run") ?? "", LOG_LINES);
  const make = async () =>
    section("log", "Agent", "", html`<ul class="list">${agentItem({ ...run, lines }, inDay, true)}</ul>`);
  return {
    title: `${oneLine(run.agent)}: log`,
    nav: "other",
    parts: [{ ...part("log", "Log", "record", "log"), make }],
  };
}

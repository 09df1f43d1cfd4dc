/**
 * Renders a brief with only the changes since the reader's last brief, and records each brief that is read.
 */

import { sessionFolder } from "../../history/stored-session.ts";
import type { Place } from "../../place/place.ts";
import { templateFolders } from "../../place/templates.ts";
import { openTemplate } from "../../render/template.ts";
import { Failure } from "../../session/failure.ts";
import { readLastBrief, writeLastBrief } from "../../store/last-seen.ts";
import { defined } from "../../text/defined.ts";
import { visibleView } from "../../text/foreign-text.ts";
import { agentName, DEFAULT_LIMIT, fits } from "../../text/limits.ts";
import { withLocalTimes } from "../../text/time/format-time.ts";
import { briefChanges, briefItems } from "../shapes/brief-changes.ts";
import type { BriefView } from "../shapes/session-views.ts";
import { briefView } from "./brief.ts";
import { type BriefRequest, fittedBrief, type Rendered } from "./brief-text.ts";

/**
 * Returns changes since the last brief that `agent` read on this branch, or the whole brief the first time.
 * Records the brief as read.
 */
export async function briefSince(
  place: Place,
  agent: string,
  request: BriefRequest = {},
): Promise<Rendered<object>> {
  const view = await briefView(place);
  const before = await readLastBrief(folderOf(place, view), agentName(agent));
  const known = before?.branch === view.session.branch ? before : undefined;
  const rendered =
    known === undefined ? await fittedBrief(place, view, request) : await since(place, view, known, request);
  await recordBriefRead(place, view, agent);
  return rendered;
}

/** Records that an agent read this brief. Adds a notice if the record cannot be written. */
export async function recordBriefRead(place: Place, view: BriefView, agent: string): Promise<void> {
  const { branch, commit } = view.session;
  const given = { agent: agentName(agent), branch, ...defined({ commit }), said: briefItems(view) };
  try {
    await writeLastBrief(place.repository.commonDir, folderOf(place, view), given);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    place.notices.push(`cannot record that this brief was read: ${error.message}`);
  }
}

async function since(
  place: Place,
  view: BriefView,
  before: Parameters<typeof briefChanges>[1],
  { format = "markdown", limit = DEFAULT_LIMIT, full = false }: BriefRequest,
): Promise<Rendered<object>> {
  const whole = briefChanges(view, before);
  const count = ({ added, changed, gone }: Pick<typeof whole, "added" | "changed" | "gone">) =>
    added.length + changed.length + gone.length;
  const same = count(whole) === 0;
  const template = await openTemplate("since.md", templateFolders(place));
  const render = async (most: number): Promise<string> => {
    const lists = {
      added: cut(whole.added, most),
      changed: cut(whole.changed, most),
      gone: cut(whole.gone, most),
    };
    const shown = { ...whole, ...lists, same, more: count(whole) - count(lists) };
    if (format === "json") return `${JSON.stringify(visibleView(shown), null, 2)}\n`;
    if (format === "xml")
      return (await import("../../render/xml.ts")).xml("since", withLocalTimes(place.config, shown));
    return template.render(withLocalTimes(place.config, shown));
  };
  let most = Math.max(whole.added.length, whole.changed.length, whole.gone.length);
  let text = await render(most);
  while (!full && most > 0 && !fits(text, limit)) {
    most = most >> 1;
    text = await render(most);
  }
  return { view: visibleView({ ...whole, same }), text, problems: template.problems };
}

const cut = (lines: readonly string[], most: number) => lines.slice(0, most);

/** Returns the session's folder, or the folder of all sessions for a branch without a session. */
function folderOf(place: Place, view: BriefView): string {
  const { kind, words } = view.session.record;
  const isStored = kind === "local" && words === undefined;
  return isStored ? sessionFolder(place, view.session.branch) : place.sessionsDir;
}

/** Brief and handoff as text: the view that a workflow gathered, through the templates. */
import { requireBranch } from "../git/repository.ts";
import type { BriefView, HandoffView } from "../model/views.ts";
import { type FittedBrief, fitBrief } from "../render/brief.ts";
import { openTemplate, type Template } from "../render/template.ts";
import { standingOf } from "./branch.ts";
import { briefView } from "./brief.ts";
import { handoffView } from "./handoff.ts";
import type { Place } from "./place.ts";
import { loadKnown, resolveSession } from "./resolve.ts";
import { findSession } from "./session.ts";
import { templateFolders } from "./templates.ts";

/** Files that a handoff names; the rest is counted. */
const MAX_FILES = 25;

interface Rendered<V> {
  readonly view: V;
  readonly text: string;
  /** What is wrong with the project's own templates. */
  readonly problems: readonly string[];
}

export async function briefText(place: Place, maxTokens = 2500): Promise<Rendered<BriefView>> {
  const [view, template] = await Promise.all([briefView(place), templateOf(place, "brief.md")]);
  const text = await fitBrief(view, (shown) => template.render(withSections(shown)), maxTokens);
  return { view, text, problems: template.problems };
}

/** The handoff of a session by name; without one, of the branch that is checked out, recorded or not. */
export async function handoffText(place: Place, name: string | undefined): Promise<Rendered<HandoffView>> {
  const found = name === undefined ? undefined : await resolveSession(place, name);
  const branch = found?.branch ?? requireBranch(place.repository);
  const session = found === undefined ? await findSession(place, branch) : await loadKnown(place, found);
  const earlier =
    found !== undefined && session !== undefined && (await standingOf(place, session)) === "earlier";
  return renderHandoff(place, await handoffView(place, branch, session, earlier));
}

export async function renderHandoff(place: Place, view: HandoffView): Promise<Rendered<HandoffView>> {
  const template = await templateOf(place, "handoff.md");
  const { files, ...rest } = view;
  const inProgress = view.objectives.filter((each) => each.mark === "active");
  const shown = {
    ...rest,
    files: files.slice(0, MAX_FILES),
    moreFiles: Math.max(0, files.length - MAX_FILES),
    inProgress,
    done: view.checkpoints.length + view.commits.length > 0,
    open: inProgress.length + view.dirty.length > 0,
  };
  return { view, text: await template.render(shown), problems: template.problems };
}

/** Handlebars has no "or": which sections have anything in them. */
function withSections(view: FittedBrief): object {
  const { more } = view;
  const any = (...counts: (number | undefined)[]) => counts.some((count) => (count ?? 0) > 0);
  return {
    ...view,
    watch: any(view.warnings.length, view.blockers.length, view.annotations.length, more.annotations),
    build:
      view.architecture !== undefined ||
      view.architectureText !== undefined ||
      view.conventionsText !== undefined ||
      any(view.patterns.length, view.conventions.length, view.commands.length, more.text),
    done: any(view.checkpoints.length, view.commits.length, more.checkpoints, more.commits),
    decided: any(view.decisions.length, more.decisions),
    changed: any(view.files.length, view.dirty.length, more.files, more.dirty),
  };
}

function templateOf(place: Place, name: string): Promise<Template> {
  return openTemplate(name, templateFolders(place));
}

/** Lists, reads and writes session templates: the initial content of new sessions. */

import path from "node:path";
import { refCommit } from "../git/refs.ts";
import { remoteBranch } from "../history/base.ts";
import type { Place } from "../place/place.ts";
import { loadNamed } from "../record/resolve-session.ts";
import { Failure } from "../session/failure.ts";
import { fileName } from "../session/files/filename.ts";
import {
  type ParsedTemplate,
  readTemplate,
  type SessionTemplate,
  templateFile,
  templateNames,
  writeTemplate,
} from "../store/settings/session-template.ts";
import { defined } from "../text/defined.ts";
import { nearest } from "../text/nearest.ts";

export interface ListedTemplate extends SessionTemplate {
  readonly name: string;
  /** Path of the template, relative to the top of the work tree. */
  readonly file: string;
  /** Problems of the template, as `file:line:column: message`. */
  readonly problems: readonly string[];
}

/** Returns every template of the project, with its problems. */
export async function sessionTemplates(place: Place): Promise<ListedTemplate[]> {
  const names = await templateNames(place.projectDir);
  return Promise.all(
    names.map(async (name) => {
      const file = shownFile(place, name);
      try {
        const parsed = await readTemplate(place.projectDir, name);
        return {
          name,
          file,
          ...(parsed?.template ?? NOTHING),
          problems: parsed ? problemsOf(file, parsed) : [],
        };
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        return { name, file, ...NOTHING, problems: [error.message] };
      }
    }),
  );
}

/**
 * Reads a template by name; if `wanted`, also resolves the ref of its base branch.
 * @throws Failure `bad-name`, `unknown-template`, `unsafe-file`; `bad-template` with file, line and column
 */
export async function sessionTemplate(
  place: Place,
  given: string,
  wanted: boolean,
): Promise<SessionTemplate & { readonly from?: string }> {
  const name = fileName(given.replace(/\.yaml$/, ""), "a template");
  const parsed = await readTemplate(place.projectDir, name);
  if (!parsed) throw await unknownTemplate(place, name);
  const file = shownFile(place, name);
  const [first, ...more] = problemsOf(file, parsed);
  if (first !== undefined)
    throw new Failure("bad-template", first, {
      advice: "nothing was started",
      ...(more.length === 0 ? {} : { details: more.join("\n") }),
    });
  const { base } = parsed.template;
  if (base === undefined || !wanted) return parsed.template;
  const from = await baseOf(place, base);
  if (from !== undefined) return { ...parsed.template, from };
  const { line = 1, column = 1 } = parsed.baseAt ?? {};
  throw new Failure("bad-template", `${file}:${line}:${column}: there is no branch ${JSON.stringify(base)}`, {
    hint: "--from <ref>",
  });
}

/** Makes a template from a session's purpose and items. @throws as `resolveSession` and `writeTemplate` */
export async function saveTemplate(
  place: Place,
  session: string,
  given: string,
  force: boolean,
): Promise<{ readonly file: string; readonly template: SessionTemplate }> {
  const name = fileName(given.replace(/\.yaml$/, ""), "a template");
  const { state } = await loadNamed(place, session);
  const { tags, checklist = [], base } = state.context;
  const template = {
    objectives: state.objectives.filter((each) => each.mark !== "dropped").map((each) => each.text),
    tags,
    checklist,
    ...defined({ base: base.branch }),
  };
  await writeTemplate(place.projectDir, name, template, force);
  return { file: shownFile(place, name), template };
}

const NOTHING: SessionTemplate = { objectives: [], tags: [], checklist: [] };

/**
 * Resolves the base branch of a template, in this clone or at a remote. Accepts nothing else, because the
 * name comes from the repository.
 */
async function baseOf(place: Place, base: string): Promise<string | undefined> {
  const { root, branch, head } = place.repository;
  if (/[~^:?*[\\\s]|\.\.|@\{/.test(base)) return undefined;
  const own = `refs/heads/${base}`;
  if ((base === branch && head === undefined) || (await refCommit(root, own)) !== undefined) return own;
  return remoteBranch(place, base);
}

async function unknownTemplate(place: Place, name: string): Promise<Failure> {
  const names = await templateNames(place.projectDir);
  const [meant] = nearest(name, names, 1);
  return new Failure("unknown-template", `there is no template "${name}" in .session/templates/sessions`, {
    advice: meant === undefined ? "" : `did you mean ${meant}?`,
    hint: names.length > 0 ? "session templates list" : "session templates save <session> <name>",
  });
}

function problemsOf(file: string, { problems }: ParsedTemplate): string[] {
  return problems.slice(0, 20).map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
}

function shownFile(place: Place, name: string): string {
  return path.relative(place.repository.root, templateFile(place.projectDir, name));
}

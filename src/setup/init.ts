import { lstat, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ProjectFacts } from "../facts/formats/project/languages.ts";
import { projectFacts } from "../facts/project.ts";
import { ask } from "../git/read.ts";
import { isIgnored } from "../git/status.ts";
import type { Place } from "../place/place.ts";
import { templatesDir } from "../place/templates.ts";
import { Failure } from "../session/failure.ts";
import { removeStaleTemps, writeAtomic } from "../store/files.ts";
import { makeFolders } from "../store/folders.ts";
import { defaultConfigYaml } from "../store/settings/config.ts";
import { systemFailure } from "../store/system-failure.ts";
import { shellWord } from "../text/shell.ts";
import { DECISION_LOG_HEAD } from "../trailers/decision-log.ts";
import { renderProject } from "./drafts.ts";

export interface InitPlan {
  readonly facts: ProjectFacts;
  readonly files: readonly PlannedFile[];
  /** True if git ignores `.session`, so that the team would never see it. */
  readonly ignored: boolean;
  /** True if git tracks a file of `.session`. */
  readonly tracked: boolean;
}

interface PlannedFile {
  /** Path of the file, relative to the top of the work tree. */
  readonly path: string;
  readonly content: string;
  readonly state: "missing" | "same" | "edited";
  /** True for files with records of people, which `--force` never replaces. */
  readonly record: boolean;
}

export interface Initialised {
  readonly written: readonly string[];
  readonly kept: readonly string[];
  /** Edited files that `--force` set aside, each with its old path and its new path. */
  readonly aside: readonly { readonly from: string; readonly to: string }[];
}

/** Returns the files that `init` would write. Writes nothing. */
export async function planInit(place: Place): Promise<InitPlan> {
  const facts = await projectFacts(place);
  const drafts = await renderProject({ ...facts, checks: checksOf(facts) }, templatesDir());
  const config = defaultConfigYaml();
  const wanted: [string, string, boolean][] = [
    ["config.yaml", config, false],
    ...drafts.map(([name, text]): [string, string, boolean] => [name, text, false]),
    ["decision-log.md", DECISION_LOG_HEAD, true],
    [
      ".gitattributes",
      "# Two branches that add decisions merge without a conflict.\ndecision-log.md merge=union\n",
      false,
    ],
  ];
  await refuseLink(place.projectDir);
  const files = await Promise.all(
    wanted.map(([name, content, record]) => planned(place, name, content, record)),
  );
  const { root } = place.repository;
  const [ignored, listed] = await Promise.all([
    isIgnored(root, ".session/config.yaml"),
    ask(root, ["ls-files", "--", ".session"]),
  ]);
  return { facts, files, ignored, tracked: listed.stdout !== "" };
}

/** Returns the project's commands that test, lint or type-check. */
function checksOf(facts: ProjectFacts): string[] {
  return facts.commands
    .filter((each) => /^(test|lint|check|typecheck)$/.test(each.name))
    .map((each) => each.command);
}

/** Reports whether `init` writes a planned file: a missing file, and with `force` an edited draft. */
export function isWritten({ state, record }: PlannedFile, force: boolean): boolean {
  return state === "missing" || (force && state === "edited" && !record);
}

/** Writes missing files; with `force` rewrites all, after a copy of each edited file. */
export async function applyInit(place: Place, plan: InitPlan, force: boolean): Promise<Initialised> {
  await makeFolders(place.projectDir);
  await removeStaleTemps(place.projectDir);
  const written: string[] = [];
  const kept: string[] = [];
  const aside: { from: string; to: string }[] = [];
  for (const file of plan.files) {
    const target = path.join(place.repository.root, file.path);
    if (!isWritten(file, force)) {
      kept.push(file.path);
      continue;
    }
    if (file.state === "edited")
      aside.push({ from: file.path, to: await setCopyAside(place.repository.root, file.path) });
    // Writes atomically: the next `init` would keep an incomplete file.
    await writeAtomic(target, file.content, { mode: 0o666 });
    written.push(file.path);
  }
  return { written, kept, aside };
}

async function planned(place: Place, name: string, content: string, record: boolean): Promise<PlannedFile> {
  const file = path.join(place.projectDir, name);
  await refuseLink(file);
  const there = await readFile(file, "utf8").catch(() => undefined);
  return {
    path: `.session/${name}`,
    content,
    record,
    state: there === undefined ? "missing" : there === content ? "same" : "edited",
  };
}

/**
 * Copies `architecture.md` to `architecture.old.md`, or the next free `architecture.old-2.md`, … Returns
 * the copy.
 */
async function setCopyAside(root: string, file: string): Promise<string> {
  const content = await readFile(path.join(root, file));
  const { dir, name, ext } = path.parse(file);
  for (let n = 1; ; n++) {
    const to = path.join(dir, `${name}.old${n === 1 ? "" : `-${n}`}${ext}`);
    try {
      await writeFile(path.join(root, to), content, { flag: "wx" });
      return to;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST")
        throw systemFailure("write", to, error as NodeJS.ErrnoException);
    }
  }
}

/** Throws Failure `unsafe-file` for a symbolic link: writing would follow it out of the repository. */
async function refuseLink(file: string): Promise<void> {
  const status = await lstat(file).catch(() => undefined);
  if (status?.isSymbolicLink())
    throw new Failure("unsafe-file", `${file} is a link; session does not write through links`, {
      advice: "look where it points, and remove it",
      hint: `rm ${shellWord(file)}`,
    });
}

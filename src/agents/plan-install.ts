/** Plans the changes of installations for agents in their settings files. Writes nothing. */
import { Failure, SAME_COMMAND } from "../session/failure.ts";
import { AGENTS } from "./catalog/all.ts";
import { type Site, seen, shown, standingAt } from "./installations.ts";
import { type AgentRecord, digest, type FileRecord } from "./settings-files.ts";
import type { Agent, Target, Where } from "./shapes/agent.ts";
import { Changed, put, standing, take, withoutServer } from "./shapes/edit.ts";
import { Unfit } from "./shapes/json.ts";

export interface InstallOptions {
  /** True to install the MCP server too; default true. */
  readonly mcp?: boolean;
}

export interface Change {
  readonly file: string;
  readonly targets: readonly Target[];
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly kept?: string;
}

/**
 * Returns the changes with which agents are installed.
 * @throws Failure `unfit-settings`, `no-such-scope`
 */
export function installed(
  where: Where,
  agents: readonly Agent[],
  record: AgentRecord,
  { mcp = true }: InstallOptions = {},
): Change[] {
  const changes = new Map<string, Change>();
  for (const agent of agents) {
    const targets = agent.targets(where);
    if (targets.length === 0)
      throw new Failure("no-such-scope", `${agent.label} has no user-level installation`, {
        hint: `session agents install ${agent.name} --project`,
      });
    for (const target of targets.flatMap((each) => (mcp ? each : (withoutServer(each) ?? [])))) {
      const known = changes.get(target.file);
      const before = known ? known.before : where.see(target.file);
      // An unedited file that an older version of the program wrote is replaced.
      const isOld =
        target.kind === "own" && before !== undefined && record.files[target.file]?.digest === digest(before);
      const after = edited(where, target, () =>
        put(target, known ? known.after : isOld ? undefined : before),
      );
      changes.set(target.file, {
        file: target.file,
        targets: [...(known?.targets ?? []), target],
        before,
        after: after === undefined ? before : after,
        ...(after === undefined
          ? { kept: "it has another version or was edited; remove it and install again" }
          : {}),
      });
    }
  }
  return [...changes.values()];
}

/** Returns the changes with which agents are removed. */
export function uninstalled(site: Site, agents: readonly Agent[], record: AgentRecord): Change[] {
  const { where } = site;
  const asked = record.agents[where.root] ?? [];
  const others = AGENTS.filter(
    (each) =>
      !agents.includes(each) &&
      (asked.includes(each.name) || (each.programs.length > 0 && standingAt(site, each).state !== "no")),
  );
  const kept = new Set(others.flatMap((each) => each.targets(where).map((target) => target.file)));
  const changes = new Map<string, Change>();
  for (const target of agents.flatMap((each) => each.targets({ ...where, all: true }))) {
    const before = changes.get(target.file)?.before ?? where.see(target.file);
    if (before === undefined || kept.has(target.file)) continue;
    const standsNow = changes.get(target.file)?.after ?? before;
    const state = standing(target, standsNow);
    if (state === "none") continue;
    const known = record.files[target.file];
    const untouched = known !== undefined && known.digest === digest(before);
    const exact = untouched && known.before !== undefined ? { after: known.before ?? undefined } : undefined;
    let isKept = false;
    const after = edited(
      where,
      target,
      () => {
        // An unedited file of ours is deleted, whatever version of the program wrote it.
        if (target.kind === "own" && untouched) return undefined;
        return take(target, standsNow);
      },
      () => {
        isKept = true;
      },
    );
    changes.set(target.file, {
      file: target.file,
      targets: [target],
      before,
      after: isKept ? before : exact ? exact.after : after,
      ...(isKept ? { kept: "it was changed by hand; remove it by hand" } : {}),
    });
  }
  return [...changes.values()];
}

/**
 * Returns a text after an edit. Throws Failure `unfit-settings`, with file and line, if the text does not
 * fit.
 */
function edited(
  where: Where,
  target: Target,
  edit: () => string | undefined,
  onChanged: () => void = () => {},
): string | undefined {
  try {
    return edit();
  } catch (error) {
    if (error instanceof Changed) {
      onChanged();
      return undefined;
    }
    if (!(error instanceof Unfit)) throw error;
    throw new Failure(
      "unfit-settings",
      `${shown(where, target.file)}:${error.line}: ${error.message}; nothing was changed`,
      { advice: "correct the file first", hint: SAME_COMMAND },
    );
  }
}

/** Returns the facts that an uninstallation needs to restore the bytes. */
export function recordOf(where: Where, record: AgentRecord, change: Change): FileRecord {
  const { file, before, after = "", targets } = change;
  const known = record.files[file];
  const untouched = known !== undefined && before !== undefined && known.digest === digest(before);
  if (untouched) return { ...known, digest: digest(after) };
  // Another clone installed this file first, so its earlier bytes are unknown.
  if (before !== undefined && targets.some((target) => seen(where, target) !== "none"))
    return { digest: digest(after) };
  const back = targets.reduceRight<string | undefined>(
    (text, target) => (text === undefined ? undefined : take(target, text)),
    after,
  );
  return { digest: digest(after), ...(back === before ? {} : { before: before ?? null }) };
}

/** Converts each key of a session's context to its form in an export, and back. Pure. */

import { CONTEXT_KEYS, type ExportedKey } from "../../session/context.ts";
import { markOfBlocker } from "../../session/files/state-files.ts";
import {
  branchOf,
  type ItemTimes,
  SCHEMA,
  type SessionContext,
  type SessionState,
} from "../../session/state.ts";
import { defined } from "../../text/defined.ts";
import { type ExportedSession, isBranchName, isLine, isMoment } from "./schema.ts";

interface Way<T> {
  readonly out: (state: SessionState, created: string) => Partial<ExportedSession>;
  readonly back: (exported: ExportedSession) => T;
}

/** Conversions for each exported key of CONTEXT: a missing row does not compile. */
const WAYS: { readonly [K in ExportedKey]: Way<SessionContext[K]> } = {
  id: { out: ({ context: { id } }) => ({ id }), back: ({ id }) => id },
  title: {
    out: ({ context }) => ({ title: oneLine(context.title) || branchOf(context) }),
    back: ({ title }) => title,
  },
  ref: {
    out: ({ context }) => ({ branch: branchOf(context) }),
    back: ({ branch }) => `refs/heads/${branch}`,
  },
  base: {
    out: ({ context: { base } }) => ({
      base: {
        ...(isBranchName(base.branch) ? { branch: base.branch } : {}),
        ...defined({ commit: base.commit }),
      },
    }),
    back: ({ base }) => defined(base),
  },
  state: { out: ({ context: { state } }) => ({ state }), back: ({ state }) => state },
  created: { out: (_state, created) => ({ created }), back: ({ created }) => created },
  ended: { out: ({ context: { ended } }) => moments({ ended }), back: ({ ended }) => ended },
  checkpointed: {
    out: ({ context: { checkpointed } }) => moments({ checkpointed }),
    back: ({ checkpointed }) => checkpointed,
  },
  author: { out: ({ context: { author } }) => lines({ author }), back: ({ author }) => author },
  parent: { out: ({ context: { parent } }) => lines({ parent }), back: ({ parent }) => parent },
  tags: {
    out: ({ context }) => ({ tags: context.tags.map(oneLine).filter(Boolean) }),
    back: ({ tags }) => tags,
  },
  meta: {
    out: ({ context }) => ({
      meta: Object.fromEntries(Object.entries(context.meta).filter(([key]) => key !== "__proto__")),
    }),
    back: ({ meta }) => meta,
  },
  checklist: {
    out: ({ context }) => defined({ checklist: context.checklist?.map(oneLine).filter(Boolean) }),
    back: ({ checklist }) => checklist,
  },
  summary: {
    out: ({ context: { summary } }) => (summary ? { summary } : {}),
    back: ({ summary }) => summary,
  },
  coverage: { out: ({ context: { coverage } }) => defined({ coverage }), back: ({ coverage }) => coverage },
  decisions: {
    out: ({ context: { decisions, committed, dropped = {} } }) => ({
      decisions: decisions.map(
        ({ id, text, rationale, alternatives, supersedes, withdraws, session, author, added }) => ({
          id,
          text,
          ...(rationale ? { rationale } : {}),
          alternatives: alternatives.filter(Boolean),
          ...lines({ supersedes, withdraws, author }),
          ...defined({ session }),
          ...moments({ added }),
          ...defined({ commit: committed[id], was: dropped[id] }),
        }),
      ),
    }),
    back: ({ decisions }) => decisions.map(({ commit: _commit, was: _was, ...each }) => defined(each)),
  },
  committed: { out: () => ({}), back: (exported) => carriers(exported, "commit") },
  dropped: { out: () => ({}), back: (exported) => carriers(exported, "was") },
  verified: {
    out: ({ context }) => ({
      verified: context.verified.map(({ added, apart, failing, output: _output, ...each }) => ({
        ...each,
        ...moments({ added }),
        ...(apart ? { apart: [...apart] } : {}),
        ...(failing ? { failing: [...failing] } : {}),
      })),
    }),
    back: ({ verified }) => verified.map(defined),
  },
  notes: {
    out: ({ context }) => ({
      notes: context.notes.filter((each) => each.text !== "" && isMoment(each.added)),
    }),
    back: ({ notes }) => notes,
  },
  items: {
    out: ({ objectives, blockers, context: { items } }) => ({
      objectives: objectives
        .filter((each) => each.text !== "")
        .map(({ id, mark, text, added, finished }) => ({
          id,
          mark,
          text,
          ...moments({ added, finished, changed: items[id]?.changed }),
        })),
      blockers: blockers
        .filter((each) => each.text !== "")
        .map(({ id, resolved, dropped, text, link, note, added, finished }) => ({
          id,
          resolved,
          ...defined({ dropped }),
          text,
          ...lines({ link }),
          ...(note ? { note } : {}),
          ...moments({ added, finished, changed: items[id]?.changed }),
        })),
    }),
    back: ({ objectives, blockers }) =>
      Object.fromEntries([
        ...objectives.map((each) => [each.id, timesOf(each, each.mark)] as const),
        ...blockers.map(
          (each) =>
            [each.id, { ...timesOf(each, markOfBlocker(each)), ...defined({ link: each.link }) }] as const,
        ),
      ]),
  },
  last: { out: ({ context }) => ({ last: { ...context.last } }), back: ({ last }) => last },
};

/**
 * Returns the part of an exported session that comes from the context and the task lists. `created`: ISO 8601
 * time of the session's start.
 */
export function exportedKeys(
  state: SessionState,
  created: string,
): Omit<ExportedSession, "events" | "checkpoints"> {
  const keys = Object.values(WAYS).map((each) => each.out(state, created));
  return Object.assign({}, ...keys);
}

/** Returns the context of an exported session. */
export function contextOfExport(exported: ExportedSession): SessionContext {
  const ways: Readonly<Record<string, Way<unknown>>> = WAYS;
  const values = CONTEXT_KEYS.flatMap((key) => {
    const value = ways[key]?.back(exported);
    return value === undefined ? [] : [[key, value] as const];
  });
  return { ...(Object.fromEntries(values) as unknown as SessionContext), schema: SCHEMA };
}

function carriers({ decisions }: ExportedSession, key: "commit" | "was"): Record<string, string> {
  return Object.fromEntries(
    decisions.flatMap((each) => (each[key] === undefined ? [] : [[each.id, each[key]] as const])),
  );
}

function timesOf(
  item: ExportedSession["objectives"][number] | ExportedSession["blockers"][number],
  mark: string,
): ItemTimes {
  return { ...defined({ added: item.added, finished: item.finished, changed: item.changed }), mark };
}

function moments<K extends string>(values: Record<K, string | undefined>): Partial<Record<K, string>> {
  return Object.fromEntries(Object.entries(values).filter(([, each]) => isMoment(each))) as Partial<
    Record<K, string>
  >;
}

function lines<K extends string>(values: Record<K, string | undefined>): Partial<Record<K, string>> {
  const found = Object.entries<string | undefined>(values).map(
    ([key, each]) => [key, oneLine(each ?? "")] as const,
  );
  return Object.fromEntries(found.filter(([, each]) => isLine(each))) as Partial<Record<K, string>>;
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, " ").slice(0, 1000);
}

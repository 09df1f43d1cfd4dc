/** Finds the object with a given name. One git process answers all such queries of a run, in order. */
import type { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { perRun } from "../surroundings.ts";
import { callerOf } from "./environment.ts";
import { ask, start } from "./read.ts";

/** Milliseconds after the last query until the process ends by itself. */
const IDLE = 3_000;

interface Resolver {
  /** Resolves to the object's id; undefined without such an object; null if git ended early. */
  ask(name: string): Promise<string | undefined | null>;
}

const resolvers = perRun(() => new Map<string, Resolver>());

/**
 * Returns the id of the object with a full name: a ref, HEAD or an id, with `^{commit}` or `^{tree}`.
 * Undefined without such an object. git reads the ref at each call, so the answer is current.
 */
export async function resolveName(root: string, name: string): Promise<string | undefined> {
  // A name with a line end cannot be sent to the process, which reads one query per line.
  const oid = name.includes("\n") ? null : await resolverOf(root).ask(name);
  if (oid !== null) return oid;
  const answer = await ask(root, ["rev-parse", "--verify", "--quiet", name]);
  return answer.code === 0 ? answer.stdout.trim() : undefined;
}

function resolverOf(root: string): Resolver {
  const all = resolvers();
  const key = `${root}\0${callerOf(root)}`;
  const known = all.get(key);
  if (known) return known;
  const made = startResolver(root, () => all.get(key) === made && all.delete(key));
  all.set(key, made);
  return made;
}

function startResolver(root: string, gone: () => void): Resolver {
  const child = start(root, ["cat-file", "--batch-check=%(objectname)"], ["pipe", "pipe", "ignore"]);
  const waiting: ((oid: string | undefined | null) => void)[] = [];
  let text = "";
  const end = () => {
    gone();
    child.stdin?.end();
  };
  const idle = setTimeout(end, IDLE).unref();
  const over = () => {
    gone();
    clearTimeout(idle);
    for (const answer of waiting.splice(0)) answer(null);
  };
  child.once("error", over).once("close", over);
  child.stdin?.on("error", () => {});
  child.stdout?.on("data", (chunk: Buffer) => {
    const lines = (text + chunk.toString("latin1")).split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) waiting.shift()?.(/^[0-9a-f]{40,64}$/.exec(line)?.[0]);
    if (waiting.length > 0) return;
    idle.refresh();
    keepAlive(child, false);
  });
  keepAlive(child, false);
  return {
    ask: (name) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        keepAlive(child, true);
        child.stdin?.write(`${name}\n`);
      }),
  };
}

/** Lets this program exit while git waits for a query, but not while git owes an answer. */
function keepAlive(child: ChildProcess, isAsked: boolean): void {
  for (const each of [child, child.stdin, child.stdout] as (ChildProcess | Socket | null)[])
    if (isAsked) each?.ref();
    else each?.unref();
}

/** Parses build status from `.session/ci.json` and from the JSON of `gh` and `glab`. Pure. */
import { ownValueAt, parsedJson } from "../../text/json.ts";
import type { CiFile } from "./ci-schema.ts";

type BuildStatus = CiFile["status"];

/** The status of a build, and the source of that status. */
export interface Build extends Partial<Omit<CiFile, "version">> {
  readonly status: BuildStatus;
  readonly source: "ci.json" | "gh" | "glab";
}

type Job = NonNullable<CiFile["jobs"]>[number];

/** A parsed `ci.json` file, with the names of its ignored fields; or the reason why it describes no build. */
type ReadBuild = { readonly build: Build; readonly ignored: readonly string[] } | { readonly wrong: string };

/**
 * Parses the text of a `ci.json` file. Ignores optional fields that are invalid: the status must not depend
 * on them.
 */
export async function buildOf(text: string): Promise<ReadBuild> {
  const value = parsedJson(text);
  if (value === undefined) return { wrong: "is not JSON" };
  const [{ safeParse, getDotPath }, { CI_SCHEMA }] = await Promise.all([
    import("valibot"),
    import("./ci-schema.ts"),
  ]);
  const { issues = [] } = safeParse(CI_SCHEMA, value);
  // Names the first invalid value of each field: a list of jobs may have hundreds.
  const invalid = new Map(issues.toReversed().map((each) => [each.path?.[0].key, getDotPath(each) ?? "it"]));
  const valid = Object.entries(value ?? {}).filter(([key]) => !invalid.has(key));
  const result = safeParse(CI_SCHEMA, Object.fromEntries(valid));
  if (!result.success) return { wrong: `${getDotPath(result.issues[0]) ?? "it"} does not match its schema` };
  const { version: _version, ...build } = result.output;
  return { build: { ...build, source: "ci.json" }, ignored: [...invalid.values()].reverse() };
}

/**
 * Parses `gh run list --json` for the given commit, or else for the newest commit with runs. Only the last
 * run of each workflow counts. Returns undefined without runs.
 */
export function buildOfGh(text: string, commit: string): Build | undefined {
  const runs = list(parsedJson(text)).filter((each) => textAt(each, "headSha") !== undefined);
  const sha = runs.some((each) => textAt(each, "headSha") === commit) ? commit : textAt(runs[0], "headSha");
  const jobs = new Map<string, Job & { readonly time: string }>();
  for (const run of runs) {
    if (textAt(run, "headSha") !== sha) continue;
    const name = textAt(run, "workflowName") ?? textAt(run, "name") ?? "workflow";
    const time = textAt(run, "updatedAt") ?? textAt(run, "createdAt") ?? "";
    const known = jobs.get(name);
    if (known && known.time >= time) continue;
    const status = ofGh(textAt(run, "status"), textAt(run, "conclusion"));
    jobs.set(name, { name, status, time, ...link(textAt(run, "url")) });
  }
  const all = [...jobs.values()];
  if (all.length === 0 || sha === undefined) return undefined;
  const status = together(all);
  const said = all.find((each) => each.status === status);
  const times = all.map((each) => each.time).sort();
  return {
    source: "gh",
    status,
    commit: sha,
    ...(all.length === 1 ? { name: all[0]?.name } : {}),
    ...link(said?.url),
    ...moment(times.at(-1)),
    jobs: all.map(({ time: _time, ...job }) => job),
  };
}

/**
 * Parses a pipeline as `glab ci get --output json` prints it. Ignores a failed job with `allow_failure`.
 * Returns undefined for other text.
 */
export function buildOfGlab(text: string): Build | undefined {
  const pipeline = parsedJson(text);
  const said = textAt(pipeline, "status");
  const commit = textAt(pipeline, "sha");
  if (said === undefined || commit === undefined) return undefined;
  const jobs = list(ownValueAt(pipeline, "jobs")).flatMap((each): Job[] => {
    const name = textAt(each, "name");
    const status = ofGlab(textAt(each, "status"));
    if (name === undefined || (status === "failed" && ownValueAt(each, "allow_failure") === true)) return [];
    return [{ name, status, ...link(textAt(each, "web_url")) }];
  });
  return {
    source: "glab",
    status: ofGlab(said),
    commit,
    ...link(textAt(pipeline, "web_url")),
    ...moment(textAt(pipeline, "finished_at") ?? textAt(pipeline, "updated_at")),
    jobs,
  };
}

const GH_FAILED: ReadonlySet<string> = new Set(["failure", "timed_out", "startup_failure"]);

function ofGh(status: string | undefined, conclusion: string | undefined): BuildStatus {
  if (status !== "completed" || conclusion === "action_required") return "running";
  if (conclusion === "success" || conclusion === "neutral") return "passed";
  if (conclusion === "skipped") return "skipped";
  return GH_FAILED.has(conclusion ?? "") ? "failed" : "cancelled";
}

function ofGlab(status: string | undefined): BuildStatus {
  if (status === "success") return "passed";
  if (status === "failed" || status === "skipped") return status;
  return status === "canceled" || status === "canceling" ? "cancelled" : "running";
}

/**
 * Returns the worst status of several jobs: with one failed job the build counts as failed, even while other
 * jobs run.
 */
function together(jobs: readonly Job[]): BuildStatus {
  const worst: readonly BuildStatus[] = ["failed", "running", "cancelled", "passed"];
  return worst.find((status) => jobs.some((each) => each.status === status)) ?? "skipped";
}

function link(url: string | undefined): { url?: string } {
  return url !== undefined && /^https?:\/\/[^\s<>"'`@]+$/.test(url) ? { url } : {};
}

function moment(time: string | undefined): { time?: string } {
  return time === undefined || time === "" || Number.isNaN(Date.parse(time)) ? {} : { time };
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, 500) : [];
}

/** Returns the non-empty string under a key of an object, cut to 1,000 characters; undefined without one. */
function textAt(value: unknown, key: string): string | undefined {
  const text = ownValueAt(value, key);
  return typeof text === "string" && text !== "" ? text.slice(0, 1000) : undefined;
}

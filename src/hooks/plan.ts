/** What to do about each of git's hooks, from what is there. Pure. */

/** Hooks that stand for good. */
const STANDING = ["prepare-commit-msg", "post-checkout", "post-merge", "post-rewrite", "pre-push"] as const;

/** Hooks that prepare-commit-msg puts there for the one commit that needs them: each one costs a fifth of a commit. */
const PASSING = ["commit-msg", "post-commit"] as const;

export type HookName = (typeof STANDING)[number] | (typeof PASSING)[number];

export const HOOKS: readonly HookName[] = [...STANDING, ...PASSING];

/** What stands under one name of a hooks folder. */
export interface HookFile {
  readonly kind: "none" | "file" | "link" | "other";
  readonly executable: boolean;
  /** Content, of the target where it is a link; "" where there is nothing to read. */
  readonly text: string;
  /** The same bytes, one a character. */
  readonly bytes: string;
}

/** One hook with every name that it may have moved to. */
export interface Spot {
  readonly name: HookName;
  readonly here: HookFile;
  /** Where the framework pre-commit moves what it finds, and calls it from. */
  readonly legacy: HookFile;
  /** Where lefthook moves what it finds, and calls it no more. */
  readonly old: HookFile;
  /** Where we move what we find; ours calls it. */
  readonly before: HookFile;
}

/** Our scripts as they ship, and as they were installed last. */
export interface Scripts {
  readonly shipped: ReadonlyMap<HookName, string>;
  readonly installed: ReadonlyMap<HookName, string>;
}

/** `edited`: ours, changed by hand since; `older`: ours, of another version of this program. */
type Owner = "nobody" | "ours" | "older" | "edited" | "other";

type HookState = "installed" | "standby" | "missing" | "outdated" | "edited" | "taken" | "off";

export interface Step {
  readonly name: HookName;
  /** What is the case now. `standby`: put there by prepare-commit-msg when a commit needs it. */
  readonly state: HookState;
  /** What an installation does. `ask`: the user has to add a line of ours; `stuck`: to sort something out first. */
  readonly action: "keep" | "write" | "wrap" | "ask" | "stuck";
  /** Name of the file in the hooks folder that is or will be ours. */
  readonly file: string;
  readonly why?: string;
}

export const beforeName = (file: HookName): string => `${file}.before-session`;

/** Names under which ours may stand, the usual one first. */
const placesOf = (spot: Spot): readonly (readonly [string, HookFile])[] => [
  [spot.name, spot.here],
  [`${spot.name}.legacy`, spot.legacy],
  [`${spot.name}.old`, spot.old],
];

/** Whose a file in a hooks folder is. */
export function ownerOf(file: HookFile, name: HookName, scripts: Scripts): Owner {
  if (file.kind === "none") return "nobody";
  if (file.kind !== "file" || !isOurs(file.text, name)) return "other";
  if (!file.executable) return "edited";
  if (file.text === scripts.shipped.get(name)) return "ours";
  return file.text === scripts.installed.get(name) ? "older" : "edited";
}

/** A copy of ours with another head still calls what was there before: taken for foreign it would come to call itself. */
function isOurs(text: string, name: HookName): boolean {
  return text.includes(`# git-session ${name}:`) || text.includes(beforeName(name));
}

/** Whether a text calls the script that every hook manager is told to call. */
export function callsOurs(text: string, name: HookName): boolean {
  return text.includes(`sessions/.hooks/${name}`);
}

/** What to do in a hooks folder of this clone's own, hook by hook. */
export function planFolder(spots: readonly Spot[], scripts: Scripts): Step[] {
  const steps = spots.map((spot) => planSpot(spot, scripts));
  const first = spots.find((spot) => spot.name === "prepare-commit-msg");
  const calls = first && ownerOf(first.here, first.name, scripts) === "other";
  const asked = steps.some((step) => step.name === first?.name && step.action === "ask");
  if (!asked && !(calls && callsOurs(first.here.text, first.name))) return steps;
  // Called from another hook it does not know where to put those that come and go.
  const why = (name: HookName) =>
    `prepare-commit-msg is called by another hook, so ${name} has to stand for good`;
  return steps.map((step) =>
    step.state === "standby" ? { ...step, state: "missing", action: "ask", why: why(step.name) } : step,
  );
}

function planSpot(spot: Spot, scripts: Scripts): Step {
  const { name, here, legacy } = spot;
  const owner = ownerOf(here, name, scripts);
  if (owner === "nobody") return planFree(spot);
  if (owner !== "other") return ownStep(name, name, owner);
  if (callsOurs(here.text, name)) return { name, state: "installed", action: "keep", file: name };
  if (isPreCommit(here.text)) return planLegacy(spot, ownerOf(legacy, name, scripts));
  const step = { name, state: takenOr(spot, scripts), file: name };
  const stuck = whyStuck(spot);
  if (stuck !== undefined) return { ...step, action: "stuck", why: stuck };
  const why = whyNotWrapped(spot);
  if (why !== undefined) return { ...step, action: "ask", why };
  return { ...step, action: same(here, spot.before) ? "write" : "wrap" };
}

/** Nothing there: ours goes there, unless it comes and goes by itself. */
function planFree({ name, before }: Spot): Step {
  const passing = (PASSING as readonly string[]).includes(name) && before.kind === "none";
  return passing
    ? { name, state: "standby", action: "keep", file: name }
    : { name, state: "missing", action: "write", file: name };
}

function ownStep(name: HookName, file: string, owner: "ours" | "older" | "edited"): Step {
  if (owner === "ours") return { name, state: "installed", action: "keep", file };
  if (owner === "older") return { name, state: "outdated", action: "write", file };
  return {
    name,
    state: "edited",
    action: "keep",
    file,
    why: `${file} is edited and stays as it is; to have the shipped one: remove it, and session hooks install`,
  };
}

/** pre-commit refuses to run where its own hook was moved elsewhere, so ours goes where it moves hooks itself. */
function planLegacy(spot: Spot, owner: Owner): Step {
  const { name } = spot;
  const file = `${name}.legacy`;
  if (owner === "nobody") return { name, state: "missing", action: "write", file };
  if (owner !== "other") return ownStep(name, file, owner);
  if (spot.legacy.kind === "other" || (spot.before.kind !== "none" && !same(spot.legacy, spot.before)))
    return { name, state: "missing", action: "stuck", file, why: occupied(spot) };
  return { name, state: "missing", action: same(spot.legacy, spot.before) ? "write" : "wrap", file };
}

function whyStuck(spot: Spot): string | undefined {
  const { name, here, before } = spot;
  if (here.kind === "other") return `${name} is neither a file nor a link`;
  return before.kind === "none" || same(here, before) ? undefined : occupied(spot);
}

function whyNotWrapped({ name, here }: Spot): string | undefined {
  if (looksAtItsName(here.text))
    return `${name} looks at its own name, so it cannot be called by another one`;
  return isLefthook(here.text) ? `${name} is lefthook's, which puts it back` : undefined;
}

function occupied({ name }: Spot): string {
  return `${beforeName(name)} is there already, and ${name} was replaced since: keep what you need of the two, and remove ${beforeName(name)}`;
}

function takenOr(spot: Spot, scripts: Scripts): HookState {
  const moved = [spot.legacy, spot.old].some((file) =>
    ["ours", "older"].includes(ownerOf(file, spot.name, scripts)),
  );
  return moved || spot.before.kind !== "none" ? "taken" : "missing";
}

function same(one: HookFile, other: HookFile): boolean {
  return (
    one.kind === "file" &&
    other.kind === "file" &&
    one.bytes === other.bytes &&
    one.executable === other.executable
  );
}

const isPreCommit = (text: string) => text.includes("File generated by pre-commit");
const isLefthook = (text: string) => text.includes("call_lefthook");

/** husky 4, overcommit and others are one script for all hooks, which asks by which name it was called. */
function looksAtItsName(text: string): boolean {
  return /basename\b[^\n]{0,30}(?:\$\{?0|\$PROGRAM_NAME|argv|__file|__FILE)|\$\{0##|\/husky\.sh"/.test(text);
}

/** Where a hook of ours is put back from: the first place that holds ours gives way to what was there before. */
export interface Removal {
  readonly name: HookName;
  /** Ours, to be removed. */
  readonly remove: readonly string[];
  /** What was there before goes back to this name. */
  readonly restoreTo?: string;
  /** A copy of what stands in its place anyway. */
  readonly drop?: string;
  /** Said, not touched. */
  readonly stays?: string;
}

/** How to take ours out of a hooks folder, so that it is as if it had never been there. */
export function planRemoval(spots: readonly Spot[], scripts: Scripts): Removal[] {
  return spots.map((spot) => {
    const { name, here, before } = spot;
    const owned = placesOf(spot).map(([file, found]) => [file, ownerOf(found, name, scripts)] as const);
    const remove = owned.filter(([, owner]) => owner === "ours" || owner === "older").map(([file]) => file);
    const edited = owned.find(([, owner]) => owner === "edited")?.[0];
    const kept = before.kind !== "none" ? beforeName(name) : undefined;
    if (edited !== undefined) {
      const then = kept === undefined ? "" : `; it still calls ${kept}. To go back: mv ${kept} ${edited}`;
      return { name, remove, stays: `${edited} was edited and stays${then}` };
    }
    if (kept === undefined) return { name, remove };
    const place = remove[0] ?? (here.kind === "none" ? name : undefined);
    if (place !== undefined) return { name, remove, restoreTo: place };
    if (same(here, before)) return { name, remove, drop: kept };
    return {
      name,
      remove,
      stays: `${kept} is what ${name} was before something else replaced both; it stays`,
    };
  });
}

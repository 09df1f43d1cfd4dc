/** Plans what to do with each of git's hooks, from the files in a hooks folder. Pure: changes no file. */

/** Names of hooks that are always installed. */
const STANDING = ["prepare-commit-msg", "post-checkout", "post-merge", "post-rewrite", "pre-push"] as const;

/**
 * Hooks that prepare-commit-msg installs for a single commit, because each costs a fifth of a commit's
 * time.
 */
const PASSING = ["commit-msg", "post-commit"] as const;

export type HookName = (typeof STANDING)[number] | (typeof PASSING)[number];

export const HOOKS: readonly HookName[] = [...STANDING, ...PASSING];

/** A file of a hooks folder. */
export interface HookFile {
  readonly kind: "none" | "file" | "link" | "other";
  readonly executable: boolean;
  /** Content of the file, or of its target if it is a link; "" if unreadable. */
  readonly text: string;
  /** Content as bytes, decoded as Latin-1: one character per byte. */
  readonly bytes: string;
}

/** A hook's file, and the names under which managers back it up. */
export interface Spot {
  readonly name: HookName;
  readonly here: HookFile;
  /** Backup of the hook by the framework pre-commit, which still calls it. */
  readonly legacy: HookFile;
  /** Backup of the hook by lefthook, which no longer calls it. */
  readonly old: HookFile;
  /** Backup of the hook by this program, whose script calls it. */
  readonly before: HookFile;
}

/** This program's scripts: as shipped, and as installed last. */
export interface Scripts {
  readonly shipped: ReadonlyMap<HookName, string>;
  readonly installed: ReadonlyMap<HookName, string>;
}

/**
 * Owner of a hook file. `edited`: this program's file, changed by hand; `older`: a file of another version of
 * this program.
 */
type Owner = "nobody" | "ours" | "older" | "edited" | "other";

type HookState = "installed" | "standby" | "missing" | "outdated" | "edited" | "taken" | "off";

export interface Step {
  readonly name: HookName;
  /** Current state of the hook. `standby`: prepare-commit-msg installs it when a commit needs it. */
  readonly state: HookState;
  /**
   * Action of an installation. `ask`: the user must add a line; `stuck`: the user must solve a
   * problem first.
   */
  readonly action: "keep" | "write" | "wrap" | "ask" | "stuck";
  /** Name of this program's file in the hooks folder, now or after the installation. */
  readonly file: string;
  readonly why?: string;
}

/** Returns the file name under which an installation keeps the user's own hook. */
export const beforeName = (file: HookName): string => `${file}.before-session`;

/** Returns the names that this program's file may have, the usual one first. */
const placesOf = (spot: Spot): readonly (readonly [string, HookFile])[] => [
  [spot.name, spot.here],
  [`${spot.name}.legacy`, spot.legacy],
  [`${spot.name}.old`, spot.old],
];

/** Returns the owner (user, this program, another tool) of a file in a hooks folder. */
export function ownerOf(file: HookFile, name: HookName, scripts: Scripts): Owner {
  if (file.kind === "none") return "nobody";
  if (file.kind !== "file" || !isOurs(file.text, name)) return "other";
  if (!file.executable) return "edited";
  if (file.text === scripts.shipped.get(name)) return "ours";
  return file.text === scripts.installed.get(name) ? "older" : "edited";
}

/**
 * Reports whether this program wrote a hook file. Also recognizes edited copies: a copy treated as the user's
 * hook would be backed up, and then call itself.
 */
function isOurs(text: string, name: HookName): boolean {
  return text.includes(`# git-session ${name}:`) || text.includes(beforeName(name));
}

/** Reports whether a text calls the script with the line that users add for hook managers. */
export function callsOurs(text: string, name: HookName): boolean {
  return text.includes(`sessions/.hooks/${name}`);
}

/** Plans the installation into a hooks folder of this clone, one step per hook. */
export function planFolder(spots: readonly Spot[], scripts: Scripts): Step[] {
  const steps = spots.map((spot) => planSpot(spot, scripts));
  const first = spots.find((spot) => spot.name === "prepare-commit-msg");
  const calls = first && ownerOf(first.here, first.name, scripts) === "other";
  const asked = steps.some((step) => step.name === first?.name && step.action === "ask");
  if (!asked && !(calls && callsOurs(first.here.text, first.name))) return steps;
  // If another hook calls prepare-commit-msg, it cannot find the folder for the hooks of a single commit.
  const why = (name: HookName) =>
    `another hook calls prepare-commit-msg, so ${name} must always be installed`;
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

/** Plans a hook with a free file name: installs it, unless prepare-commit-msg installs it when needed. */
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
    why: `${file} was edited and is kept; to replace it, remove it and run session hooks install`,
  };
}

/**
 * Installs our script under the name of pre-commit's backup, which pre-commit calls: pre-commit refuses to
 * run if its hook is renamed.
 */
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
    return `${name} depends on its own file name, so another hook cannot call it`;
  return isLefthook(here.text) ? `${name} belongs to lefthook, which would restore it` : undefined;
}

function occupied({ name }: Spot): string {
  return `${beforeName(name)} already exists, and ${name} was replaced since: keep what you need of both, and remove ${beforeName(name)}`;
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

/**
 * Recognizes scripts that serve all hooks and check the name under which git called them, such as scripts of
 * husky 4 and overcommit.
 */
function looksAtItsName(text: string): boolean {
  return /basename\b[^\n]{0,30}(?:\$\{?0|\$PROGRAM_NAME|argv|__file|__FILE)|\$\{0##|\/husky\.sh"/.test(text);
}

/** The removal of one hook: the user's hook replaces this program's file. */
export interface Removal {
  readonly name: HookName;
  /** Names of this program's files to remove. */
  readonly remove: readonly string[];
  /** File name to which the user's hook returns. */
  readonly restoreTo?: string;
  /** Name of a backup that equals the hook in place. */
  readonly drop?: string;
  /** Name of a hook file that is reported and not changed. */
  readonly stays?: string;
}

/** Plans the removal from a hooks folder, which restores it to its state before the installation. */
export function planRemoval(spots: readonly Spot[], scripts: Scripts): Removal[] {
  return spots.map((spot) => {
    const { name, here, before } = spot;
    const owned = placesOf(spot).map(([file, found]) => [file, ownerOf(found, name, scripts)] as const);
    const remove = owned.filter(([, owner]) => owner === "ours" || owner === "older").map(([file]) => file);
    const edited = owned.find(([, owner]) => owner === "edited")?.[0];
    const kept = before.kind !== "none" ? beforeName(name) : undefined;
    if (edited !== undefined) {
      const then =
        kept === undefined ? "" : `; it still calls ${kept}. To restore that: mv ${kept} ${edited}`;
      return { name, remove, stays: `${edited} was edited and is kept${then}` };
    }
    if (kept === undefined) return { name, remove };
    const place = remove[0] ?? (here.kind === "none" ? name : undefined);
    if (place !== undefined) return { name, remove, restoreTo: place };
    if (same(here, before)) return { name, remove, drop: kept };
    return {
      name,
      remove,
      stays: `${kept} is the earlier ${name}; another program replaced ${name} since, so ${kept} is kept`,
    };
  });
}

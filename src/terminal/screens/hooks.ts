import type { HookReport } from "../../hooks/install.ts";
import type { ManagerLines } from "../../hooks/place-plan.ts";
import { signs } from "../signs.ts";
import { bold, cyan, dim, green, red, yellow } from "../style.ts";

const WORDS: Readonly<Record<string, string>> = {
  installed: "installed",
  standby: "installed for each commit that needs it",
  missing: "not installed",
  outdated: "another version",
  edited: "installed, and edited",
  taken: "replaced by another hook",
  off: "switched off",
};

/** Returns the state of each hook, then the remaining steps. */
export function hookReport(report: HookReport, emoji: boolean): string {
  const { how, hooks, program, log } = report;
  const width = Math.max(...hooks.map((each) => each.name.length)) + 2;
  const rows = hooks.map(({ name, state, why }) => {
    const fine = ["installed", "standby", "edited"].includes(state);
    const symbol = fine
      ? green(emoji ? signs().done : "[x]")
      : state === "off"
        ? yellow("-")
        : red(emoji ? signs().failed : "[ ]");
    return `${symbol} ${name.padEnd(width)}${dim(WORDS[state] ?? state)}${why === undefined ? "" : `\n    ${why}`}`;
  });
  return [
    headOf(report),
    ...(how === "off" ? [] : rows),
    ...linesOf(report.lines),
    ...(program?.missing ?? []).map((file) => `${red("gone:")} ${file}`),
    ...(log.lines.length === 0 ? [] : [`${yellow("failures:")} ${log.lines.length} in ${log.file}`]),
  ].join("\n");
}

/** Returns whether an installation would change something. */
export function needsInstall({ how, installed, lines, program }: HookReport): boolean {
  return (!installed && how !== "off" && lines === undefined) || (program?.missing ?? []).length > 0;
}

/** Returns lines that describe the steps of an installation. */
export function hookPlan(report: HookReport): string {
  const { how, hooks } = report;
  const steps = hooks.flatMap(({ name, file, action, why }) => {
    if (action === "wrap")
      return [
        `${cyan("~")} ${file}: replaced; the current hook is kept as ${name}.before-session and still runs`,
      ];
    if (action === "write") return [`${green("+")} ${file}`];
    return why === undefined ? [] : [`${yellow("!")} ${why}`];
  });
  const none = steps.length === 0 && report.lines === undefined && how !== "off";
  return [headOf(report), ...steps, ...linesOf(report.lines), ...(none ? ["Nothing to do."] : [])].join("\n");
}

function headOf({ how, folder, why = "" }: HookReport): string {
  if (how === "off") return `${why}. session does not change that.`;
  if (how === "configuration") return bold("Hooks in the configuration of this clone");
  return how === "files" ? bold(`Hooks in ${folder}`) : `${why}: session changes nothing there.`;
}

function linesOf(lines: ManagerLines | undefined): string[] {
  if (lines === undefined) return [];
  return [...lines.files.map(({ file, text }) => `\n${bold(file)}\n${text}`), "", lines.after];
}

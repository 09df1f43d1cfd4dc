import path from "node:path";
import type { Command } from "@commander-js/extra-typings";
import type { About, Call } from "../cli/command.ts";
import { loadConfigOf, projectConfigFile, userConfigFile } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { configValue } from "../settings/config.ts";
import { setConfig, unsetConfig } from "../store/settings/config.ts";
import { dim, green } from "../terminal/style.ts";
import { table } from "../terminal/table.ts";

export const about: About = {
  name: "config",
  group: "Set up",
  order: 40,
  pager: true,
  summary: "Read, change and check settings",
  description:
    "Reads and changes settings. The repository's .session/config.yaml wins over your own settings, and those over the defaults.",
  examples: [
    ["session config list", "every key, its value and its source"],
    ["session config get start.base", "one value"],
    ["session config set tracking.idle_timeout 45m", "for this repository"],
    ["session config unset start.base", "back to the default"],
    ["session config validate", "check the files"],
    ["session config set display.emoji false --user", "for you, everywhere"],
  ],
};

export function define(config: Command): void {
  config.does(list);
  config.command("list").alias("ls").description("List every key with its value and its source").does(list);
  config
    .command("get <key>")
    .description("Print one value")
    .does(async ({ place: open, out }, key) => {
      const value = configValue((await open()).config, key);
      out.data(shown(value), value ?? null);
    });
  config
    .command("set <key> <value...>")
    .description("Change a value; several values make a list")
    .option("--user", "change your own settings")
    .does(async (call, key, values, options) => {
      const file = await fileOf(call, options.user ?? false);
      await setConfig(file, key, values);
      call.out.done(`Set ${key} in ${file}.`, { key, file });
    });
  config
    .command("unset <key>")
    .description("Restore the default")
    .option("--user", "change your own settings")
    .does(async (call, key, options) => {
      const file = await fileOf(call, options.user ?? false);
      await unsetConfig(file, key);
      call.out.done(`Unset ${key} in ${file}.`, { key, file });
    });
  config
    .command("validate")
    .description("Check the settings files for errors")
    .does(async ({ place: open, out }) => {
      const place = await open({ silent: true });
      const problems = place.configProblems;
      if (problems.length > 0) {
        const lines = problems.map(
          (each) =>
            `${path.relative(place.repository.root, each.file) || each.file}:${each.line}:${each.column}: ${each.message}`,
        );
        out.data(lines.join("\n"), { valid: false, problems });
        return 1;
      }
      out.done(green("The settings are valid."), { valid: true, problems: [] });
      return 0;
    });
}

async function list({ place: open, out }: Call): Promise<void> {
  const place = await open();
  const { config, origins } = await loadConfigOf(place.repository);
  const keys = [...origins.keys()];
  const lines = table([
    { title: "Key", cells: keys, whole: true },
    { title: "Value", cells: keys.map((key) => shown(configValue(config, key))), least: 12 },
    { title: "From", cells: keys.map((key) => origins.get(key) ?? ""), paint: dim, least: 8, spare: 1 },
  ]);
  out.screen(lines, config);
}

function shown(value: unknown): string {
  if (Array.isArray(value))
    return value.map((each) => (typeof each === "string" ? each : JSON.stringify(each))).join(", ");
  return value === undefined ? "" : String(value);
}

async function fileOf(call: Call, user: boolean): Promise<string> {
  const place = await call.place({ silent: true });
  if (user) return userConfigFile();
  const file = projectConfigFile(place.repository.root);
  const broken = place.configProblems.find((each) => each.file === file && each.fatal);
  if (broken)
    throw new Failure("bad-config", `${file}:${broken.line}:${broken.column}: ${broken.message}`, {
      advice: "correct the file by hand first",
    });
  return file;
}

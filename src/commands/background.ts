import type { Command } from "@commander-js/extra-typings";
import { attachTo, backgroundRuns, follow, lastLines } from "../agents/background.ts";
import { findRun } from "../agents/resolve-run.ts";
import { stopRun } from "../agents/stop-run.ts";
import type { About } from "../cli/command.ts";
import { calledWith, wholeNumber } from "../cli/options.ts";
import { Failure } from "../session/failure.ts";
import type { RunView } from "../session/runs.ts";
import { now } from "../surroundings.ts";
import { runLines } from "../terminal/screens/background.ts";
import { defined } from "../text/defined.ts";
import { plural } from "../text/plural.ts";

const RUN = ["[session]", "session or id of a run (default: this branch's)"] as const;

export const about: About = {
  name: "background",
  aliases: ["bg"],
  group: "Agents",
  order: 30,
  summary: "List, watch, attach to and stop background agents",
  description: "Lists agents that session run --background started: running ones first, then ended ones.",
  examples: [
    ["session background", "state, time and last line of each"],
    ["session background logs docs/api --follow", "follow what an agent writes"],
    ["session background attach docs/api", "open its terminal"],
    ["session background stop docs/api", "stop an agent"],
  ],
};

export function define(background: Command): void {
  const listed = (command: Command) =>
    command
      .option("--limit <n>", "show at most <n> runs", "10")
      .option("--search <words>", "find words in session, agent, prompt or state")
      .option("--waiting", "show only agents that wait for an answer")
      .does(async ({ place: open, out }, own, called) => {
        // Of `background list`, commander gives the options to `background`.
        const options = called.optsWithGlobals() as typeof own;
        const { search, waiting } = options;
        const limit = wholeNumber("--limit", options.limit);
        const { runs, more } = await backgroundRuns(await open({ bare: true }), {
          limit,
          ...defined({ search }),
          ...(waiting ? { waiting } : {}),
        });
        if (runs.length === 0) {
          return out.none("No background agents.", runs, "session run <agent> --background");
        }
        out.screen(runLines(runs, now()), runs);
        if (more > 0) out.more(plural(more, "more run"), calledWith(called, "--limit", runs.length + more));
      });
  listed(background);
  listed(background.command("list", { hidden: true }));
  background
    .command("logs")
    .description("Show what an agent has written")
    .argument(...RUN)
    .option("-f, --follow", "follow until the agent ends")
    .option("-n, --lines <n>", "show the last <n> lines", "50")
    .does(async ({ place: open, out }, name, options) => {
      const count = wholeNumber("--lines", options.lines, 0);
      if (options.follow && out.json)
        throw new Failure("usage", "--follow does not work with --json: it has no end");
      const place = await open({ bare: true });
      const { run, lines, size } = await lastLines(place, name, count);
      if (lines.length > 0 || out.json) out.data(lines.join("\n"), { run, lines });
      if (options.follow) await follow(place, run.id, size, (more) => out.data(more.join("\n"), more));
    });
  background
    .command("attach")
    .description("Attach to an agent's tmux terminal, or follow its output")
    .argument(...RUN)
    .does(async ({ place: open, out }, name) => {
      if (out.json)
        throw new Failure("usage", "attach does not work with --json: use session background logs --json");
      const place = await open({ bare: true });
      const { run, lines, size } = await lastLines(place, name, 50);
      if (run.tmux !== null) return attachTo(run);
      out.say(
        "This agent has no terminal to type into. Showing its output; Ctrl-C stops showing, not the agent.",
      );
      if (lines.length > 0) out.data(lines.join("\n"), lines);
      const last = await follow(place, run.id, size, (more) => out.data(more.join("\n"), more));
      if (last) out.say(`The agent has ended: ${last.state}.`);
    });
  background
    .command("stop")
    .description("Stop an agent and every process it started")
    .argument("<session...>", "session or id of a run")
    .option("--timeout <seconds>", "kill it after so many seconds", "5")
    .does(async ({ place: open, out }, names, options) => {
      const grace = wholeNumber("--timeout", options.timeout, 0) * 1000;
      const place = await open({ bare: true });
      const found = await Promise.all(names.map((each) => findRun(place, each)));
      const records = new Map(found.map(({ record }) => [record.id, record]));
      const stopped: RunView[] = [];
      const failures: Failure[] = [];
      for (const record of records.values()) {
        try {
          stopped.push(await stopRun(place, record, grace));
        } catch (error) {
          if (!(error instanceof Failure)) throw error;
          failures.push(error);
        }
      }
      const lines = stopped.map(
        (each) => `${each.agent} on ${each.session.branch} is stopped (run ${each.id}).`,
      );
      const [failure, ...others] = failures;
      for (const each of others) out.warn(each.message);
      // With --json, the failure is the answer.
      if (stopped.length > 0 && !(failure && out.json))
        out.done(lines, stopped, stopped.map((each) => each.id).join("\n"));
      if (failure) throw failure;
    });
  background
    .command("keep <run>", { hidden: true })
    .description("Wait for an agent (internal)")
    .does(async ({ cwd }, id) => (await import("../agents/run-process.ts")).waitForRun(cwd, id));
}

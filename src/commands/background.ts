import type { Command } from "@commander-js/extra-typings";
import { attachTo, backgroundRuns, follow, lastLines } from "../agents/background.ts";
import { findRun } from "../agents/find-run.ts";
import { stopRun } from "../agents/run-stop.ts";
import type { About } from "../cli/command.ts";
import { wholeNumber } from "../cli/options.ts";
import { Failure } from "../session/failure.ts";
import { now } from "../surroundings.ts";
import { runLines } from "../terminal/screens/background.ts";
import { dim } from "../terminal/style.ts";
import { defined } from "../text/defined.ts";

const RUN = ["[session]", "its session, or the run's id; without one, that of this branch"] as const;

export const about: About = {
  name: "background",
  aliases: ["bg"],
  group: "Agents",
  order: 30,
  summary: "List, watch, attach to and stop background agents",
  description:
    "Lists the agents that `session run --background` started: those that run, then those that ended.",
  examples: [
    ["session background", "state, time and last line of each"],
    ["session background logs docs/api --follow", "what it writes, as it comes"],
    ["session background stop docs/api", "ask it to end, then make it"],
  ],
};

export function define(background: Command): void {
  const listed = (command: Command) =>
    command
      .option("--limit <n>", "how many", "10")
      .option("--search <words>", "words in session, agent, prompt or state")
      .option("--waiting", "only those that wait for an answer")
      .does(async ({ place: open, out }, options) => {
        const { search, waiting } = options;
        const limit = wholeNumber("--limit", options.limit);
        const { runs, more } = await backgroundRuns(await open({ bare: true }), {
          limit,
          ...defined({ search }),
          ...(waiting ? { waiting } : {}),
        });
        if (runs.length === 0) return out.data(dim("No agents: session run <agent> --background"), runs);
        if (out.json && more > 0) out.say(`${more} more: --limit`);
        out.data(runLines(runs, more, now()).join("\n"), runs);
      });
  listed(background);
  listed(background.command("list", { hidden: true }));
  background
    .command("logs")
    .description("what an agent has written")
    .argument(...RUN)
    .option("-f, --follow", "go on until it ends")
    .option("-n, --lines <n>", "how many of the last lines", "50")
    .does(async ({ place: open, out }, name, options) => {
      const count = wholeNumber("--lines", options.lines, 0);
      if (options.follow && out.json)
        throw new Failure("usage", "--follow has no end that --json could wait for");
      const place = await open({ bare: true });
      const { run, lines, size } = await lastLines(place, name, count);
      if (lines.length > 0 || out.json) out.data(lines.join("\n"), { run, lines });
      if (options.follow) await follow(place, run.id, size, (more) => out.data(more.join("\n"), more));
    });
  background
    .command("attach")
    .description("the agent's terminal where it was started with --tmux, else what it writes")
    .argument(...RUN)
    .does(async ({ place: open, out }, name) => {
      if (out.json) throw new Failure("usage", "attach shows a terminal; logs has --json");
      const place = await open({ bare: true });
      const { run, lines, size } = await lastLines(place, name, 50);
      if (run.tmux !== null) return attachTo(run);
      out.say(
        "It has no terminal, so nothing can be sent to it; this is what it writes. Ctrl-C leaves it alone.",
      );
      if (lines.length > 0) out.data(lines.join("\n"), lines);
      const last = await follow(place, run.id, size, (more) => out.data(more.join("\n"), more));
      if (last) out.say(`It has ended: ${last.state}.`);
    });
  background
    .command("stop")
    .description("end an agent and all that it has started")
    .argument("<session...>", "its session, or the run's id")
    .option("--timeout <seconds>", "how long it may take to end by itself", "5")
    .does(async ({ place: open, out }, names, options) => {
      const grace = wholeNumber("--timeout", options.timeout, 0) * 1000;
      const place = await open({ bare: true });
      const found = await Promise.all(names.map((each) => findRun(place, each)));
      const stopped = [];
      for (const { record } of found) stopped.push(await stopRun(place, record, grace));
      const lines = stopped.map(
        (each) => `${each.agent} on ${each.session.branch} is stopped (run ${each.id}).`,
      );
      out.data(lines.join("\n"), stopped);
    });
  background
    .command("keep <run>", { hidden: true })
    .description("waits for an agent; not made to be typed")
    .does(async ({ cwd }, id) => (await import("../agents/keeper.ts")).keep(cwd, id));
}

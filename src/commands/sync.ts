import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { ALLOW } from "../cli/options.ts";
import {
  changedRows,
  pulledRows,
  pulledValue,
  sayPulled,
  sayRefused,
  sentRows,
  sentValue,
  some,
  withRemote,
} from "../cli/remote-output.ts";
import { idsOf } from "../cli/session-argument.ts";
import { Failure } from "../session/failure.ts";
import { splitRemote } from "../sharing/remote.ts";
import { sync } from "../sharing/sync.ts";
import { sharingLines } from "../terminal/screens/sharing.ts";
import { withHint } from "../text/hint.ts";

export const about: About = {
  name: "sync",
  group: "Share",
  order: 30,
  summary: "Pull, then push shared sessions",
  description:
    "Pulls all sessions of a remote, merges them with this clone's, and pushes shared sessions and those that the remote has. Other sessions are not sent, and nothing is forced.",
  examples: [
    ["session sync", "both ways"],
    ["session sync --pull backup", "only pull, from backup"],
  ],
};

export function define(command: Command): void {
  command
    .argument("[remote]", "name, URL or path (default: as in git push)")
    .option(...ALLOW)
    .option("--push", "push and do not pull")
    .option("--pull", "pull and do not push")
    .option("--bidirectional", "pull and push (the default)")
    .does(async ({ place: open, out, cwd }, word, options) => {
      const place = await open({ bare: true });
      const both = options.bidirectional || options.push === options.pull;
      const of = async (direction: "push" | "pull") => {
        const found = await splitRemote(place, cwd, [], direction, word);
        return found.remote;
      };
      const from = both || options.pull ? await of("pull") : undefined;
      const to = both || options.push ? await of("push") : undefined;
      const remote = (from ?? to)?.shown;
      if (remote === undefined) throw new Failure("no-remote", "there is no remote to sync with");
      const sides = { ...(from ? { from } : {}), ...(to ? { to } : {}) };
      const {
        pulled,
        pushed = [],
        withdrawn,
      } = await withRemote(out, (company) => sync(place, sides, company));
      if (pulled) sayPulled(out, remote, pulled);
      const code = sayRefused(out, pushed);
      if (withdrawn.length > 0)
        out.say(
          withHint(`Shared, but deleted at ${remote}: ${some(withdrawn)}.`, `session push ${withdrawn[0]}`),
        );
      const rows = [...(pulled ? pulledRows(pulled) : []), ...changedRows(sentRows(pushed))];
      const value = {
        remote,
        ...(pulled ? { pulled: pulledValue(pulled) } : {}),
        ...(to ? { pushRemote: to.shown, pushed: pushed.map(sentValue), withdrawn } : {}),
      };
      if (rows.length > 0) out.done(sharingLines(rows), value, idsOf(rows));
      else out.none("Already up to date.", value);
      return code;
    });
}

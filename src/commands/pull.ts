import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { pulledRows, pulledValue, sayPulled, withRemote } from "../cli/remote-output.ts";
import { idsOf } from "../cli/session-argument.ts";
import { Failure } from "../session/failure.ts";
import { pullSessions } from "../sharing/pull.ts";
import { pushCommandAt, splitRemote } from "../sharing/remote.ts";
import { sharingLines } from "../terminal/screens/sharing.ts";

export const about: About = {
  name: "pull",
  group: "Share",
  order: 20,
  summary: "Pull sessions from a remote and merge them with yours",
  description:
    "Fetches the sessions of a remote, or the named ones, and merges each with this clone's: nothing written on either side is lost. Sessions that the remote no longer has are kept.",
  examples: [
    ["session pull", "all sessions of the remote"],
    ["session pull origin k3f9q", "one session"],
    ["session pull ../other", "from another clone"],
  ],
};

export function define(command: Command): void {
  command
    .argument("[words...]", "remote (name, URL or path), then sessions")
    .option("--remote <remote>", "name the remote if a session has the same name")
    .does(async ({ place: open, out, cwd }, words, options) => {
      const place = await open({ bare: true });
      const { remote, names } = await splitRemote(place, cwd, words, "pull", options.remote);
      const named = names.length > 0 ? names : undefined;
      const pulled = await withRemote(out, (company) => pullSessions(place, remote, named, company));
      const [first] = pulled.united;
      if (named && first && pulled.united.every((each) => each.outcome === "skipped"))
        throw new Failure("skipped", `${first.id} was left out: ${first.reason}`);
      sayPulled(out, remote.shown, pulled);
      const rows = pulledRows(pulled);
      const value = { remote: remote.shown, ...pulledValue(pulled) };
      if (rows.length > 0) return out.done(sharingLines(rows), value, idsOf(rows));
      if (pulled.same + pulled.deleted.length > 0) return out.none("Already up to date.", value);
      const push = pushCommandAt(remote);
      const none = push === undefined ? "has no sessions to pull" : "has no pushed or ended sessions";
      out.none(`${remote.shown} ${none}.`, value, push);
    });
}

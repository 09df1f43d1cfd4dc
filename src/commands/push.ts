import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { inCompany, sayRefused, sentRow, sentValue } from "../cli/company.ts";
import { ALLOW, TRANSCRIPTS, WORKSPACE } from "../cli/options.ts";
import { Failure } from "../session/failure.ts";
import { pushSessions, sessionsToPush } from "../sharing/push.ts";
import { addressed } from "../sharing/remote.ts";
import { sharingLines } from "../terminal/screens/sharing.ts";
import { dim } from "../terminal/style.ts";

export const about: About = {
  name: "push",
  group: "Share",
  order: 10,
  summary: "Push sessions to a remote, one ref each",
  description:
    "Pushes sessions as they are now to refs/sessions/<id> of a remote: this branch's and the shared ones, those that are named, or all. Nothing is ever forced: what the remote has otherwise is fetched and united first.",
  examples: [
    ["session push", "this branch's session, and the shared ones"],
    ["session push feature/login backup", "one, to the remote backup"],
    ["session push --all", "every one of this clone"],
  ],
};

export function define(command: Command): void {
  command
    .argument(
      "[words...]",
      "sessions by any of their names, and last the remote: its name, an address or a path",
    )
    .option("--all", "every session of this clone")
    .option(...WORKSPACE)
    .option(...TRANSCRIPTS)
    .option(...ALLOW)
    .option("--remote <remote>", "the remote, where a session has the same name")
    .does(async ({ place: open, out, cwd }, words, options) => {
      const place = await open({ bare: true });
      const { remote, names } = await addressed(place, cwd, words, "push", options.remote);
      const all = options.all ?? false;
      if (all && names.length > 0) throw new Failure("usage", "--all takes no names of sessions beside it");
      const sent = await inCompany(out, async (company) =>
        pushSessions(place, remote, await sessionsToPush(place, remote, { names, all }), company),
      );
      const rows = sent.filter((each) => each.outcome !== "refused").map(sentRow);
      const lines = sharingLines(all ? rows.filter((each) => each.what !== "same") : rows);
      const code = sayRefused(out, sent);
      const text = lines.length > 0 ? lines.join("\n") : dim(`${remote.shown} has everything already`);
      out.data(text, { remote: remote.shown, sessions: sent.map(sentValue) });
      return code;
    });
}

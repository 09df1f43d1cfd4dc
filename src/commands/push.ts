import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { ALLOW, TRANSCRIPTS, WORKSPACE } from "../cli/options.ts";
import { changedRows, sayRefused, sentRows, sentValue, withRemote } from "../cli/remote-output.ts";
import { idsOf } from "../cli/session-argument.ts";
import { Failure } from "../session/failure.ts";
import { pushSessions } from "../sharing/push.ts";
import { splitRemote } from "../sharing/remote.ts";
import { sessionsToPush } from "../sharing/sessions-to-push.ts";
import { sharingLines } from "../terminal/screens/sharing.ts";

export const about: About = {
  name: "push",
  group: "Share",
  order: 10,
  summary: "Push sessions to a remote",
  description:
    "Pushes this branch's session and the shared ones, or the named ones, to refs/sessions/<id> of a remote. Never forces: if the remote has changed, its copy is fetched and merged first.",
  examples: [
    ["session push", "this branch's, and shared ones"],
    ["session push feature/login backup", "one, to remote backup"],
    ["session push --all", "all of this clone"],
  ],
};

export function define(command: Command): void {
  command
    .argument("[words...]", "sessions, then the remote (name, URL or path)")
    .option("--all", "push every session of this clone")
    .option(...WORKSPACE)
    .option(...TRANSCRIPTS)
    .option(...ALLOW)
    .option("--remote <remote>", "name the remote if a session has the same name")
    .does(async ({ place: open, out, cwd }, words, options) => {
      const place = await open({ bare: true });
      const { remote, names } = await splitRemote(place, cwd, words, "push", options.remote);
      const all = options.all ?? false;
      if (all && names.length > 0) throw new Failure("usage", "--all takes no session names");
      const sent = await withRemote(out, async (company) =>
        pushSessions(place, remote, await sessionsToPush(place, remote, { names, all }), company),
      );
      const rows = sentRows(sent);
      const changed = changedRows(rows);
      const lines = sharingLines(all ? changed : rows);
      const code = sayRefused(out, sent);
      const value = { remote: remote.shown, sessions: sent.map(sentValue) };
      if (lines.length > 0) out.done(lines, value, idsOf(changed));
      else out.none(`${remote.shown} is up to date.`, value);
      return code;
    });
}

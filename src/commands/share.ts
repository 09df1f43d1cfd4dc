import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { ALLOW, TRANSCRIPTS, WORKSPACE } from "../cli/options.ts";
import { sentValue, withRemote } from "../cli/remote-output.ts";
import { SESSION, sessionIn } from "../cli/session-argument.ts";
import { resolveSession } from "../record/resolve-session.ts";
import { oneLine } from "../render/escape-markdown.ts";
import { splitRemote } from "../sharing/remote.ts";
import { share, unshare } from "../sharing/share.ts";

export const about: About = {
  name: "share",
  group: "Share",
  order: 40,
  summary: "Share a session: push it with every push",
  description:
    "Pushes a session now and with every later push and sync. Sessions are not shared by default. --undo stops sharing and deletes it from the remote, unless the remote has changes that this clone has not seen.",
  examples: [
    ["session share", "this branch's session"],
    ["session list --shared", "list shared sessions"],
    ["session share --undo", "stop sharing"],
  ],
};

export function define(command: Command): void {
  command
    .argument("[session]", SESSION)
    .argument("[remote]", "name, URL or path (default: as in git push)")
    .option(...WORKSPACE)
    .option(...TRANSCRIPTS)
    .option(...ALLOW)
    .option("--undo", "stop sharing and delete it from the remote")
    .does(async ({ place: open, out, cwd }, name, word, options) => {
      const place = await open({ bare: true });
      const named =
        word === undefined ? await sessionIn(place, [name]) : { session: name ?? "@", rest: [word] };
      const known = await resolveSession(place, named.session);
      const { remote } = await splitRemote(place, cwd, [], "push", named.rest[0]);
      const quiet = out.quiet ? known.id : "";
      const what = `${oneLine(known.title)} (${known.id})`;
      if (options.undo) {
        const { deleted } = await withRemote(out, (company) => unshare(place, remote, known, company));
        out.say(
          deleted
            ? `Stopped sharing ${what}; deleted it from ${remote.shown}. Copies in other clones are kept.`
            : `Stopped sharing ${what}; ${remote.shown} did not have it.`,
        );
        return out.data(quiet, { id: known.id, shared: false, remote: remote.shown, deleted });
      }
      const { sent, changed, later } = await withRemote(out, (company) =>
        share(place, remote, known, company),
      );
      if (later !== undefined) out.warn(`the next push marks it as shared on ${remote.shown}: ${later}`);
      const again =
        sent.outcome === "same" ? "is already shared" : `was already shared; pushed to ${remote.shown}`;
      out.say(changed ? `${what} is shared with ${remote.shown}.` : `${what} ${again}.`);
      out.data(quiet, { ...sentValue(sent), shared: true, remote: remote.shown });
    });
}

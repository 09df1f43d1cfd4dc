import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { inCompany, pulledRows, pulledValue, sayPulled } from "../cli/company.ts";
import { Failure } from "../session/failure.ts";
import { pullSessions } from "../sharing/pull.ts";
import { addressed } from "../sharing/remote.ts";
import { sharingLines } from "../terminal/screens/sharing.ts";
import { dim } from "../terminal/style.ts";

export const about: About = {
  name: "pull",
  group: "Share",
  order: 20,
  summary: "Pull sessions from a remote and merge them with yours",
  description:
    "Fetches the sessions of a remote, or those that are named, and unites each with what this clone has: nothing that was written on either side is dropped. What the remote does not have any more stays here.",
  examples: [
    ["session pull", "every session of the remote"],
    ["session pull origin k3f9q", "one of them; session resume k3f9q takes it up"],
    ["session pull ../other", "from another clone"],
  ],
};

export function define(command: Command): void {
  command
    .argument(
      "[words...]",
      "first the remote: its name, an address or a path; then sessions by any of their names",
    )
    .option("--remote <remote>", "the remote, where a session has the same name")
    .does(async ({ place: open, out, cwd }, words, options) => {
      const place = await open({ bare: true });
      const { remote, names } = await addressed(place, cwd, words, "pull", options.remote);
      const named = names.length > 0 ? names : undefined;
      const pulled = await inCompany(out, (company) => pullSessions(place, remote, named, company));
      const [first] = pulled.united;
      if (named && first && pulled.united.every((each) => each.outcome === "skipped"))
        throw new Failure("skipped", `${first.id} was left out: ${first.reason}`);
      sayPulled(out, remote.shown, pulled);
      const lines = sharingLines(pulledRows(pulled));
      const isEmpty = pulled.same === 0 && pulled.deleted.length === 0;
      const nothing = isEmpty ? `${remote.shown} has no sessions` : "Everything is here already";
      out.data(lines.length > 0 ? lines.join("\n") : dim(nothing), {
        remote: remote.shown,
        ...pulledValue(pulled),
      });
    });
}

import type { Command } from "@commander-js/extra-typings";
import type { About, Call } from "../cli/command.ts";
import { filedValue } from "../cli/session-argument.ts";
import type { Place } from "../place/place.ts";
import { archive, type ChangedRecord } from "../record/metadata.ts";
import { resolveSession } from "../record/resolve-session.ts";
import { oneLine } from "../render/escape-markdown.ts";
import { isEnded } from "../session/state.ts";
import { asks, confirm, eachInTurn } from "../terminal/prompt.ts";
import { bold } from "../terminal/style.ts";

export const about: About = {
  name: "archive",
  group: "Keep order",
  order: 60,
  summary: "Hide sessions from lists, ending active ones first",
  description:
    "Hides ended sessions from lists; session list --all shows them. An active session is ended first, after asking. session resume reopens one.",
  examples: [
    ["session archive k3f9", "hide it; list --all still shows it"],
    ["session archive fix/one fix/two --yes", "several, without asking"],
  ],
};

export function define(command: Command): void {
  command
    .argument("<session...>", "id or its start, branch, or title")
    .option("-y, --yes", "end active ones without asking")
    .does(async (call, names, options) => {
      const { place: open, out } = call;
      const place = await open({ bare: true });
      for (const name of names) await resolveSession(place, name);
      const filed = await eachInTurn(names, (name) => archived(call, place, name, options.yes ?? false));
      const lines = filed.map(
        ({ context: { title, id }, changed }) =>
          `${bold(title)} (${id}) ${changed ? "is archived" : "was already archived"}.`,
      );
      const values = filed.map(filedValue);
      const ids = filed.map(({ context }) => context.id).join("\n");
      out.done(lines, names.length > 1 ? values : values[0], ids);
    });
}

async function archived(call: Call, place: Place, name: string, isSure: boolean): Promise<ChangedRecord> {
  const { id, title, state, where } = await resolveSession(place, name);
  if (!isEnded(state)) {
    const agrees = async () =>
      asks(call.out) && confirm(`${oneLine(title)} is ${state}. End it first?`, false);
    // Of a session that is only a snapshot in this clone, the end says so before it changes anything.
    if (where !== "local" || isSure || (await agrees())) {
      const { endSession } = await import("../cli/end-session.ts");
      await endSession(call, place, { session: id });
    }
  }
  return archive(place, id);
}

import type { Command } from "commander";
import { age } from "../model/duration.ts";
import { shortestPrefix } from "../model/ids.ts";
import { progress } from "../model/state.ts";
import { bold, cyan, dim } from "../terminal/style.ts";
import { now } from "../workflows/place.ts";
import { type KnownSession, listedSessions } from "../workflows/resolve.ts";
import { type Act, examples } from "./call.ts";

export function define(program: Command, act: Act): void {
  program
    .command("list")
    .aliases(["ls", "sessions"])
    .summary("sessions of this repository")
    .description("Sessions of this clone, the last touched first. Archived ones only with --all.")
    .option("--all", "archived ones too")
    .addHelpText(
      "after",
      examples([
        ["session list", ""],
        ["session list --all --json", "every one, as data"],
      ]),
    )
    .action(
      act(async ({ place: open, out }, options: { all?: boolean }) => {
        const place = await open({ bare: true });
        const known = (await listedSessions(place)).filter(
          (each) => options.all || each.state !== "archived",
        );
        const ids = known.map((each) => each.id);
        const rows = known.map((each) => row(each, ids, place.repository.branch));
        out.data(
          rows.length === 0
            ? dim(
                "No sessions here yet: session start <branch>, or session resume <branch> for one in its commits",
              )
            : rows.join("\n"),
          known.map(value),
        );
      }),
    );
}

function row(session: KnownSession, ids: readonly string[], branch: string | undefined): string {
  const length = shortestPrefix(session.id, ids);
  const id = `${cyan(session.id.slice(0, length))}${dim(session.id.slice(length))}`;
  const here = session.where === "local" && session.branch === branch && !session.gone ? "* " : "  ";
  const done = progressOf(session);
  const gone = session.renamedTo
    ? `renamed to ${session.renamedTo}: session resume ${session.id}`
    : session.gone
      ? "branch gone"
      : "";
  const from = session.remote === undefined ? "" : `from ${session.remote}`;
  const facts = [
    session.branch,
    gone,
    session.state,
    from,
    done,
    `${age(session.touched, now())} ago`,
  ].filter(Boolean);
  return `${here}${id}  ${bold(session.title)}  ${dim(facts.join(" · "))}`.replace(
    "just now ago",
    "just now",
  );
}

function progressOf(session: KnownSession): string {
  return session.loaded
    ? (progress(session.loaded.state.objectives) ?? "")
    : session.snapshot?.objectives
      ? `${session.snapshot.objectives.replace("/", " of ")} done`
      : "";
}

function value(session: KnownSession) {
  const { id, title, branch, state, created, touched, tags, where } = session;
  const { remote, gone = false, renamedTo, parent } = session;
  return {
    ...{ id, title, branch, state, created, touched, tags, where, gone },
    ...(renamedTo === undefined ? {} : { renamedTo }),
    ...(parent === undefined ? {} : { parent }),
    ...(remote === undefined ? {} : { remote }),
  };
}

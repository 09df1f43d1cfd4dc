import { type Command, Option } from "@commander-js/extra-typings";
import type { About, Call } from "../cli/command.ts";
import { wholeNumber } from "../cli/options.ts";
import { Failure } from "../session/failure.ts";
import { now, surroundings, untilStopped } from "../surroundings.ts";
import { openFile } from "../terminal/open.ts";
import type { Output } from "../terminal/output.ts";
import { dim } from "../terminal/style.ts";
import { formatTime } from "../text/time/format-time.ts";

export const about: About = {
  name: "ui",
  group: "Pick up",
  order: 66,
  summary: "Show all sessions, worktrees and agents on a live page",
  description:
    "Serves a live page on 127.0.0.1 to anyone who has its address: sessions, worktrees, expected conflicts, agents with the end of their logs, search, and the news since your last visit. It updates until Ctrl-C.",
  examples: [
    ["session ui --open", "in the browser"],
    ["session ui --port 4242", "use a fixed port, for a tunnel"],
    ["session ui --terminal", "a smaller overview in this terminal"],
  ],
};

export function define(command: Command): void {
  command
    .option("--port <n>", "listen on port <n> (default: any free one)")
    .option("--open", "show the page in the browser, where there is a display")
    .addOption(
      new Option("--terminal", "show the overview in this terminal instead").conflicts(["port", "open"]),
    )
    .does(async (call, options) => {
      const { cwd, out, place: open } = call;
      await open({ bare: true });
      if (options.terminal) return atTerminal(call);
      const { serveUi } = await import("../ui/server.ts");
      const served = await serveUi(cwd, portOf(options.port), (text) => out.warn(text));
      const stopped = untilStopped();
      out.data(served.url, { url: served.url, port: served.port, pid: process.pid });
      out.say(dim("Anyone with this address can see the page. Ctrl-C stops it."));
      const close = options.open ? await show(out, served.url) : undefined;
      await stopped;
      await Promise.all([served.close(), close?.()]);
    });
}

/** Shows the overview until the user leaves it; without a terminal, prints it once. */
async function atTerminal({ cwd, out, place: open }: Call): Promise<void> {
  const { isTerminal } = surroundings();
  const [
    { followOverview: followGlance, terminalOverview: glance },
    { sessionPage },
    { sessionNamed },
    { showScreen },
  ] = await Promise.all([
    ...([import("../ui/terminal-overview.ts"), import("../views/show.ts")] as const),
    ...([import("../record/find-session.ts"), import("../terminal/screens/session/show.ts")] as const),
  ]);
  if (out.json || !isTerminal(0) || !isTerminal(1)) {
    const { glanceLines } = await import("../terminal/overview-screen.ts");
    const seen = await glance(cwd);
    const room = { width: out.width, height: undefined, emoji: out.emoji, now: now() };
    return out.data(glanceLines(seen, room).join("\n"), seen);
  }
  const { showGlance } = await import("../terminal/overview-screen.ts");
  const session = async (id: string) => {
    const place = await open({ bare: true, silent: true });
    const page = await sessionPage(place, await sessionNamed(place, id), { skip: 0, limit: 30 });
    return showScreen(page, {
      emoji: out.emoji,
      summary: false,
      day: (iso) => formatTime(place.config, iso),
    });
  };
  await showGlance({ out, follow: (show) => followGlance(cwd, show), session });
}

/**
 * Opens the page in a browser if there is a display. Returns a function that removes the file with its
 * address.
 */
async function show(out: Output, url: string): Promise<(() => Promise<void>) | undefined> {
  const { writeRedirectFile: doorTo, hasDisplay } = await import("../ui/redirect-file.ts");
  if (!hasDisplay()) {
    out.say("No display to open the page on.");
    return undefined;
  }
  const { file, remove } = await doorTo(url);
  await openFile(file).catch((error: Failure) => out.warn(error.message));
  return remove;
}

/** Returns the port of the option. Throws Failure `usage` for an invalid port. */
function portOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const port = wholeNumber("--port", text);
  if (port > 65_535) throw new Failure("usage", `--port takes a whole number up to 65535, not ${text}`);
  return port;
}

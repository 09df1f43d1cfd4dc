import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { wholeNumber } from "../cli/options.ts";
import { Failure } from "../session/failure.ts";
import { untilStopped } from "../surroundings.ts";
import { openFile } from "../terminal/open.ts";
import type { Output } from "../terminal/output.ts";
import { dim } from "../terminal/style.ts";

export const about: About = {
  name: "ui",
  group: "Pick up",
  order: 66,
  summary: "Show all sessions, worktrees and agents on a live page",
  description:
    "Serves a page for whoever oversees several sessions, on 127.0.0.1 and to whoever has its address: sessions, worktrees, conflicts ahead, agents with the end of their logs, search, and what is new since the last look. It follows the repository until Ctrl-C.",
  examples: [
    ["session ui --open", "in the browser"],
    ["session ui --port 4242", "always at the same port, for a tunnel"],
  ],
};

export function define(command: Command): void {
  command
    .option("--port <n>", "listen on port <n> (default: any free one)")
    .option("--open", "show the page in the browser, where there is a display")
    .does(async ({ cwd, out, place: open }, options) => {
      await open({ bare: true });
      const { serveUi } = await import("../ui/server.ts");
      const served = await serveUi(cwd, portOf(options.port), (text) => out.warn(text));
      const stopped = untilStopped();
      out.data(served.url, { url: served.url, port: served.port, pid: process.pid });
      out.say(dim("Whoever has this address sees the page. Ctrl-C ends it."));
      const close = options.open ? await show(out, served.url) : undefined;
      await stopped;
      await Promise.all([served.close(), close?.()]);
    });
}

/** Opens the page where there is a display. Returns what removes the file that leads to it. */
async function show(out: Output, url: string): Promise<(() => Promise<void>) | undefined> {
  const { doorTo, hasDisplay } = await import("../ui/door.ts");
  if (!hasDisplay()) {
    out.say("No display to open the page on.");
    return undefined;
  }
  const { file, remove } = await doorTo(url);
  await openFile(file).catch((error: Failure) => out.warn(error.message));
  return remove;
}

/** Failure `usage` for what is no port. */
function portOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const port = wholeNumber("--port", text);
  if (port > 65_535) throw new Failure("usage", `--port takes a whole number up to 65535, not ${text}`);
  return port;
}

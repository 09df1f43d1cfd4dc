// git-session: written by `session agents install opencode`; it goes with `session agents uninstall opencode`.
import { execFile, spawnSync } from "node:child_process";

const WINDOWS = process.platform === "win32";

export const SessionPlugin = async ({ directory }) => {
  const briefs = new Map();
  const children = new Set();
  const seen = new Set();
  const input = (id, more) => JSON.stringify({ session_id: id, cwd: directory, ...more });
  const options = { cwd: directory, shell: WINDOWS, timeout: 10_000, windowsHide: true };

  const brief = (id, source) =>
    new Promise((resolve) => {
      const child = execFile("session", ["hook", "opencode", "session.created"], options, (error, stdout) =>
        resolve(error ? "" : stdout.trim()),
      );
      child.stdin?.on("error", () => {});
      child.stdin?.end(input(id, { source }));
    });
  const tell = (event, id, more = {}) => {
    const child = execFile("session", ["hook", "opencode", event], options, () => {});
    child.stdin?.on("error", () => {});
    child.stdin?.end(input(id, more));
  };
  // `opencode run` ends with the turn, so this one is waited for.
  const wait = (event, id) =>
    spawnSync("session", ["hook", "opencode", event], {
      ...options,
      input: input(id),
      stdio: ["pipe", "ignore", "ignore"],
    });

  return {
    event: async ({ event }) => {
      const { info, sessionID } = event.properties ?? {};
      if (event.type === "session.created" && info?.parentID) children.add(info.id);
      if (event.type === "session.compacted") briefs.delete(sessionID);
      if (event.type === "session.idle" && !children.has(sessionID)) wait("session.idle", sessionID);
    },
    "chat.message": async ({ sessionID }) => {
      if (!children.has(sessionID)) tell("chat.message", sessionID);
    },
    "experimental.chat.system.transform": async ({ sessionID }, output) => {
      // A title is made from the prompt alone.
      if (!sessionID || children.has(sessionID) || /^You are a title generator/.test(output.system[0]))
        return;
      if (!briefs.has(sessionID))
        briefs.set(sessionID, brief(sessionID, seen.has(sessionID) ? "compact" : "startup"));
      seen.add(sessionID);
      const text = await briefs.get(sessionID);
      if (text !== "") output.system[0] = `${output.system[0] ?? ""}\n\n${text}`;
    },
    "experimental.session.compacting": async ({ sessionID }, output) => {
      tell("session.compacting", sessionID);
      const text = await (briefs.get(sessionID) ?? "");
      if (text !== "") output.context.push(text);
    },
    "tool.execute.after": async ({ tool, sessionID, args }) => {
      tell("tool.execute.after", sessionID, { tool_name: tool, tool_input: { filePath: args?.filePath } });
    },
    dispose: async () => {
      for (const id of seen) wait("dispose", id);
    },
  };
};

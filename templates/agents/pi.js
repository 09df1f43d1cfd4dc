// git-session: written by `session agents install pi`; it goes with `session agents uninstall pi`.
import { execFile, spawnSync } from "node:child_process";

const WINDOWS = process.platform === "win32";

export default function (pi) {
  let brief;
  let source = "startup";
  const options = (ctx) => ({ cwd: ctx.cwd, shell: WINDOWS, timeout: 10_000, windowsHide: true });
  const input = (ctx, more) =>
    JSON.stringify({ session_id: ctx.sessionManager.getSessionId(), cwd: ctx.cwd, ...more });

  const ask = (ctx) =>
    new Promise((resolve) => {
      const args = ["hook", "pi", "session_start"];
      const child = execFile("session", args, options(ctx), (error, stdout) =>
        resolve(error ? "" : stdout.trim()),
      );
      child.stdin?.on("error", () => {});
      child.stdin?.end(input(ctx, { source }));
    });
  // pi may end with the turn, so these are waited for.
  const wait = (event, ctx) =>
    spawnSync("session", ["hook", "pi", event], {
      ...options(ctx),
      input: input(ctx),
      stdio: ["pipe", "ignore", "ignore"],
    });

  pi.on("session_start", async ({ reason }) => {
    source = reason ?? "startup";
    brief = undefined;
  });
  pi.on("before_agent_start", async ({ systemPrompt }, ctx) => {
    brief ??= ask(ctx);
    const text = await brief;
    return text === "" ? undefined : { systemPrompt: `${systemPrompt}\n\n${text}` };
  });
  pi.on("session_before_compact", async (_event, ctx) => {
    wait("session_before_compact", ctx);
  });
  pi.on("session_compact", async () => {
    source = "compact";
    brief = undefined;
  });
  pi.on("agent_end", async (_event, ctx) => {
    wait("agent_end", ctx);
  });
  pi.on("session_shutdown", async (_event, ctx) => {
    if (brief !== undefined) wait("session_shutdown", ctx);
  });
}

import { fixture, initRepository, type Scratch } from "./scratch.ts";

/** A session on `work` with an objective and a checkpoint. */
export function sessionWithWork(...options: string[]): Promise<Scratch> {
  return fixture(`kept ${JSON.stringify(options)}`, async (s) => {
    await initRepository(s);
    await s.ok("start", "work", "-o", "One", ...options);
    await s.write("README.md", "edited\n");
    await s.ok("checkpoint", "-m", "docs: edit", "--label", "edited");
  });
}

/** Returns the same session, ended: `kept` has its folder set aside, `snapshot` only the snapshot. */
export async function endedSession(where: "kept" | "snapshot", ...options: string[]): Promise<Scratch> {
  const s = await sessionWithWork(...options);
  await s.ok("end");
  if (where === "snapshot") await s.run("rm", ["-rf", ".git/sessions/.kept"]);
  return s;
}

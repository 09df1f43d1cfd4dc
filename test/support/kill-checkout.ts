/** Kills commands while git changes HEAD, index and files. */
import { spawn } from "node:child_process";
import path from "node:path";
import { type Scratch, scratch } from "./scratch.ts";

const CLI = path.resolve("dist/cli.js");

/** The moment of the kill: before or after git's n-th changing command, or at the n-th written file. */
export interface Kill {
  readonly at: number;
  readonly when: "before" | "after" | "smudge";
}

const CHANGES = "switch|merge|commit|branch|worktree|update-ref|update-index|checkout-index|read-tree";

/** Returns three branches that differ in filtered and plain files, a link, a mode, and a folder in place of a file. */
export async function checkoutRepository(): Promise<Scratch> {
  const s = await scratch();
  await s.write(
    "../bin/smudge",
    `#!/bin/sh
if [ -e '${s.home}/armed' ]; then
  echo x >> '${s.home}/smudged'
  if [ "$(wc -l < '${s.home}/smudged')" -eq "$(cat '${s.home}/armed')" ]; then
    rm '${s.home}/armed'
    kill -s KILL -- "-$(cat '${s.home}/group')"
  fi
fi
exec sed 's/^/on disk: /'
`,
  );
  await s.run("chmod", ["+x", "../bin/smudge"]);
  await s.git("config", "filter.deadly.smudge", path.resolve(s.root, "../bin/smudge"));
  await s.git("config", "filter.deadly.clean", "sed 's/^on disk: //'");
  const steps = [
    "printf '*.dat filter=deadly\\n' > .gitattributes; echo base > base.txt; echo tool > tool.sh; mkdir deep; echo d > deep/file",
    "echo 'on disk: main' > a.dat; echo 'on disk: main' > m.dat; git add -A; git commit -qm 'chore: base'",
    "git switch -q -c other; echo other > only-other.txt; echo 'on disk: other' > a.dat; echo 'on disk: other' > m.dat",
    "rm -r deep; echo file > deep; chmod +x tool.sh; ln -s base.txt link; git add -A; git commit -qm 'feat: other'",
    "git switch -q main; git switch -q -c feat; echo work > work.txt; mkdir sub; echo two > sub/two.txt; git rm -q base.txt",
    "echo 'on disk: feat' > a.dat; echo 'on disk: feat' > z.dat; git add -A; git commit -qm 'feat: work'",
    "git switch -q main; echo later > later.txt; git add -A; git commit -qm 'docs: later'",
  ];
  await s.run("sh", ["-ec", steps.join("\n")]);
  await s.ok("start", "other", "-o", "Other");
  await s.ok("start", "feat", "-o", "Feat");
  return s;
}

/** A git that kills its process group at the n-th changing command. */
function deadlyGit(git: string, home: string, at: number, when: Kill["when"]): string {
  return `#!/bin/sh
skip=
for word in "$@"; do
  [ "$skip" ] && { skip=; continue; }
  case "$word" in -c) skip=1 ;; -*) ;; *) break ;; esac
done
case "$word" in ${CHANGES})
  echo x >> '${home}/calls'
  if [ "$(wc -l < '${home}/calls')" -eq ${at} ]; then
    ${when === "after" ? `'${git}' "$@"` : ":"}
    kill -s KILL -- "-$(cat '${home}/group')"
  fi ;;
esac
exec '${git}' "$@"
`;
}

/** Runs the command in its own process group, as a terminal does, and kills the group. Returns false if it ran to its end. */
export async function runAndKill(s: Scratch, { at, when }: Kill, args: readonly string[]): Promise<boolean> {
  const { home } = s;
  const folder = path.join(home, "deadly");
  const git = (await s.run("sh", ["-c", "command -v git"])).stdout.trim();
  if (when === "smudge") await s.write(`${home}/armed`, String(at));
  else {
    await s.write(`${folder}/git`, deadlyGit(git, home, at, when));
    await s.run("chmod", ["+x", `${folder}/git`]);
  }
  await s.write(`${home}/calls`, "");
  await s.run("rm", ["-f", `${home}/smudged`]);
  const script = `echo $$ > '${home}/group'; exec '${process.execPath}' '${CLI}' "$@"`;
  const signal = await new Promise<NodeJS.Signals | null>((resolve, reject) => {
    const child = spawn("sh", ["-c", script, "sh", ...args], {
      cwd: s.root,
      env: { ...s.env, PATH: `${folder}:${s.env.PATH}` },
      stdio: "ignore",
      detached: true,
    });
    child.on("error", reject);
    child.on("close", (_code, how) => resolve(how));
  });
  await s.run("rm", ["-rf", `${home}/armed`, folder]);
  return signal === "SIGKILL";
}

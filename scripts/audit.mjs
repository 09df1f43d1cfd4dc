// Asks the registry about known vulnerabilities of what is bundled (dist/bom.json). Fails for moderate ones and above;
// says so and passes where the registry answers no such question: some mirrors do not.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";

const GRAVE = ["moderate", "high", "critical"];
/** Longest time that is waited for the registry, in milliseconds. */
const WAIT = 15_000;

const bill = await readFile("dist/bom.json", "utf8").catch(() => '{"components":[]}');
const bundled = JSON.parse(bill).components.map(({ group, name }) =>
  group === undefined ? name : `${group}/${name}`,
);
const answer = await new Promise((resolve) => {
  const args = ["audit", "--json", "--fetch-retries=0"];
  execFile("npm", args, { timeout: WAIT, shell: process.platform === "win32" }, (_error, stdout) => {
    try {
      resolve(JSON.parse(stdout));
    } catch {
      resolve({});
    }
  });
});
if (answer.vulnerabilities === undefined) {
  // npm says `405 Method Not Allowed - POST <address>`.
  const [why = "no answer"] = /\b[45]\d\d [A-Z][A-Za-z ]+/.exec(answer.message ?? "") ?? [];
  console.log(
    `audit: NOT DONE for ${bundled.length} bundled libraries (registry: ${why.trim()}); nothing was checked`,
  );
} else {
  const found = Object.values(answer.vulnerabilities).filter(
    ({ name, severity }) => bundled.includes(name) && GRAVE.includes(severity),
  );
  for (const { name, severity, range } of found) console.error(`${name} ${range}: ${severity}`);
  if (found.length > 0) process.exitCode = 1;
  else console.log(`audit: nothing known against ${bundled.length} bundled libraries`);
}

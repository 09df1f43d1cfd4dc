/** Opens files with the system's default program. */
import { spawn } from "node:child_process";
import { Failure } from "../session/failure.ts";
import { environment } from "../surroundings.ts";

/**
 * Opens a file with the system's default program, and does not wait for it.
 * @throws Failure `cannot-open` if the opener cannot start
 */
export async function openFile(file: string): Promise<void> {
  const [program, ...args] = openerOf(process.platform);
  const child = spawn(program, [...args, file], { detached: true, stdio: "ignore", env: environment() });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error) =>
      reject(
        new Failure("cannot-open", `${program} could not be started: ${error.message}`, {
          advice: `open ${file} yourself`,
        }),
      ),
    );
  });
  child.unref();
}

/** Returns the program that opens files, to run without a shell: file names may hold any character. */
function openerOf(platform: NodeJS.Platform): readonly [string, ...string[]] {
  if (platform === "darwin") return ["open"];
  return platform === "win32" ? ["rundll32", "url.dll,FileProtocolHandler"] : ["xdg-open"];
}

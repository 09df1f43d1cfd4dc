/** Opens the page in a browser through a private file: every user can read the arguments of a process. */

import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { html, htmlFile } from "../render/html.ts";
import { writeAtomic } from "../store/files.ts";
import { environment } from "../surroundings.ts";

/** A file that redirects a browser to the web page. */
export interface RedirectFile {
  /** Absolute path of the file. */
  readonly file: string;
  /** Deletes the file and its folder. */
  readonly remove: () => Promise<void>;
}

/**
 * Writes the redirect file into a new temporary folder that only this user can read.
 * @throws Failure `cannot-write`
 */
export async function writeRedirectFile(url: string): Promise<RedirectFile> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "session-ui-"));
  const file = path.join(folder, "open.html");
  const text = htmlFile({
    ...{ title: "session ui", policy: "default-src 'none'", style: "" },
    meta: html`<meta http-equiv="refresh" content="0; url=${url}">\n`,
    body: html`<p><a href="${url}">session ui</a></p>`,
  });
  await writeAtomic(file, text, { mode: 0o600, durable: false });
  return { file, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Reports whether a browser can open a window: always on macOS and Windows, else with X11 or Wayland. */
export function hasDisplay(): boolean {
  const { DISPLAY, WAYLAND_DISPLAY } = environment();
  return process.platform === "darwin" || process.platform === "win32" || Boolean(DISPLAY || WAYLAND_DISPLAY);
}

/** A private file that leads a browser to the page: an address among a program's arguments could be read by every user. */

import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { html, htmlFile } from "../render/html.ts";
import { writeAtomic } from "../store/files.ts";
import { environment } from "../surroundings.ts";

export interface RedirectFile {
  readonly file: string;
  readonly remove: () => Promise<void>;
}

/** Writes the file into a folder of its own, which only this user can read. Failure `cannot-write`. */
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

/** Whether a browser can show anything here. */
export function hasDisplay(): boolean {
  const { DISPLAY, WAYLAND_DISPLAY } = environment();
  return process.platform === "darwin" || process.platform === "win32" || Boolean(DISPLAY || WAYLAND_DISPLAY);
}

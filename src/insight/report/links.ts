/** Builds web addresses of commits and files in the form that the remote's host uses. Pure. */
import type { Forge } from "../../text/forge.ts";

/** Returns the web address of a commit; undefined for an unknown host. */
export function commitAddress(forge: Forge | undefined, oid: string): string | undefined {
  if (!forge) return undefined;
  const { kind, web } = forge;
  if (kind === "github" || kind === "gitea") return `${web}/commit/${oid}`;
  if (kind === "gitlab") return `${web}/-/commit/${oid}`;
  if (kind === "bitbucket") return `${web}/commits/${oid}`;
  return kind === "azure" ? `${azure(forge)}/commit/${oid}` : undefined;
}

/** Returns the web address of the list of commits that changed a file. */
export function fileAddress(forge: Forge | undefined, tip: string | null, path: string): string | undefined {
  if (!forge || tip === null) return undefined;
  const { kind, web } = forge;
  const name = path.split("/").map(encoded).join("/");
  if (kind === "github") return `${web}/commits/${tip}/${name}`;
  if (kind === "gitlab") return `${web}/-/commits/${tip}/${name}`;
  if (kind === "gitea") return `${web}/commits/commit/${tip}/${name}`;
  if (kind === "bitbucket") return `${web}/history-node/${tip}/${name}`;
  return kind === "azure"
    ? `${azure(forge)}?path=${encoded(`/${path}`)}&version=GC${tip}&_a=history`
    : undefined;
}

function azure({ web, path }: Forge): string {
  return `${web}/_git/${encoded(path.split("/").at(-1) ?? "")}`;
}

/** Encodes a name for an address; undefined for invalid text, such as half a surrogate pair. */
function encoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd"));
}

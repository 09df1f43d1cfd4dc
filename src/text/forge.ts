/** Where a remote is on the web, and how its host spells addresses of issues. Pure; credentials never come out. */

export type ForgeKind = "github" | "gitlab" | "bitbucket" | "gitea" | "azure" | "other";

export interface Forge {
  readonly kind: ForgeKind;
  /** `https://host/owner/repository`, no credentials, no slash at its end. */
  readonly web: string;
  /** `owner/repository`, or more parts where there are subgroups. */
  readonly path: string;
}

/** Longer addresses are none. */
const MAX_URL = 2000;

/** The web place of a remote's address in any form that git takes; undefined for folders and what nobody knows. */
export function forgeOf(remote: string): Forge | undefined {
  const address = remote.length > MAX_URL ? undefined : parts(remote.trim());
  if (!address) return undefined;
  const { scheme, host } = address;
  const path = address.path
    .replace(/[?#].*$/s, "")
    .replace(/^\/+|\/+$/g, "")
    .replace(/\.git$/i, "");
  if (!/^[\w.~%+-]+(?:\/[\w.~%+ -]+)+$/.test(path) || path.split("/").some((each) => /^\.{1,2}$/.test(each)))
    return undefined;
  const azure = azureOf(host, path);
  if (azure) return azure;
  // `git@work:owner/repository`: a name of the user's own for some host.
  if (!host.includes(".") && host !== "localhost") return undefined;
  return { kind: kindOf(host), web: `${scheme}://${host}${address.port}/${path}`, path };
}

interface Address {
  readonly scheme: "http" | "https";
  readonly host: string;
  /** `:8443`, where the web has it too. */
  readonly port: string;
  readonly path: string;
}

function parts(remote: string): Address | undefined {
  const url = /^([a-z][a-z0-9+.-]*):\/\/(?:[^/?#]*@)?([\w.-]+|\[[\da-f:.]+\])(:\d{0,5})?(\/.*)$/is.exec(
    remote,
  );
  if (url) {
    const protocol = (url[1] ?? "").toLowerCase().replace(/^git\+/, "");
    const host = webHost((url[2] ?? "").toLowerCase());
    const path = url[4] ?? "";
    if (protocol === "http" || protocol === "https") {
      const port = url[3] === undefined || url[3] === ":" ? "" : url[3];
      return { scheme: protocol, host, port, path };
    }
    return /^(ssh|git)$/.test(protocol) ? { scheme: "https", host, port: "", path } : undefined;
  }
  // As git reads it: a colon before any slash, and no drive letter.
  const scp = /^(?:[^@/:\s]+@)?([\w.-]{2,}):(?!\/\/)(.+)$/s.exec(remote);
  return scp
    ? { scheme: "https", host: webHost((scp[1] ?? "").toLowerCase()), port: "", path: scp[2] ?? "" }
    : undefined;
}

/** Some hosts take ssh under another name, where port 22 is closed. */
function webHost(host: string): string {
  return host
    .replace(/^(?:alt)?ssh\.(?=github\.com$|gitlab\.com$|bitbucket\.org$)/, "")
    .replace(/^altssh\./, "");
}

function kindOf(host: string): ForgeKind {
  if (/(^|[.-])github([.-]|$)|\.ghe\.com$/.test(host)) return "github";
  if (/(^|[.-])gitlab([.-]|$)/.test(host)) return "gitlab";
  if (host === "bitbucket.org") return "bitbucket";
  if (/(^|[.-])(gitea|forgejo|codeberg)([.-]|$)/.test(host)) return "gitea";
  return "other";
}

/** Azure DevOps has four forms of one address. */
function azureOf(host: string, path: string): Forge | undefined {
  const of = (
    organisation: string | undefined,
    project: string | undefined,
    repository: string | undefined,
  ) =>
    organisation && project && repository
      ? {
          kind: "azure" as const,
          web: `https://dev.azure.com/${plain(organisation)}/${plain(project)}`,
          path: `${organisation}/${project}/${repository}`,
        }
      : undefined;
  if (host === "ssh.dev.azure.com" || host === "vs-ssh.visualstudio.com") {
    const [, organisation, project, repository] = /^v3\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
    return of(organisation, project, repository);
  }
  if (host === "dev.azure.com") {
    const [, organisation, project, repository] = /^([^/]+)\/(?:([^/]+)\/)?_git\/([^/]+)$/.exec(path) ?? [];
    // A project's first repository has its name, and then it is left out.
    return of(organisation, project ?? repository, repository);
  }
  const own = /^([\w-]+)\.visualstudio\.com$/.exec(host)?.[1];
  if (own === undefined) return undefined;
  const [, project, repository] = /^(?:DefaultCollection\/)?(?:([^/]+)\/)?_git\/([^/]+)$/i.exec(path) ?? [];
  return of(own, project ?? repository, repository);
}

const plain = (part: string) => part.replaceAll(" ", "%20");

/** The address of an issue by its number; undefined where the host has none. */
export function issueAddress({ kind, web }: Forge, number: string): string {
  if (kind === "azure") return `${web}/_workitems/edit/${number}`;
  return kind === "gitlab" ? `${web}/-/issues/${number}` : `${web}/issues/${number}`;
}

/** The same of another repository of that host: `owner/other`. */
export function elsewhere(forge: Forge, path: string): Forge {
  return { ...forge, web: forge.web.slice(0, -forge.path.length) + path, path };
}

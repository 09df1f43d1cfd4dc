/** Finds the web address of a remote and of issues on its host. Pure; never returns credentials. */

export type ForgeKind = "github" | "gitlab" | "bitbucket" | "gitea" | "azure" | "other";

export interface Forge {
  readonly kind: ForgeKind;
  /**
   * Web address of the repository, `https://host/owner/repository`, without credentials and trailing slash.
   */
  readonly web: string;
  /** Path of the repository, `owner/repository`, with more parts for subgroups. */
  readonly path: string;
}

/** Maximum characters of an address. */
const MAX_URL = 2000;

/**
 * Returns the web location of a remote's address, in any form that git accepts; undefined for folders and
 * unknown hosts.
 */
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
  // A host without a dot, as in `git@work:owner/repository`, is the user's own alias for some host.
  if (!host.includes(".") && host !== "localhost") return undefined;
  return { kind: kindOf(host), web: `${scheme}://${host}${address.port}/${path}`, path };
}

interface Address {
  readonly scheme: "http" | "https";
  readonly host: string;
  /** Port of the web address, such as `:8443`, if it has one. */
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
  // Like git, accepts a colon before any slash that does not follow a drive letter.
  const scp = /^(?:[^@/:\s]+@)?([\w.-]{2,}):(?!\/\/)(.+)$/s.exec(remote);
  return scp
    ? { scheme: "https", host: webHost((scp[1] ?? "").toLowerCase()), port: "", path: scp[2] ?? "" }
    : undefined;
}

/**
 * Returns the web host for a host that only serves ssh, under another name, for networks that block port 22.
 */
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

/** Returns the location of an Azure DevOps address, in any of its four forms. */
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
    // If the address omits the repository, it is the project's first repository, which has the project's
    // name.
    return of(organisation, project ?? repository, repository);
  }
  const own = /^([\w-]+)\.visualstudio\.com$/.exec(host)?.[1];
  if (own === undefined) return undefined;
  const [, project, repository] = /^(?:DefaultCollection\/)?(?:([^/]+)\/)?_git\/([^/]+)$/i.exec(path) ?? [];
  return of(own, project ?? repository, repository);
}

const plain = (part: string) => part.replaceAll(" ", "%20");

/** Returns the address of an issue by number; undefined if the host has no issues. */
export function issueAddress({ kind, web }: Forge, number: string): string {
  if (kind === "azure") return `${web}/_workitems/edit/${number}`;
  return kind === "gitlab" ? `${web}/-/issues/${number}` : `${web}/issues/${number}`;
}

/** Returns the location of another repository on the same host: `owner/other`. */
export function otherRepository(forge: Forge, path: string): Forge {
  return { ...forge, web: forge.web.slice(0, -forge.path.length) + path, path };
}

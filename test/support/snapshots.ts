import type { Scratch } from "./scratch.ts";

export interface Snapshot {
  readonly id: string;
  readonly title: string;
  readonly branch?: string;
  readonly state?: string;
  /** ISO 8601. */
  readonly created: string;
  readonly ended?: string;
  readonly tags?: readonly string[];
  readonly meta?: Readonly<Record<string, string>>;
  readonly parent?: string;
  readonly progress?: string;
  readonly checkpoints?: number;
  readonly minutes?: number;
  readonly files?: Readonly<Record<string, string>>;
}

/** Writes snapshots as the program does, all in one git process. */
export async function fastSnapshots(s: Scratch, snapshots: readonly Snapshot[]): Promise<void> {
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const input = snapshots.map((each) => {
    const trailers: [string, string | number | undefined][] = [
      ["Id", each.id],
      ["Branch", each.branch ?? `work/${each.id}`],
      ["State", each.state ?? "ended"],
      ["Created", each.created],
      ["Ended", each.ended],
      ["Tags", each.tags?.join(", ")],
      ["Meta", each.meta && JSON.stringify(each.meta)],
      ["Parent", each.parent],
      ["Progress", each.progress ?? "0/0"],
      ["Checkpoints", each.checkpoints ?? 0],
      ["Minutes", each.minutes],
    ];
    const lines = trailers.flatMap(([key, value]) =>
      value === undefined ? [] : [`Session-${key}: ${value}\n`],
    );
    const context = {
      ...{ schema: 1, id: each.id, title: each.title, state: each.state ?? "ended" },
      ...{ ref: `refs/heads/${each.branch ?? `work/${each.id}`}`, base: {}, created: each.created },
      ...{ ended: each.ended, tags: each.tags ?? [], meta: each.meta ?? {}, parent: each.parent },
    };
    const files = { "context.json": `${JSON.stringify(context)}\n`, ...each.files };
    const seconds = Math.floor(Date.parse(each.ended ?? each.created) / 1000);
    return [
      `commit refs/sessions/${each.id}\ncommitter Test Person <person@example.com> ${seconds} +0000\n`,
      data(`${each.title}\n\n${lines.join("")}`),
      ...Object.entries(files).map(([name, text]) => `M 100644 inline ${name}\n${data(text)}`),
    ].join("");
  });
  const ran = await s.run("git", ["fast-import", "--quiet"], { input: input.join("") });
  if (ran.code !== 0) throw new Error(ran.stderr);
}

/** Returns the ISO time a number of days ago. */
export function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString();
}

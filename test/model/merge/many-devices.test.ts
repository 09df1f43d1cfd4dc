/** Any number of devices and one remote, in any order: as `push` and `pull` do it, without git. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { historyOf, mergeBases } from "../../../src/git/history/ancestry.ts";
import { mergeRecords } from "../../../src/sharing/merge/records.ts";
import {
  anyEdit,
  applyEdit,
  type Edit,
  eventsOf,
  type Files,
  newRecord,
  stateOf,
} from "../../support/record-edits.ts";

type Step =
  | { readonly device: number; readonly do: "push" | "pull" | "killed" }
  | { readonly device: number; readonly do: "edit"; readonly edit: Edit };

const device = fc.nat(2);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ device, do: fc.constant("edit" as const), edit: anyEdit }) },
  { weight: 2, arbitrary: fc.record({ device, do: fc.constantFrom("push", "pull", "killed") }) },
);

/** Snapshots by id, as git keeps them. */
class World {
  readonly files = new Map<string, Files>();
  readonly parents = new Map<string, string[]>();
  remote: string | undefined;

  commit(files: Files, parents: readonly string[]): string {
    const text = JSON.stringify([[...files].sort(), parents]);
    const id = createHash("sha1").update(text).digest("hex");
    this.files.set(id, files);
    this.parents.set(id, [...parents]);
    return id;
  }

  has(one: string, other: string): boolean {
    return historyOf(this.parents, one)?.has(other) ?? false;
  }

  base(one: string, other: string): Files | undefined {
    const [first, ...rest] = mergeBases(this.parents, one, other);
    if (first === undefined) return undefined;
    let base = this.files.get(first);
    for (const each of rest) {
      const its = this.files.get(each);
      if (base && its) base = mergeRecords(this.base(first, each), base, its).files;
    }
    return base;
  }
}

interface Device {
  folder: Files;
  own: string;
}

const isEqual = (one: Files, other: Files) =>
  JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());

function pull(world: World, device: Device, killed = false): void {
  if (!isEqual(device.folder, world.files.get(device.own) ?? new Map()))
    device.own = world.commit(device.folder, [device.own]);
  const theirs = world.remote;
  if (theirs === undefined || world.has(device.own, theirs)) return;
  const { files } = mergeRecords(
    world.base(device.own, theirs),
    device.folder,
    world.files.get(theirs) ?? new Map(),
  );
  // Killed after the folder and before the ref: the next command finds this state.
  device.folder = files;
  if (killed) return;
  device.own = world.has(theirs, device.own) ? theirs : world.commit(files, [device.own, theirs].sort());
}

function push(world: World, device: Device): void {
  pull(world, device);
  world.remote = device.own;
}

test("devices converge, and an item that nobody changed later is never lost", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const world = new World();
      const first = world.commit(newRecord(), []);
      const devices = [0, 1, 2].map((): Device => ({ folder: newRecord(), own: first }));
      world.remote = first;
      const events = new Set<string>();
      steps.forEach((each, tick) => {
        const device = devices[each.device];
        if (!device) return;
        if (each.do === "push") push(world, device);
        else if (each.do !== "edit") pull(world, device, each.do === "killed");
        else {
          device.folder = applyEdit(device.folder, each.edit, each.device, tick + 1);
          for (const { at, type } of eventsOf(device.folder)) events.add(`${at} ${type}`);
        }
      });
      for (const device of [...devices, ...devices]) push(world, device);
      for (const device of devices) {
        expect(Object.fromEntries([...device.folder].sort())).toEqual(
          Object.fromEntries([...(devices[0]?.folder ?? [])].sort()),
        );
        expect(device.own).toBe(world.remote);
      }
      const { folder = new Map() } = devices[0] ?? {};
      const { context, objectives, blockers } = stateOf(folder);
      const kept = new Set(eventsOf(folder).map(({ at, type }) => `${at} ${type}`));
      for (const each of events) expect(kept).toContain(each);
      // Every item keeps one number, and each decision and note that was made is there.
      const ids = [...objectives, ...blockers, ...context.decisions].map((each) => each.id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const each of eventsOf(folder)) {
        if (each.type === "note") expect(context.notes.map(({ text }) => text)).toContain(each.text);
        if (each.type !== "decision.added") continue;
        const { id, text } = each.decision;
        expect(context.decisions.find((one) => one.id === id)?.text).toBe(text);
      }
      for (const each of eventsOf(folder))
        if (each.type === "blocker.added") expect(blockers.map(({ text }) => text)).toContain(each.text);
    }),
    { numRuns: 250 },
  );
});

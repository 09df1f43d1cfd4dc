/** Stores millions of numbers and names without an object for each. */

/** A typed array that grows when it is full. */
export interface Column<T extends Words = Words> {
  readonly push: (value: number) => void;
  readonly length: () => number;
  readonly array: () => T;
}

/** Types of arrays in which a column stores its numbers. */
export type Words = Uint8Array | Uint32Array | Int16Array;

/** Creates a typed array that grows: it doubles its size when full. */
export function column<T extends Words>(kind: { new (length: number): T }): Column<T> {
  let values = new kind(1024);
  let length = 0;
  return {
    push(value) {
      if (length === values.length) {
        const more = new kind(length * 2);
        more.set(values);
        values = more;
      }
      values[length++] = value;
    },
    length: () => length,
    array: () => values.slice(0, length) as T,
  };
}

/** Names by number: the bytes of all names, and the offset at which each ends. */
export interface Table {
  readonly ends: Uint32Array;
  readonly bytes: Uint8Array;
}

interface TableBuilder {
  /** Returns the number of a name, which is given as its bytes, one character each. */
  readonly idOf: (name: string) => number;
  readonly build: () => Table;
}

/**
 * Creates a table that numbers names in order of their first use. `before`: names that already have numbers.
 */
export function table(before?: Table): TableBuilder {
  const ids = new Map<string, number>();
  const ends = column(Uint32Array);
  const chunks: Buffer[] = [];
  let size = 0;
  const append = (name: string) => {
    const bytes = Buffer.from(name, "latin1");
    // Copies the name: a substring would keep the whole text that it is cut from in memory.
    ids.set(bytes.toString("latin1"), ends.length());
    chunks.push(bytes);
    size += bytes.length;
    ends.push(size);
    return ends.length() - 1;
  };
  for (let at = 0; before && at < before.ends.length; at++) append(nameAt(before, at));
  return {
    idOf: (name) => ids.get(name) ?? append(name),
    build: () => ({ ends: ends.array(), bytes: Buffer.concat(chunks, size) }),
  };
}

/** Returns the name with a number as its bytes, one character each. */
export function nameAt({ ends, bytes }: Table, id: number): string {
  const begin = id === 0 ? 0 : (ends[id - 1] ?? 0);
  return Buffer.from(bytes.buffer, bytes.byteOffset + begin, (ends[id] ?? begin) - begin).toString("latin1");
}

/** Returns the number of a name; undefined for an unknown name. */
export function idIn(names: Table, name: string): number | undefined {
  for (let at = 0; at < names.ends.length; at++) if (nameAt(names, at) === name) return at;
  return undefined;
}

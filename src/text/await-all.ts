/** Awaits all values of an object in parallel, and returns them under the same names. */
export async function awaitAll<T extends Readonly<Record<string, unknown>>>(
  parts: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const values = await Promise.all(Object.values(parts));
  return Object.fromEntries(Object.keys(parts).map((name, at) => [name, values[at]])) as {
    -readonly [K in keyof T]: Awaited<T[K]>;
  };
}

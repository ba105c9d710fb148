import DataLoader from 'dataloader';

/** A loader of single rows by key; what is absent or not visible is null. */
export const loadOneBy = <K extends string, T>(
  read: (keys: readonly K[]) => Promise<readonly T[]>,
  keyOf: (row: T) => string,
) =>
  new DataLoader<string, T | null>(async (keys) => {
    const rows = new Map((await read(keys as readonly K[])).map((row) => [keyOf(row), row]));
    return keys.map((key) => rows.get(key) ?? null);
  });

/** A loader of all rows that belong to a key, in the reader's order. */
export const loadManyBy = <K extends string, T>(
  read: (keys: readonly K[]) => Promise<readonly T[]>,
  keyOf: (row: T) => string,
) =>
  new DataLoader<string, readonly T[]>(async (keys) => {
    const rows = Map.groupBy(await read(keys as readonly K[]), keyOf);
    return keys.map((key) => rows.get(key) ?? []);
  });

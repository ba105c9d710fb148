import type { Complain } from './import-source.ts';
import type { ReadRecords, TableRecord } from './read-records.ts';

const SILENT: Complain = () => undefined;

/** What a first reading learns: where the records of each thing end. */
export interface Outline {
  readonly things: number;
  /** The number of the last record of each thing, by its key. */
  readonly lastOf: ReadonlyMap<string, number>;
}

/** Reads everything once, quietly. A key is null where a record names nothing; its record stands alone. */
export async function outline(read: ReadRecords, keyOf: (record: TableRecord) => string | null): Promise<Outline> {
  const lastOf = new Map<string, number>();
  let number = 0;
  let nameless = 0;
  for await (const record of read(SILENT)) {
    const key = keyOf(record);
    if (key === null) nameless += 1;
    else lastOf.set(key, number);
    number += 1;
  }
  return { things: lastOf.size + nameless, lastOf };
}

/**
 * The records of each thing together, wherever they stand in the file, in their order; a thing comes when its last record is read.
 * Only things that are not complete are held, so a file whose rows stand together is read in little memory.
 */
export async function* gather(
  read: ReadRecords,
  keyOf: (record: TableRecord) => string | null,
  { lastOf, complain }: { lastOf: ReadonlyMap<string, number>; complain: Complain },
): AsyncGenerator<readonly TableRecord[]> {
  const begun = new Map<string, TableRecord[]>();
  let number = -1;
  for await (const record of read(complain)) {
    number += 1;
    const key = keyOf(record);
    if (key === null) {
      yield [record];
      continue;
    }
    const records = begun.get(key) ?? [];
    records.push(record);
    if (lastOf.get(key)! > number) begun.set(key, records);
    else {
      begun.delete(key);
      yield records;
    }
  }
}

import type { Sql } from '../../../database/open-database.ts';
import type { CustomerId } from '../../../values/ids.ts';
import { keysOf } from './match-keys.ts';
import { readPersonRecords, type StoredPerson } from './person-records.ts';

/** A person with the keys under which they are looked for, in rising order. */
export interface RememberedPerson extends StoredPerson {
  readonly keys: readonly number[];
}

/** Persons that are remembered, at most: some kilobytes each. */
const MOST = 20_000;

/**
 * Reads persons and remembers some: in a walk over all blocks the same ones come again and again. What it says may be some minutes old, so
 * it is for finding who is worth a look, never for deciding.
 */
export class PersonMemory {
  private readonly known = new Map<CustomerId, RememberedPerson>();
  private readonly sql: Sql;

  constructor(sql: Sql) {
    this.sql = sql;
  }

  /** Who of these is a person now. */
  async read(ids: ReadonlySet<CustomerId>): Promise<ReadonlyMap<CustomerId, RememberedPerson>> {
    const found = new Map<CustomerId, RememberedPerson>();
    const missing: CustomerId[] = [];
    for (const id of ids) {
      const person = this.known.get(id);
      if (person) found.set(id, person);
      else missing.push(id);
    }
    for (const person of (await readPersonRecords(this.sql, missing)).values()) {
      const remembered = { ...person, keys: keysOf(person.whole).sort((a, b) => a - b) };
      found.set(person.id, remembered);
      this.known.set(person.id, remembered);
    }
    for (const id of this.known.keys()) {
      if (this.known.size <= MOST) break;
      this.known.delete(id);
    }
    return found;
  }
}

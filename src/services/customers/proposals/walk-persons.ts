import type { CustomerId } from '../../../values/ids.ts';
import type { Scope } from '../../scope.ts';
import { keepMatchKeys } from './match-keys.ts';
import type { MatchModel } from './match-model.ts';
import { readPersonRecords } from './person-records.ts';
import { type Proposed, proposeMerges, type ProposalThresholds } from './propose-merges.ts';

/** Customers that are read at a time: what is in memory does not depend on how many there are. */
const AT_ONCE = 200;

/** The next customers by id, at most so many. */
const nextIds = async ({ db: { sql } }: Scope, after: string): Promise<CustomerId[]> =>
  (await sql<{ id: CustomerId }[]>`select id from customers where id > ${after} order by id limit ${AT_ONCE}`).map(
    ({ id }) => id,
  );

/** Gives every customer the keys under which they are looked for. */
export async function keepAllMatchKeys(scope: Scope, onProgress: (done: number) => void): Promise<number> {
  let done = 0;
  for (let after = ''; ;) {
    const ids = await nextIds(scope, after);
    if (ids.length === 0) return done;
    await keepMatchKeys(scope.db.sql, ids, await readPersonRecords(scope.db.sql, ids));
    after = ids.at(-1)!;
    done += ids.length;
    onProgress(done);
  }
}

/** Looks at the next customers of a walk over all of them; whom a merge has changed, once more. `last` null: it is done. */
export async function proposeNext(
  scope: Scope,
  model: MatchModel,
  { after, thresholds }: { after: string; thresholds: ProposalThresholds },
): Promise<Proposed & { last: CustomerId | null; seen: number }> {
  const ids = await nextIds(scope, after);
  if (ids.length === 0) return { compared: 0, proposed: 0, merged: [], last: null, seen: 0 };
  const found = await proposeUntilSettled(scope, model, { ids, thresholds });
  return { ...found, last: ids.at(-1)!, seen: ids.length };
}

/** Each round of merges leaves fewer persons, so it ends. */
export async function proposeUntilSettled(
  scope: Scope,
  model: MatchModel,
  { ids, thresholds }: { ids: readonly CustomerId[]; thresholds: ProposalThresholds },
): Promise<Proposed> {
  const sum = { compared: 0, proposed: 0, merged: [] as CustomerId[] };
  for (let due = ids; due.length > 0;) {
    const { compared, proposed, merged } = await proposeMerges(scope, model, due, thresholds);
    sum.compared += compared;
    sum.proposed += proposed;
    sum.merged.push(...merged);
    due = merged;
  }
  return sum;
}

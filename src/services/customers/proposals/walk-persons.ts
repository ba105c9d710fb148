import type { CustomerId } from '../../../values/ids.ts';
import type { Scope } from '../../scope.ts';
import { keepMatchKeys } from './match-keys.ts';
import type { MatchModel } from './match-model.ts';
import { readPersonRecords } from './person-records.ts';
import { type Proposed, proposeMerges, type ProposalThresholds } from './propose-merges.ts';

/** Customers that are read at a time: what is in memory does not depend on how many there are. */
const AT_ONCE = 200;

/** Told again and again how many customers were looked at. */
type OnProgress = (done: number) => void;

/** Gives every customer the keys under which they are looked for. */
export async function keepAllMatchKeys(scope: Scope, onProgress: OnProgress = () => undefined): Promise<void> {
  const { sql } = scope.db;
  await walk(scope, onProgress, async (ids) => keepMatchKeys(sql, ids, await readPersonRecords(sql, ids)));
}

/** Compares all customers who have their keys. */
export async function proposeAll(
  scope: Scope,
  model: MatchModel,
  { thresholds, onProgress = () => undefined }: { thresholds: ProposalThresholds; onProgress?: OnProgress },
): Promise<Proposed> {
  const sum = nothing();
  await walk(scope, onProgress, async (ids) => add(sum, await proposeUntilSettled(scope, model, { ids, thresholds })));
  return sum;
}

/** Compares these customers; whom a merge has changed, once more. Each round of merges leaves fewer persons, so it ends. */
export async function proposeUntilSettled(
  scope: Scope,
  model: MatchModel,
  { ids, thresholds }: { ids: readonly string[]; thresholds: ProposalThresholds },
): Promise<Proposed> {
  const sum = nothing();
  for (let due = ids; due.length > 0;) {
    const found = await proposeMerges(scope, model, due, thresholds);
    add(sum, found);
    due = found.merged;
  }
  return sum;
}

async function walk(
  { db: { sql } }: Scope,
  onProgress: OnProgress,
  look: (ids: readonly CustomerId[]) => Promise<void>,
): Promise<void> {
  for (let [after, done] = ['', 0]; ;) {
    const rows = await sql<{ id: CustomerId }[]>`
      select id from customers where id > ${after} order by id limit ${AT_ONCE}`;
    if (rows.length === 0) return;
    await look(rows.map(({ id }) => id));
    after = rows.at(-1)!.id;
    done += rows.length;
    onProgress(done);
  }
}

interface Sum {
  compared: number;
  proposed: number;
  readonly merged: CustomerId[];
}
const nothing = (): Sum => ({ compared: 0, proposed: 0, merged: [] });

function add(sum: Sum, { compared, proposed, merged }: Proposed): void {
  sum.compared += compared;
  sum.proposed += proposed;
  sum.merged.push(...merged);
}

import type { CustomerId, MergeProposalId } from '../../../values/ids.ts';
import type { Scope } from '../../scope.ts';
import { columnsKeptApart } from '../merging/keep-apart.ts';
import type { MatchModel } from './match-model.ts';
import { readPersonRecords } from './person-records.ts';

/** Proposals that are weighed at a time. */
const AT_ONCE = 500;

/**
 * Withdraws open proposals that do not hold any more, by what is stored now, because a merge has settled them, or because somebody said that they are two. Some at a time, in the order of
 * their ids; answers the last id and how many they were. Null: there were none after that one.
 */
export async function weighOpenProposals(
  { db: { sql } }: Scope,
  { scorer }: MatchModel,
  { after, from }: { after: string; from: number },
): Promise<{ lastId: MergeProposalId; count: number } | null> {
  const open = await sql<{ id: MergeProposalId; oneId: CustomerId; otherId: CustomerId }[]>`
    select id, one_id, other_id from merge_proposals where id > ${after} and state = 'open' order by id limit ${AT_ONCE}`;
  const persons = await readPersonRecords(sql, [...new Set(open.flatMap(({ oneId, otherId }) => [oneId, otherId]))]);
  const gone = open.filter(({ oneId, otherId }) => {
    const [a, b] = [persons.get(oneId), persons.get(otherId)];
    return !a || !b || scorer.confidence(a.whole, b.whole) < from;
  });
  await sql`
    delete from merge_proposals p
    where p.state = 'open' and p.id = any (${open.map(({ id }) => id as string)}::text[])
      and (p.id = any (${gone.map(({ id }) => id as string)}::text[]) or ${columnsKeptApart(sql, 'p.one_id', 'p.other_id')})`;
  const last = open.at(-1);
  return last ? { lastId: last.id, count: open.length } : null;
}

import type { CustomerId } from '../../../values/ids.ts';
import type { Scope } from '../../scope.ts';
import { inOrder } from '../merging/keep-apart.ts';
import { type Link, linkBetween } from './link.ts';
import { keepMatchKeys } from './match-keys.ts';
import type { MatchModel } from './match-model.ts';
import { readPersonRecords } from './person-records.ts';
import type { ProposalThresholds } from './propose-merges.ts';
import { settleLinks } from './settle-links.ts';

/** Pairs that are settled at a time. */
const AT_ONCE = 200;

interface Candidate {
  readonly oneId: CustomerId;
  readonly otherId: CustomerId;
  /** Who the two are now. */
  readonly onePersonId: CustomerId;
  readonly otherPersonId: CustomerId;
}

/** What was done with candidates. */
export interface SettledCandidates {
  readonly proposed: number;
  readonly merges: number;
  /** Candidates that are none any more; 0: none were left. */
  readonly settled: number;
}

/** Weighs the best of the candidates anew, by what is stored now, and merges or proposes them. What was settled is no candidate any more. */
export async function settleCandidates(
  scope: Scope,
  model: MatchModel,
  thresholds: ProposalThresholds,
): Promise<SettledCandidates> {
  const { sql } = scope.db;
  const candidates = await sql<Candidate[]>`
    select c.one_id, c.other_id, coalesce(one.person_id, c.one_id) as one_person_id, coalesce(other.person_id, c.other_id) as other_person_id
    from (select * from match_candidates order by confidence desc, one_id desc, other_id desc limit ${AT_ONCE}) as c
    left join person_links one on one.member_id = c.one_id left join person_links other on other.member_id = c.other_id`;
  const persons = await readPersonRecords(sql, [
    ...new Set(candidates.flatMap(({ onePersonId, otherPersonId }) => [onePersonId, otherPersonId])),
  ]);
  // Merges meanwhile may have made one pair of several: it is settled once.
  const links = new Map<string, Link>();
  for (const candidate of candidates) {
    const [a, b] = [persons.get(candidate.onePersonId), persons.get(candidate.otherPersonId)];
    const link = a && b && a !== b ? linkBetween(model, a, b, thresholds.propose) : null;
    if (link) links.set(pairOf(candidate), link);
  }
  const sorted = [...links.values()].sort((one, other) => other.confidence - one.confidence);
  const { proposed, merged, stale } = await settleLinks(scope, model, sorted, { mergeFrom: thresholds.merge, ids: [] });
  const changed = [...merged];
  await keepMatchKeys(sql, changed, await readPersonRecords(sql, changed));
  const open = new Set(stale);
  const settled = candidates.filter((candidate) => !open.has(links.get(pairOf(candidate))!));
  await sql`
    delete from match_candidates c using unnest(
      ${settled.map(({ oneId }) => oneId as string)}::text[], ${settled.map(({ otherId }) => otherId as string)}::text[]) as s(one, other)
    where c.one_id = s.one and c.other_id = s.other`;
  return { proposed, merges: merged.size / 2, settled: settled.length };
}

const pairOf = ({ onePersonId, otherPersonId }: Candidate): string => inOrder(onePersonId, otherPersonId).join(' ');

import type { CustomerId, MergeId } from '../../../values/ids.ts';
import type { MergeReason } from '../../../values/merges.ts';
import type { Scope } from '../../scope.ts';
import { withinReach } from '../person-of.ts';

/** That two persons were made one, and perhaps two again. */
export interface Merge {
  readonly id: MergeId;
  readonly personId: CustomerId;
  readonly mergedId: CustomerId;
  readonly reason: MergeReason;
  readonly confidence: number | null;
  readonly mergedAt: Date;
  readonly mergedBy: string;
  readonly unmergedAt: Date | null;
  readonly unmergedBy: string | null;
}

export const MOST_MERGES = 100;

/** Merges of persons, also those of their members and those that were taken back, the newest first. */
export async function mergesOfPersons(scope: Scope, personIds: readonly CustomerId[]): Promise<Merge[][]> {
  const { sql } = scope.db;
  const rows = await sql<(Merge & { askedId: string })[]>`
    select asked.id as asked_id, m.*
    from unnest(${personIds as string[]}::text[]) as asked(id)
    cross join lateral (
      select m.id, m.person_id, m.merged_id, m.reason, m.confidence, m.merged_at, m.merged_by, m.unmerged_at, m.unmerged_by
      from (select asked.id union all select l.member_id from person_links l where l.person_id = asked.id) as member(id)
      cross join lateral (
        select * from merges where person_id = member.id order by merged_at desc, id desc limit ${MOST_MERGES}
      ) m
      order by m.merged_at desc, m.id desc limit ${MOST_MERGES}
    ) m
    where ${withinReach(scope, 'customers:read', 'asked.id')}
    order by m.merged_at desc, m.id desc`;
  const byPerson = Map.groupBy(rows, ({ askedId }) => askedId);
  return personIds.map((id) => (byPerson.get(id) ?? []).map(({ askedId: _, ...merge }) => merge));
}

/** Customer ids that are these persons now, each person's own first. */
export async function memberIdsOfPersons(scope: Scope, personIds: readonly CustomerId[]): Promise<CustomerId[][]> {
  const rows = await scope.db.sql<{ personId: CustomerId; memberId: CustomerId }[]>`
    select person_id, member_id from person_links
    where person_id = any (${personIds as string[]}::text[]) and ${withinReach(scope, 'customers:read', 'person_id')}
    order by linked_at, member_id`;
  const byPerson = Map.groupBy(rows, ({ personId }) => personId);
  return personIds.map((id) => [id, ...(byPerson.get(id) ?? []).map(({ memberId }) => memberId)]);
}

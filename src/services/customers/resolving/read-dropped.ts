import type { DropReason } from '../../../values/identity-rules.ts';
import type { CustomerId, DroppedIdentityId } from '../../../values/ids.ts';
import type { IdentityKind } from '../../../values/vocabulary.ts';
import type { Scope } from '../../scope.ts';
import { withinReach } from '../person-of.ts';

/** Evidence of an identifier that came with somebody and was not taken as theirs. */
export interface DroppedEvidence {
  readonly id: DroppedIdentityId;
  readonly customerId: CustomerId;
  readonly kind: IdentityKind;
  readonly value: string;
  readonly verified: boolean;
  readonly reason: DropReason;
  readonly source: string;
  readonly rulesVersion: number;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
}

/** Identifiers of one person in one answer, at most. */
export const MOST_DROPPED = 100;

/** What came with these persons and was not taken as theirs, the last first. */
export async function droppedOfPersons(scope: Scope, personIds: readonly CustomerId[]): Promise<DroppedEvidence[][]> {
  const rows = await scope.db.sql<(DroppedEvidence & { personId: CustomerId })[]>`
    select asked.id as person_id, d.*
    from unnest(${personIds as string[]}::text[]) as asked(id)
    cross join lateral (
      select d.id, d.customer_id, d.kind, d.value, d.verified, d.reason, d.source, d.rules_version, d.first_seen_at, d.last_seen_at
      from (select asked.id union all select m.member_id from person_links m where m.person_id = asked.id) as member(id)
      cross join lateral (
        select * from dropped_identities d where d.customer_id = member.id
        order by d.last_seen_at desc, d.id desc limit ${MOST_DROPPED}) d
      order by d.last_seen_at desc, d.id desc
      limit ${MOST_DROPPED}
    ) d
    where ${withinReach(scope, 'identity:read', 'asked.id')}`;
  const byPerson = Map.groupBy(rows, (row) => row.personId);
  return personIds.map((id) => byPerson.get(id) ?? []);
}

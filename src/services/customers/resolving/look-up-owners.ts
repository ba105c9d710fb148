import type { IdentityRules } from '../../../values/identity-rules.ts';
import type { CustomerId, IdentityId } from '../../../values/ids.ts';
import type { IdentityKind } from '../../../values/vocabulary.ts';
import { StartOver } from '../../events/atomically.ts';
import { planOnce } from '../../events/plan-once.ts';
import type { TransactionScope } from '../../scope.ts';
import { areKeptApart } from '../merging/keep-apart.ts';
import { namespaceOf, type ToldIdentity } from './told-identity.ts';
import { beginningAt, type KnownIdentity, type PersonPair, type WeighedIdentity } from './weigh-identities.ts';

/** An identifier with its row; both null: nobody has it. */
export interface LookedUp extends WeighedIdentity {
  readonly identityId: IdentityId | null;
  readonly customerId: CustomerId | null;
  readonly wasVerified: boolean;
}

/** What one person has counts up to here; nobody has more by rights. */
const MOST_KNOWN = 500;

interface OwnerRow {
  readonly identityId: IdentityId;
  readonly customerId: CustomerId;
  readonly personId: CustomerId;
  readonly lastSeenAt: Date;
  readonly wasVerified: boolean;
  readonly othersCame: number;
}

interface KnownRow {
  readonly personId: CustomerId;
  readonly kind: IdentityKind;
  readonly normalized: string;
  readonly matchKey: string;
  readonly source: string;
  readonly verified: boolean;
  readonly lastSeenAt: Date;
}

/**
 * Who has these identifiers, what else these persons have, and how many others came with them: in one flight, under the locks of the
 * persons, who therefore stay as they are until the commit; and which rules count at that moment.
 */
export async function lookUpOwners(
  tx: TransactionScope,
  rules: IdentityRules,
  told: readonly ToldIdentity[],
  occurredAt: Date,
): Promise<{ identities: LookedUp[]; apart: PersonPair[]; rulesVersion: number }> {
  const { sql } = tx.db;
  const kinds = told.map(({ kind }) => kind);
  const keys = told.map(({ matchKey }) => matchKey);
  const since = told.map(({ kind }) => beginningAt(rules[kind].personsPerValue, occurredAt));
  const most = told.map(({ kind }) => rules[kind].personsPerValue.most);
  const owners = sql`
    select coalesce(l.person_id, i.customer_id) as id
    from unnest(${kinds}::text[], ${keys}::text[]) as asked(kind, key)
    join identities i on i.kind = asked.kind and coalesce(i.match_key, i.normalized) = asked.key
    left join person_links l on l.member_id = i.customer_id`;
  planOnce(tx);
  const [locked, rows, known, [newest]] = await Promise.all([
    sql<{ id: CustomerId }[]>`select id from customers where id in (${owners}) order by id for no key update`,
    sql<(OwnerRow & { place: number; identityId: IdentityId | null })[]>`
      select asked.place::int as place, i.id as identity_id, i.customer_id, coalesce(l.person_id, i.customer_id) as person_id,
        i.last_seen_at, i.verified as was_verified,
        (select count(*)::int from (
          select 1 from dropped_identities d
          where d.kind = asked.kind and d.match_key = asked.key and d.is_of_known and d.last_seen_at >= asked.since
          limit asked.most) came) as others_came
      from unnest(${kinds}::text[], ${keys}::text[], ${since}::timestamptz[], ${most}::int[])
        with ordinality as asked(kind, key, since, most, place)
      left join identities i on i.kind = asked.kind and coalesce(i.match_key, i.normalized) = asked.key
      left join person_links l on l.member_id = i.customer_id
      order by asked.place`,
    sql<KnownRow[]>`
      select owner.id as person_id, k.* from (select distinct id from (${owners}) o) as owner
      cross join lateral (
        select i.kind, i.normalized, coalesce(i.match_key, i.normalized) as match_key, i.source, i.verified, i.last_seen_at
        from (select owner.id union all select m.member_id from person_links m where m.person_id = owner.id) as member(id)
        join identities i on i.customer_id = member.id
        order by i.last_seen_at desc, i.id limit ${MOST_KNOWN}
      ) k`,
    sql<{ version: number }[]>`select coalesce(max(version), 0) as version from identity_rule_sets`,
  ]);
  const isLocked = new Set(locked.map(({ id }) => id));
  const isCurrent = rows.every(({ identityId, personId }) => identityId === null || isLocked.has(personId));
  // Somebody became another person, or somebody's, while we waited.
  if (!isCurrent) throw new StartOver();
  const byPerson = Map.groupBy(known, ({ personId }) => personId);
  const identities = told.map((one, i) => toLookedUp(one, rows[i]!, (personId) => byPerson.get(personId) ?? []));
  const persons = [...new Set(identities.flatMap(({ owner }) => (owner ? [owner.personId] : [])))];
  return { identities, apart: await pairsKeptApart(tx, persons), rulesVersion: newest!.version };
}

async function pairsKeptApart(
  { db: { sql } }: TransactionScope,
  persons: readonly CustomerId[],
): Promise<PersonPair[]> {
  const pairs = persons.flatMap((one, i) => persons.slice(i + 1).map((other): PersonPair => [one, other]));
  const answers = await Promise.all(
    pairs.map(([one, other]) => sql<{ isApart: boolean }[]>`select ${areKeptApart(sql, one, other)} as is_apart`),
  );
  return pairs.filter((_, i) => answers[i]![0]!.isApart);
}

function toLookedUp(
  { kind, matchKey, namespace, verified }: ToldIdentity,
  row: OwnerRow & { identityId: IdentityId | null },
  knownOf: (personId: CustomerId) => readonly KnownRow[],
): LookedUp {
  const { identityId, customerId, personId, lastSeenAt, wasVerified, othersCame } = row;
  const told = { kind, matchKey, namespace, verified, othersCame };
  if (identityId === null) return { ...told, owner: null, identityId: null, customerId: null, wasVerified: false };
  const known = knownOf(personId).map(toKnown);
  const owner = { personId, lastSeenAtMs: lastSeenAt.getTime(), known };
  return { ...told, owner, identityId, customerId, wasVerified };
}

const toKnown = ({ kind, normalized, matchKey, source, verified, lastSeenAt }: KnownRow): KnownIdentity => ({
  ...{ kind, matchKey, verified, namespace: namespaceOf(kind, normalized, source), lastSeenAtMs: lastSeenAt.getTime() },
});

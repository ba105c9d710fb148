import type { Sql } from '../../../database/open-database.ts';
import type { CustomerId } from '../../../values/ids.ts';
import type { IdentityKind } from '../../../values/vocabulary.ts';
import type { PostalAddress } from '../customer.ts';
import { type Comparable, type PersonRecord, toComparable } from '../matching/comparable.ts';
import { strongKindOf } from '../merging/strong-kind.ts';

/** A stored person in the forms that are compared. */
export interface StoredPerson {
  readonly id: CustomerId;
  /** All that is known of the person under all of their ids. */
  readonly whole: Comparable;
  /** What each member says by itself. */
  readonly members: readonly Comparable[];
  /** Verified strong identifiers by their kind and system. */
  readonly strong: ReadonlyMap<string, ReadonlySet<string>>;
}

interface Row {
  readonly personId: CustomerId;
  readonly displayName: string | null;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly market: string | null;
  readonly address: PostalAddress | null;
  readonly birthDate: string | null;
  readonly identities: readonly { readonly kind: IdentityKind; readonly value: string; readonly verified: boolean }[];
}

/** A person with a hundred addresses must not cost a hundred times as much. */
const MOST_MEMBERS = 30;
const MOST_IDENTITIES = 30;

/** Those of these customers who are persons now; members of others are missing. */
export async function readPersonRecords(sql: Sql, ids: readonly string[]): Promise<Map<CustomerId, StoredPerson>> {
  if (ids.length === 0) return new Map();
  const rows = await sql<Row[]>`
    select asked.id as person_id, c.display_name, c.given_name, c.family_name, c.market, c.address,
      (
        select t.value #>> '{}' from customer_traits t
        where t.customer_id = c.id and t.key = 'birth_date' and t.valid_to is null
      ) as birth_date,
      (
        select coalesce(json_agg(json_build_object('kind', i.kind, 'value', i.normalized, 'verified', i.verified)), '[]')
        from (
          select kind, normalized, verified from identities
          where customer_id = c.id and kind <> 'visitor_id' order by first_seen_at, id limit ${MOST_IDENTITIES}
        ) i
      ) as identities
    from unnest(${ids as string[]}::text[]) as asked(id)
    cross join lateral (
      select asked.id union all
      (select l.member_id from person_links l where l.person_id = asked.id order by l.member_id limit ${MOST_MEMBERS})
    ) as member(id)
    join customers c on c.id = member.id
    where not exists (select 1 from person_links l where l.member_id = asked.id)
    order by asked.id, c.id <> asked.id, c.id`;
  const byPerson = Map.groupBy(rows, ({ personId }) => personId);
  return new Map([...byPerson].map(([id, of]) => [id, toPerson(id, of)]));
}

function toPerson(id: CustomerId, rows: readonly Row[]): StoredPerson {
  const records = rows.map(toRecord);
  const members = records.map(toComparable);
  const strong = new Map<string, Set<string>>();
  for (const identity of rows.flatMap(({ identities }) => identities)) {
    const kind = identity.verified ? strongKindOf(identity) : null;
    if (kind === null) continue;
    const values = strong.get(kind) ?? new Set();
    strong.set(kind, values.add(identity.value));
  }
  return { id, whole: members.length === 1 ? members[0]! : toComparable(joined(records)), members, strong };
}

function toRecord({ identities, address, ...profile }: Row): PersonRecord {
  const valuesOf = (kind: IdentityKind) => identities.filter((each) => each.kind === kind).map(({ value }) => value);
  return {
    ...profile,
    emails: valuesOf('email'),
    phones: valuesOf('phone'),
    loyaltyIds: valuesOf('loyalty_id'),
    street: address?.line1 ?? null,
    line2: address?.line2 ?? null,
    postalCode: address?.postalCode ?? null,
    city: address?.city ?? null,
    region: address?.region ?? null,
  };
}

/** What the person says of themselves counts; what it leaves open is taken from the members, whole addresses and whole names. */
function joined(records: readonly PersonRecord[]): PersonRecord {
  const all = (field: 'emails' | 'phones' | 'loyaltyIds') => [
    ...new Set(records.flatMap((record) => record[field] ?? [])),
  ];
  const named = records.find(({ givenName, familyName, displayName }) => givenName ?? familyName ?? displayName);
  const living = records.find(({ street, postalCode, city }) => street ?? postalCode ?? city);
  const { givenName = null, familyName = null, displayName = null } = named ?? {};
  const { street = null, line2 = null, postalCode = null, city = null, region = null } = living ?? {};
  return {
    ...{ givenName, familyName, displayName, street, line2, postalCode, city, region },
    birthDate: records.find(({ birthDate }) => birthDate)?.birthDate ?? null,
    market: records.find(({ market }) => market)?.market ?? null,
    ...{ emails: all('emails'), phones: all('phones'), loyaltyIds: all('loyaltyIds') },
  };
}

/** True when both have a verified strong identifier of one kind, and none in common. */
export function contradict(a: StoredPerson, b: StoredPerson): boolean {
  for (const [kind, values] of a.strong) {
    const theirs = b.strong.get(kind);
    if (theirs && ![...values].some((value) => theirs.has(value))) return true;
  }
  return false;
}

import type { CustomerId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { CONSENT_STATES, type ConsentState } from '../../values/consents.ts';
import type { JoinedKind } from '../../values/merges.ts';
import type { IdentityKind } from '../../values/vocabulary.ts';
import type { DataClass } from '../../values/personal-classes.ts';
import type { Right } from '../../values/rights.ts';
import { reachOf } from '../access/role-rights.ts';
import { PROFILE_FIELDS } from '../customers/customer.ts';
import { strongKindOf } from '../customers/merging/strong-kind.ts';
import { withinReach } from '../customers/person-of.ts';
import { strictness, type ConsentSubject } from '../privacy/consent.ts';
import { isOpenTo } from '../privacy/open-to.ts';
import type { Scope } from '../scope.ts';

/** Nobody reads further, and a person with a million rows must not cost more than one with a thousand. */
const MOST_COUNTED = 1_000;

/** One of the persons that a merge makes one, as it was before: ids, which say the same whenever they are read again. */
export interface JoiningMembers {
  readonly customerId: CustomerId;
  /** Everybody who was this person, itself included. */
  readonly memberIds: readonly CustomerId[];
}

/** One of the persons that a merge makes one. */
export interface JoiningPerson {
  readonly customerId: CustomerId;
  /** Customers that are this person now, itself included. */
  readonly memberCount: number;
  /** Of each kind, what the viewer may see of the person; 1,000 means that many or more. Null: the viewer may not see any. */
  readonly counts: Readonly<Record<JoinedKind, number | null>>;
}

/** A value of a profile, as text. */
export interface FieldValue {
  readonly customerId: CustomerId;
  readonly value: string;
}

/** A field of the profile in which the persons differ. */
export interface FieldConflict {
  readonly field: string;
  /** What the merged person has: the value of the one that goes on. Null: it has none. */
  readonly kept: string | null;
  readonly others: readonly FieldValue[];
}

/** A kind of strong identifier of which the persons have different ones: a sign that they are not one. */
export interface StrongConflict {
  readonly kind: IdentityKind;
  readonly identities: readonly (FieldValue & { readonly verified: boolean })[];
}

/** What the persons said differently of one purpose. */
export interface ConsentConflict extends ConsentSubject {
  /** The strictest, which the merged person has. */
  readonly kept: ConsentState;
  readonly states: readonly { readonly customerId: CustomerId; readonly state: ConsentState }[];
}

export interface MergePreview {
  /** Who goes on. */
  readonly personId: CustomerId;
  /** That person first; one entry: they are one person already. */
  readonly persons: readonly JoiningPerson[];
  readonly fields: readonly FieldConflict[];
  readonly consents: readonly ConsentConflict[];
  readonly strong: readonly StrongConflict[];
}

type Row = JoiningPerson & {
  readonly profile: Readonly<Record<string, unknown>>;
  readonly strong: readonly { readonly kind: IdentityKind; readonly value: string; readonly verified: boolean }[];
};

/** Different identifiers of one kind that are named; the rest would tell nothing new. */
const MOST_STRONG = 20;

/** The persons that these customers are, each once, in the order of the ids. Refuses with NOT_FOUND. */
export async function joiningMembers(scope: Scope, ids: readonly string[]): Promise<JoiningMembers[]> {
  const { sql } = scope.db;
  const rows = await sql<(JoiningMembers & { asked: string })[]>`
    select asked.id as asked, c.id as customer_id,
      array(select c.id union all select m.member_id from person_links m where m.person_id = c.id) as member_ids
    from unnest(${ids as string[]}::text[]) with ordinality as asked(id, place)
    left join person_links l on l.member_id = asked.id
    join customers c on c.id = coalesce(l.person_id, asked.id)
    where ${withinReach(scope, 'customers:read', 'c.id')}
    order by asked.place`;
  const unknown = ids.findIndex((id) => !rows.some(({ asked }) => asked === id));
  if (unknown >= 0)
    throw new Refusal('NOT_FOUND', 'There is no customer with this id that you can see.', ['ids', String(unknown)]);
  return [...new Map(rows.map(({ asked: _, ...person }) => [person.customerId, person])).values()];
}

/**
 * What a merge of these persons joins, and in what they contradict each other; whether or not it was done since. Who was erased since is
 * left out; null when that is everybody. Nothing is counted that the viewer could not list. Changes nothing.
 */
export async function previewMerge(scope: Scope, joining: readonly JoiningMembers[]): Promise<MergePreview | null> {
  const [rows, consents] = await Promise.all([readPersons(scope, joining), consentsOf(scope, joining)]);
  const [survivor, ...others] = rows;
  if (!survivor) return null;
  return {
    personId: survivor.customerId,
    persons: rows.map(({ customerId, memberCount, counts }) => ({ customerId, memberCount, counts })),
    fields: PROFILE_FIELDS.flatMap((field) => conflictIn(field, survivor, others)),
    consents: consentConflicts(consents),
    strong: strongConflicts(rows),
  };
}

/** One row for each id of each person, with the place of the person. */
const flat = (joining: readonly JoiningMembers[]) => {
  const pairs = joining.flatMap(({ memberIds }, place) => memberIds.map((id) => [place, id] as const));
  return { places: pairs.map(([place]) => place), ids: pairs.map(([, id]) => id as string) };
};

async function readPersons(scope: Scope, joining: readonly JoiningMembers[]): Promise<Row[]> {
  const { sql } = scope.db;
  const { places, ids } = flat(joining);
  // Below each member with a limit: so the planner has no choice but the index, whatever it knows of the tables.
  const counted = (table: string, condition = sql`true`) => sql`(
    select count(*)::int from (
      select 1 from unnest(members.ids) as m(id)
      cross join lateral (select 1 from ${sql(table)} t where t.customer_id = m.id and ${condition} limit ${MOST_COUNTED}) as own
      limit ${MOST_COUNTED}
    ) as seen)`;
  const ifOpen = (right: Right, count: ReturnType<typeof counted>) =>
    reachOf(scope.viewer, right) === null ? sql`null::int` : count;
  const opened = (dataClass: DataClass) => isOpenTo(scope, dataClass, 'asked.id');
  return sql<Row[]>`
    with member as (
      select array_agg(id) as ids, place from unnest(${places}::int[], ${ids}::text[]) as m(place, id) group by place
    ), seen as materialized (
      -- Asked once for each person, and not for each row that is counted.
      select asked.id, ${opened('behaviour')} as behaviour, ${opened('traits')} as traits
      from unnest(${joining.map(({ customerId }) => customerId as string)}::text[]) as asked(id)
    )
    select c.id as customer_id, cardinality(members.ids) as member_count,
      json_build_object('identities', ${counted('identities')},
        'conversations', ${ifOpen('conversations:read', counted('conversations'))},
        'messages', ${ifOpen('conversations:read', counted('messages', sql`t.visibility = 'public'`))},
        'orders', ${ifOpen('orders:read', counted('orders'))},
        'activities', case when seen.behaviour then ${ifOpen('activity:read', counted('activities'))} end,
        'traits', case when seen.traits then ${counted('customer_traits')} end) as counts,
      json_build_object('displayName', c.display_name, 'givenName', c.given_name, 'familyName', c.family_name,
        'language', c.language, 'market', c.market, 'timeZone', c.time_zone, 'preferredChannel', c.preferred_channel,
        'address', c.address, 'latitude', c.latitude, 'longitude', c.longitude, 'preferences', c.preferences) as profile,
      (
        select coalesce(json_agg(s), '[]') from (
          select i.kind, i.value, i.verified from identities i
          where i.customer_id = any (members.ids) and i.kind in ('loyalty_id', 'external_id')
          order by i.verified desc, i.first_seen_at, i.id limit ${MOST_STRONG}
        ) s
      ) as strong
    from unnest(${joining.map(({ customerId }) => customerId as string)}::text[]) with ordinality as asked(id, place)
    join customers c on c.id = asked.id
    join member as members on members.place = asked.place - 1
    join seen on seen.id = c.id
    where ${withinReach(scope, 'customers:read', 'c.id')}
    order by asked.place`;
}

interface PersonConsent extends ConsentSubject {
  readonly customerId: CustomerId;
  readonly state: ConsentState;
}

/** Consents of one person that are compared, at most. */
const MOST_CONSENTS = 200;

/** What each of the persons said; of what several of its members say of one thing the strictest. */
async function consentsOf(scope: Scope, joining: readonly JoiningMembers[]): Promise<PersonConsent[]> {
  const { sql } = scope.db;
  const { places, ids } = flat(joining);
  const rows = await sql<(Omit<PersonConsent, 'customerId'> & { place: number })[]>`
    select distinct on (m.place, k.purpose, k.channel, k.jurisdiction) m.place, k.purpose, k.channel, k.jurisdiction, k.state
    from unnest(${places}::int[], ${ids}::text[]) as m(place, id)
    cross join lateral (
      select k.purpose, k.channel, k.jurisdiction, k.state from consents k
      where k.customer_id = m.id and k.valid_to is null and ${withinReach(scope, 'customers:read', 'm.id')}
      limit ${MOST_CONSENTS}
    ) k
    order by m.place, k.purpose, k.channel nulls first, k.jurisdiction nulls first, ${sql.unsafe(strictness('k.state'))}`;
  return rows.map(({ place, ...said }) => ({ customerId: joining[place]!.customerId, ...said }));
}

function conflictIn(field: string, survivor: Row, others: readonly Row[]): FieldConflict[] {
  const kept = textOf(survivor.profile[field]);
  const different = others.flatMap(({ customerId, profile }) => {
    const value = textOf(profile[field]);
    return value === null || value === kept ? [] : [{ customerId, value }];
  });
  return different.length === 0 ? [] : [{ field, kept, others: different }];
}

function consentConflicts(said: readonly PersonConsent[]): ConsentConflict[] {
  const bySubject = Map.groupBy(said, ({ purpose, channel, jurisdiction }) =>
    [purpose, channel, jurisdiction].join(' '),
  );
  return [...bySubject.values()].flatMap((of) => {
    const [{ purpose, channel, jurisdiction }] = of as [(typeof of)[number]];
    const kept = CONSENT_STATES.find((state) => of.some((each) => each.state === state))!;
    if (of.every(({ state }) => state === kept)) return [];
    return [
      { purpose, channel, jurisdiction, kept, states: of.map(({ customerId, state }) => ({ customerId, state })) },
    ];
  });
}

function textOf(value: unknown): string | null {
  if (value == null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function strongConflicts(rows: readonly Row[]): StrongConflict[] {
  const all = rows.flatMap(({ customerId, strong }) => strong.map((each) => ({ customerId, ...each })));
  const byKind = Map.groupBy(all, strongKindOf);
  return [...byKind].flatMap(([name, identities]) => {
    if (name === null || new Set(identities.map(({ customerId }) => customerId)).size < 2) return [];
    const [{ kind }] = identities as [(typeof identities)[number]];
    return [{ kind, identities: identities.map(({ kind: _, ...identity }) => identity) }];
  });
}

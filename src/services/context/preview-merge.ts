import type { CustomerId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { CONSENT_STATES, type ConsentState } from '../../values/consents.ts';
import type { JoinedKind } from '../../values/merges.ts';
import type { IdentityKind } from '../../values/vocabulary.ts';
import { PROFILE_FIELDS } from '../customers/customer.ts';
import { strongKindOf } from '../customers/merging/strong-kind.ts';
import { withinReach } from '../customers/person-of.ts';
import type { Consent, ConsentSubject } from '../privacy/consent.ts';
import { consentsOfPersons } from '../privacy/read-consents.ts';
import type { Scope } from '../scope.ts';

/** Nobody reads further, and a person with a million rows must not cost more than one with a thousand. */
const MOST_COUNTED = 1_000;

/** One of the persons that a merge makes one. */
export interface JoiningPerson {
  readonly customerId: CustomerId;
  /** Customers that are this person now, itself included. */
  readonly memberCount: number;
  /** 1,000 means that many or more. */
  readonly counts: Readonly<Record<JoinedKind, number>>;
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

/** What a merge of these customers would join, and in what they contradict each other. Changes nothing. Refuses with NOT_FOUND. */
export async function previewMerge(scope: Scope, ids: readonly string[]): Promise<MergePreview> {
  const rows = await readPersons(scope, ids);
  const [survivor, ...others] = rows;
  const consents = await consentsOfPersons(
    scope,
    rows.map(({ customerId }) => customerId),
  );
  return {
    personId: survivor!.customerId,
    persons: rows.map(({ customerId, memberCount, counts }) => ({ customerId, memberCount, counts })),
    fields: PROFILE_FIELDS.flatMap((field) => conflictIn(field, survivor!, others)),
    consents: consentConflicts(rows.map(({ customerId }, i) => ({ customerId, consents: consents[i]! }))),
    strong: strongConflicts(rows),
  };
}

async function readPersons(scope: Scope, ids: readonly string[]): Promise<Row[]> {
  const { sql } = scope.db;
  // Below each member with a limit: so the planner has no choice but the index, whatever it knows of the tables.
  const counted = (table: string, condition = sql`true`) => sql`(
    select count(*)::int from (
      select 1 from unnest(members.ids) as m(id)
      cross join lateral (select 1 from ${sql(table)} t where t.customer_id = m.id and ${condition} limit ${MOST_COUNTED}) as own
      limit ${MOST_COUNTED}
    ) as seen)`;
  const rows = await sql<(Row & { asked: string })[]>`
    select asked.id as asked, c.id as customer_id, cardinality(members.ids) as member_count,
      json_build_object('identities', ${counted('identities')}, 'conversations', ${counted('conversations')},
        'messages', ${counted('messages', sql`t.visibility = 'public'`)}, 'orders', ${counted('orders')}, 'activities', ${counted('activities')},
        'traits', ${counted('customer_traits')}) as counts,
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
    from unnest(${ids as string[]}::text[]) with ordinality as asked(id, place)
    left join person_links l on l.member_id = asked.id
    join customers c on c.id = coalesce(l.person_id, asked.id)
    cross join lateral (
      select array(select c.id union all select m.member_id from person_links m where m.person_id = c.id) as ids
    ) as members
    where ${withinReach(scope, 'customers:read', 'c.id')}
    order by asked.place`;
  const unknown = ids.findIndex((id) => !rows.some(({ asked }) => asked === id));
  if (unknown >= 0)
    throw new Refusal('NOT_FOUND', 'There is no customer with this id that you can see.', ['ids', String(unknown)]);
  return [...new Map(rows.map((row) => [row.customerId, row])).values()];
}

function conflictIn(field: string, survivor: Row, others: readonly Row[]): FieldConflict[] {
  const kept = textOf(survivor.profile[field]);
  const different = others.flatMap(({ customerId, profile }) => {
    const value = textOf(profile[field]);
    return value === null || value === kept ? [] : [{ customerId, value }];
  });
  return different.length === 0 ? [] : [{ field, kept, others: different }];
}

function consentConflicts(
  persons: readonly { readonly customerId: CustomerId; readonly consents: readonly Consent[] }[],
): ConsentConflict[] {
  const said = persons.flatMap(({ customerId, consents }) =>
    consents.map(({ purpose, channel, jurisdiction, state }) => ({
      customerId,
      purpose,
      channel,
      jurisdiction,
      state,
    })),
  );
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

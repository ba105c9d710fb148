import type { IdentityRules } from '../../../values/identity-rules.ts';
import type { CustomerId } from '../../../values/ids.ts';
import { IDENTITY_KINDS, type IdentityKind } from '../../../values/vocabulary.ts';
import type { Scope } from '../../scope.ts';
import { beginningAt } from './weigh-identities.ts';

/** An identifier with when and where it came. Times in milliseconds since 1970. */
export interface HistoricIdentity {
  readonly customerId: CustomerId;
  readonly kind: IdentityKind;
  readonly value: string;
  readonly normalized: string;
  readonly matchKey: string;
  readonly verified: boolean;
  readonly source: string;
  readonly firstSeenAtMs: number;
  readonly lastSeenAtMs: number;
  /** How many others came with it, by the time that each rule set looks at. */
  readonly othersCame: { readonly present: number; readonly changed: number };
}

/** An identifier that came with somebody and was dropped. */
export interface HistoricEvidence {
  readonly customerId: CustomerId;
  readonly kind: IdentityKind;
  readonly value: string;
  readonly matchKey: string;
  readonly verified: boolean;
  readonly source: string;
  readonly lastSeenAtMs: number;
  readonly othersCame: { readonly present: number; readonly changed: number };
  /** Who has it now. Null: nobody. */
  readonly owner: { readonly personId: CustomerId; readonly identities: readonly HistoricIdentity[] } | null;
}

/** How a person came to be. */
export interface PersonHistory {
  readonly personId: CustomerId;
  /** The oldest first. */
  readonly identities: readonly HistoricIdentity[];
  /** When a member was joined with the person. */
  readonly links: readonly { readonly memberId: CustomerId; readonly linkedAtMs: number }[];
  readonly evidence: readonly HistoricEvidence[];
}

/** Of one person, at most. */
const MOST_OF_PERSON = 200;

/** The histories of persons in the order of their ids. */
export async function readHistory(
  { db: { sql }, now }: Scope,
  rules: { present: IdentityRules; changed: IdentityRules },
  page: { after: string | null; first: number },
): Promise<PersonHistory[]> {
  const since = (set: IdentityRules) => IDENTITY_KINDS.map((kind) => beginningAt(set[kind].personsPerValue, now));
  const windows = sql`
    unnest(${IDENTITY_KINDS as unknown as string[]}::text[], ${since(rules.present)}::timestamptz[],
      ${since(rules.changed)}::timestamptz[]) as w(kind, present, changed)`;
  type Part = ReturnType<typeof sql>;
  const othersCame = (kind: Part, key: Part) => sql`(
    select jsonb_build_object('present', count(*) filter (where d.last_seen_at >= w.present),
      'changed', count(*) filter (where d.last_seen_at >= w.changed))
    from dropped_identities d, ${windows}
    where d.kind = ${kind} and d.match_key = ${key} and d.is_of_known and w.kind = d.kind)`;
  const identity = sql`jsonb_build_object('customerId', i.customer_id, 'kind', i.kind, 'value', i.value, 'normalized', i.normalized,
    'matchKey', coalesce(i.match_key, i.normalized), 'verified', i.verified, 'source', i.source,
    'firstSeenAtMs', extract(epoch from i.first_seen_at) * 1000, 'lastSeenAtMs', extract(epoch from i.last_seen_at) * 1000,
    'othersCame', ${othersCame(sql`i.kind`, sql`coalesce(i.match_key, i.normalized)`)})`;
  const identitiesOf = (person: Part) => sql`(
    select coalesce(jsonb_agg(${identity} order by i.first_seen_at, i.id), '[]')
    from (
      select i.* from (
        select ${person} union all select m.member_id from person_links m where m.person_id = ${person}
      ) as member(id) join identities i on i.customer_id = member.id
      order by i.first_seen_at, i.id limit ${MOST_OF_PERSON}
    ) i)`;
  return sql<PersonHistory[]>`
    with person as materialized (
      select c.id from customers c
      where c.id > ${page.after ?? ''} and not exists (select 1 from person_links l where l.member_id = c.id)
      order by c.id limit ${page.first}
    )
    select person.id as person_id, ${identitiesOf(sql`person.id`)} as identities,
      (select coalesce(jsonb_agg(jsonb_build_object('memberId', l.member_id, 'linkedAtMs', extract(epoch from l.linked_at) * 1000)
          order by l.linked_at, l.member_id), '[]')
        from person_links l where l.person_id = person.id) as links,
      (select coalesce(jsonb_agg(jsonb_build_object('customerId', e.customer_id, 'kind', e.kind, 'value', e.value,
          'matchKey', e.match_key, 'verified', e.verified, 'source', e.source, 'lastSeenAtMs', extract(epoch from e.last_seen_at) * 1000,
          'othersCame', ${othersCame(sql`e.kind`, sql`e.match_key`)},
          'owner', (
            select jsonb_build_object('personId', owner.id, 'identities', ${identitiesOf(sql`owner.id`)})
            from identities o left join person_links ol on ol.member_id = o.customer_id
            cross join lateral (select coalesce(ol.person_id, o.customer_id) as id) owner
            where o.kind = e.kind and coalesce(o.match_key, o.normalized) = e.match_key)
          ) order by e.last_seen_at, e.id), '[]')
        from (
          select e.* from (
            select person.id union all select m.member_id from person_links m where m.person_id = person.id
          ) as member(id) join dropped_identities e on e.customer_id = member.id
          order by e.last_seen_at, e.id limit ${MOST_OF_PERSON}
        ) e) as evidence
    from person order by person.id`;
}

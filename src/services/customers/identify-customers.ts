import { newId, type CustomerId } from '../../values/ids.ts';
import { matchKeyOf, storedMatchKeyOf } from '../../values/match-key.ts';
import { visibleName, visibleText } from '../../values/visible-text.ts';
import type { IdentityKind } from '../../values/vocabulary.ts';
import { recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { TransactionScope } from '../scope.ts';
import { emptyProfile, type Identified, type Introduction } from './identify-customer.ts';
import { confidenceOf } from './insert-identities.ts';
import { knownRules } from './resolving/active-rules.ts';
import { beginningAt } from './resolving/weigh-identities.ts';
import { noteRefused, suppressedAmong } from './suppression.ts';
import { wordsOf } from './words-of.ts';

/** An introduction whose identity is in the form that is compared. */
export interface NormalizedIntroduction extends Introduction {
  readonly normalized: string;
}

/** Under which name an identity, in whatever equal writing, is found in the answer of `identifyCustomers`. */
export const identityKey = (identity: { kind: IdentityKind; normalized: string }): string =>
  `${identity.kind}\n${matchKeyOf(identity.kind, identity.normalized)}`;

export interface IdentifiedCustomers {
  /** By `identityKey`. Identities that somebody was erased with are missing, and shared ones. */
  readonly customers: ReadonlyMap<string, Identified>;
  /** By `identityKey`: with these more others came lately than the rules allow, so that they tell nobody apart. */
  readonly shared: ReadonlySet<string>;
}

/**
 * Finds the customers with these identities, or makes them: the same as `identifyCustomer` one by one, in a fixed number of
 * statements. Of several introductions of one identity the first makes the customer. By the rules as this process knows them: whoever
 * calls it compares their version.
 */
export async function identifyCustomers(
  tx: TransactionScope,
  introductions: readonly NormalizedIntroduction[],
): Promise<IdentifiedCustomers> {
  const asked = [...Map.groupBy(introductions, identityKey).values()].map(([first]) => first!);
  const { found, shared } = await findByIdentities(tx, asked);
  const unknown = asked.filter((introduction) => {
    const key = identityKey(introduction);
    return !found.has(key) && !shared.has(key);
  });
  const suppressed = await suppressedAmong(tx, unknown);
  await noteRefused(
    tx,
    unknown.filter((_, place) => suppressed.has(place)),
  );
  const missing = unknown.filter((_, place) => !suppressed.has(place));
  if (missing.length === 0) return { customers: found, shared };
  const made = await createCustomers(tx, missing);
  const taken = missing.filter((introduction) => !made.has(identityKey(introduction)));
  // Somebody else was first with these and has committed by now: this statement sees them.
  const late = taken.length === 0 ? null : await findByIdentities(tx, taken);
  return {
    customers: new Map([...found, ...made, ...(late?.found ?? [])]),
    shared: new Set([...shared, ...(late?.shared ?? [])]),
  };
}

const keyOf = ({ kind, normalized }: NormalizedIntroduction) => matchKeyOf(kind, normalized);

async function findByIdentities(
  tx: TransactionScope,
  asked: readonly NormalizedIntroduction[],
): Promise<{ found: Map<string, Identified>; shared: Set<string> }> {
  const { rules } = knownRules(tx);
  const limits = asked.map(({ kind }) => rules[kind].personsPerValue);
  const since = asked.map(({ occurredAt = tx.now }, i) => beginningAt(limits[i]!, occurredAt));
  const rows = await tx.db.sql<
    { place: number; customerId: CustomerId | null; personId: CustomerId; isShared: boolean }[]
  >`
    select (asked.place - 1)::int as place, i.customer_id, coalesce(l.person_id, i.customer_id) as person_id,
      (select count(*) >= asked.most from (
        select 1 from dropped_identities d
        where d.kind = asked.kind and d.match_key = asked.key and d.is_of_known and d.last_seen_at >= asked.since
        limit asked.most) came) as is_shared
    from unnest(${asked.map(({ kind }) => kind)}::text[], ${asked.map(keyOf)}::text[], ${since}::timestamptz[],
        ${limits.map(({ most }) => most)}::int[]) with ordinality as asked(kind, key, since, most, place)
    left join identities i on i.kind = asked.kind and coalesce(i.match_key, i.normalized) = asked.key
    left join person_links l on l.member_id = i.customer_id`;
  const found = new Map<string, Identified>();
  const shared = new Set<string>();
  for (const { place, customerId, personId, isShared } of rows) {
    const key = identityKey(asked[place]!);
    if (isShared) shared.add(key);
    else if (customerId) found.set(key, { customerId, personId, isNew: false });
  }
  return { found, shared };
}

async function createCustomers(
  tx: TransactionScope,
  missing: readonly NormalizedIntroduction[],
): Promise<Map<string, Identified>> {
  const rows = missing.map((introduction) => ({
    customer_id: newId('customer'),
    identity_id: newId('identity'),
    kind: introduction.kind,
    value: visibleText(introduction.value),
    normalized: introduction.normalized,
    match_key: storedMatchKeyOf(introduction.kind, introduction.normalized),
    confidence: confidenceOf({ verified: introduction.verified === true }),
    verified: introduction.verified === true,
    source: introduction.source,
    occurred_at: introduction.occurredAt ?? tx.now,
    display_name: visibleName(introduction.displayName),
    words: wordsOf(visibleName(introduction.displayName)),
    profile: { ...emptyProfile(), displayName: visibleName(introduction.displayName) },
  }));
  const { sql } = tx.db;
  // Sorted, so that two batches with the same new faces wait for each other in one direction only.
  const created = await sql<{ id: string }[]>`
    with asked as materialized (
      select * from jsonb_to_recordset(${sql.json(rows as never)}::jsonb) as r(customer_id text, identity_id text, kind text,
        value text, normalized text, match_key text, confidence real, verified boolean, source text, occurred_at timestamptz, display_name text, words text[], profile jsonb)
    ), identity as (
      insert into identities (id, customer_id, kind, value, normalized, match_key, confidence, verified, source, first_seen_at, last_seen_at)
      select identity_id, customer_id, kind, value, normalized, match_key, confidence, verified, source, occurred_at, occurred_at
      from asked
      order by kind collate "C", coalesce(match_key, normalized) collate "C"
      on conflict do nothing
      returning customer_id
    ), version as (
      insert into customer_versions (customer_id, valid_from, profile)
      select customer_id, ${tx.now}::timestamptz, profile from asked join identity using (customer_id)
    ), words as (
      insert into customer_words (customer_id, word)
      select customer_id, word from asked join identity using (customer_id) cross join unnest(words) as word
    )
    insert into customers (id, display_name, created_at, updated_at)
    select customer_id, display_name, ${tx.now}::timestamptz, ${tx.now}::timestamptz from asked join identity using (customer_id)
    returning id`;
  const ids = new Set(created.map(({ id }) => id));
  const made = rows.filter((row) => ids.has(row.customer_id));
  for (const { customer_id: customerId, kind, occurred_at: occurredAt } of made)
    recordFact(tx, {
      type: 'customer.created',
      streams: [stream.customer(customerId)],
      occurredAt,
      details: { customerId, identityKind: kind },
    });
  return new Map(
    made.map((row) => [identityKey(row), { customerId: row.customer_id, personId: row.customer_id, isNew: true }]),
  );
}

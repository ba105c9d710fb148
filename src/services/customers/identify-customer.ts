import { newId, type CustomerId } from '../../values/ids.ts';
import { matchKeyOf } from '../../values/match-key.ts';
import { visibleName } from '../../values/visible-text.ts';
import type { IdentityKind } from '../../values/vocabulary.ts';
import { StartOver, recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { TransactionScope } from '../scope.ts';
import { PROFILE_FIELDS, type Profile } from './customer.ts';
import { identityRows, type NormalizedIdentity } from './insert-identities.ts';
import { normalizeIdentity } from './normalize-identity.ts';
import { refuseSuppressed } from './suppression.ts';
import { wordsOf } from './words-of.ts';

/** How somebody showed up. */
export interface Introduction {
  readonly kind: IdentityKind;
  readonly value: string;
  readonly displayName?: string | null;
  /** Country in which a national phone number is read. */
  readonly market?: string | null;
  /** True when the person proved that it is theirs. Default: false. */
  readonly verified?: boolean;
  /** Where the identity was seen: a channel, or the name of an import. */
  readonly source: string;
  /** The source's clock. Default: the scope's now. */
  readonly occurredAt?: Date;
}

export interface Identified {
  /** The row that has the identity: what new rows of this contact belong to. */
  readonly customerId: CustomerId;
  /** The person that this row is now: whose stream tells of it. */
  readonly personId: CustomerId;
  readonly isNew: boolean;
}

/** Finds the customer with this identity, or makes one. Concurrent first contacts end as one customer. Throws CUSTOMER_ERASED. */
export async function identifyCustomer(tx: TransactionScope, introduction: Introduction): Promise<Identified> {
  const { kind, value, source, displayName = null, verified = false, occurredAt = tx.now } = introduction;
  const normalized = normalizeIdentity(kind, value, { market: introduction.market ?? null });
  const identities = [{ kind, value, normalized, verified }];
  return (
    (await findByIdentity(tx, kind, normalized)) ??
    (await createCustomer(tx, { identities, displayName, source, occurredAt })) ??
    // Somebody else was first and has committed by now: this statement sees it.
    (await findByIdentity(tx, kind, normalized))!
  );
}

/** The customer who has this identity, and the person that this is now. Null: nobody has it. */
export async function findByIdentity(
  tx: TransactionScope,
  kind: IdentityKind,
  normalized: string,
): Promise<Identified | null> {
  const [row] = await tx.db.sql<Identified[]>`
    select i.customer_id, coalesce(l.person_id, i.customer_id) as person_id, false as is_new
    from identities i left join person_links l on l.member_id = i.customer_id
    where i.kind = ${kind} and coalesce(i.match_key, i.normalized) = ${matchKeyOf(kind, normalized)}`;
  return row ?? null;
}

/** Somebody of whom nothing was known. */
export interface FirstContact {
  /** At least one, no two the same. */
  readonly identities: readonly NormalizedIdentity[];
  readonly displayName: string | null;
  readonly source: string;
  readonly occurredAt: Date;
  /** 0 to 1. Default: by whether the source vouches for it. */
  readonly confidence?: number;
}

/**
 * Makes a customer with first identities in one statement. Null: another transaction made one with this identity first. Throws
 * StartOver when that is so of one among several, CUSTOMER_ERASED where somebody was erased with one of them.
 */
export async function createCustomer(tx: TransactionScope, contact: FirstContact): Promise<Identified | null> {
  const { source, occurredAt } = contact;
  const displayName = visibleName(contact.displayName);
  await refuseSuppressed(
    tx,
    contact.identities.map(({ kind, normalized }) => ({ kind, normalized, occurredAt })),
  );
  const customerId = newId('customer');
  const profile = { ...emptyProfile(), displayName };
  const rows = identityRows(contact.identities).map((row) => ({
    ...row,
    confidence: contact.confidence ?? row.confidence,
  }));
  const { sql } = tx.db;
  // Sorted, so that two events with the same identifiers wait for each other in one direction only.
  const [made] = await sql<{ ids: string[] | null }[]>`
    with identity as (
      insert into identities (id, customer_id, kind, value, normalized, match_key, verified, confidence, source, first_seen_at, last_seen_at)
      select id, ${customerId}, kind, value, normalized, match_key, verified, confidence, ${source}, ${occurredAt}, ${occurredAt}
      from jsonb_to_recordset(${sql.json(rows)}::jsonb)
        as r(id text, kind text, value text, normalized text, match_key text, verified boolean, confidence real)
      order by kind collate "C", coalesce(match_key, normalized) collate "C"
      on conflict do nothing
      returning id, customer_id
    ), customer as (
      insert into customers (id, display_name, created_at, updated_at)
      select distinct customer_id, ${displayName}::text, ${tx.now}::timestamptz, ${tx.now}::timestamptz from identity
      returning id
    ), version as (
      insert into customer_versions (customer_id, valid_from, profile)
      select id, ${tx.now}::timestamptz, ${sql.json(profile as never)}::jsonb from customer
    ), words as (
      insert into customer_words (customer_id, word)
      select id, word from customer, unnest(${wordsOf(displayName)}::text[]) as word
    )
    select array_agg(id) as ids from identity`;
  const count = made?.ids?.length ?? 0;
  if (count === 0) return null;
  if (count < rows.length) throw new StartOver();
  const [first, ...others] = rows;
  recordFact(tx, {
    type: 'customer.created',
    streams: [stream.customer(customerId)],
    occurredAt,
    details: { customerId, identityKind: first!.kind },
  });
  for (const { id, kind } of others)
    recordFact(tx, {
      type: 'identity.added',
      streams: [stream.customer(customerId)],
      occurredAt,
      details: { customerId, identityId: id, identityKind: kind },
    });
  return { customerId, personId: customerId, isNew: true };
}

export const emptyProfile = (): Profile =>
  Object.fromEntries(PROFILE_FIELDS.map((field) => [field, null])) as unknown as Profile;

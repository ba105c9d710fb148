import { newId, type CustomerId } from '../../values/ids.ts';
import type { IdentityKind } from '../../values/vocabulary.ts';
import { recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { TransactionScope } from '../scope.ts';
import { PROFILE_FIELDS, type Profile } from './customer.ts';
import { wordsOf } from './words-of.ts';
import { normalizeIdentity } from './normalize-identity.ts';
import { refuseSuppressed } from './suppression.ts';

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
  const normalized = normalizeIdentity(introduction.kind, introduction.value, { market: introduction.market ?? null });
  return (
    (await findByIdentity(tx, introduction.kind, normalized)) ??
    (await createCustomer(tx, introduction, normalized)) ??
    // Somebody else was first and has committed by now: this statement sees it.
    (await findByIdentity(tx, introduction.kind, normalized))!
  );
}

async function findByIdentity(
  tx: TransactionScope,
  kind: IdentityKind,
  normalized: string,
): Promise<Identified | null> {
  const [row] = await tx.db.sql<Identified[]>`
    select i.customer_id, coalesce(l.person_id, i.customer_id) as person_id, false as is_new
    from identities i left join person_links l on l.member_id = i.customer_id
    where i.kind = ${kind} and i.normalized = ${normalized}`;
  return row ?? null;
}

/**
 * Makes a customer with a first identity in one statement. Null: another transaction made one with this identity first. Throws CUSTOMER_ERASED
 * where somebody was erased with it.
 */
export async function createCustomer(
  tx: TransactionScope,
  introduction: Introduction,
  normalized: string,
): Promise<Identified | null> {
  const { kind, value, source, displayName = null, verified = false, occurredAt = tx.now } = introduction;
  await refuseSuppressed(tx, [{ kind, normalized, occurredAt }]);
  const customerId = newId('customer');
  const profile = { ...emptyProfile(), displayName };
  const { sql } = tx.db;
  const rows = await sql`
    with identity as (
      insert into identities (id, customer_id, kind, value, normalized, verified, source, first_seen_at, last_seen_at)
      values (${newId('identity')}, ${customerId}, ${kind}, ${value.trim()}, ${normalized}, ${verified}, ${source},
        ${occurredAt}, ${occurredAt})
      on conflict (kind, normalized) do nothing
      returning customer_id
    ), version as (
      insert into customer_versions (customer_id, valid_from, profile)
      select customer_id, ${tx.now}::timestamptz, ${sql.json(profile as never)}::jsonb from identity
    ), words as (
      insert into customer_words (customer_id, word)
      select customer_id, word from identity, unnest(${wordsOf(displayName)}::text[]) as word
    )
    insert into customers (id, display_name, created_at, updated_at)
    select customer_id, ${displayName}::text, ${tx.now}::timestamptz, ${tx.now}::timestamptz from identity
    returning id`;
  if (rows.length === 0) return null;
  recordFact(tx, {
    type: 'customer.created',
    streams: [stream.customer(customerId)],
    occurredAt,
    details: { customerId, identityKind: kind },
  });
  return { customerId, personId: customerId, isNew: true };
}

export const emptyProfile = (): Profile =>
  Object.fromEntries(PROFILE_FIELDS.map((field) => [field, null])) as unknown as Profile;

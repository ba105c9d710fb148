import { isDeepStrictEqual } from 'node:util';

import type { CustomerId } from '../../values/ids.ts';
import { newId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { IdentityKind } from '../../values/vocabulary.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { customerColumns, PROFILE_FIELDS, type Customer, type Profile } from './customer.ts';
import { createCustomer, type Identified } from './identify-customer.ts';
import { normalizeIdentity } from './normalize-identity.ts';
import { lockPerson } from './person-of.ts';

/** What a source knows of one of its customers. */
export interface CustomerRecord {
  /** At least one. The first one that is known decides who it is. */
  readonly identities: readonly { readonly kind: IdentityKind; readonly value: string; readonly verified?: boolean }[];
  /** Only what is named changes; null empties. */
  readonly profile?: Partial<Profile>;
  /** Name of the source, for example the name of an import. */
  readonly source: string;
  readonly occurredAt?: Date;
}

type Known = { kind: IdentityKind; value: string; verified: boolean; normalized: string };

/**
 * Makes or updates the customer of a source. Identities that already belong to somebody else stay there: joining two persons is
 * an act of its own. Not a verb of the graph: imports and connectors call it, many records in one transaction if they like.
 */
export async function upsertCustomer(scope: Scope, record: CustomerRecord): Promise<Identified> {
  const known = record.identities.map(({ kind, value, verified = false }) => ({
    kind,
    value: value.trim(),
    verified,
    normalized: normalizeIdentity(kind, value, { market: record.profile?.market ?? null, field: ['identities', kind] }),
  }));
  if (known.length === 0) throw new Refusal('INVALID_INPUT', 'A customer needs at least one identity.', ['identities']);
  return atomically(scope, async (tx) => {
    const found = await findByAny(tx, known);
    const identified = found ?? (await create(tx, record, known[0]!)) ?? (await findByAny(tx, known));
    if (!identified) throw new Error('An identity was taken and given back within one transaction.');
    const current = await lockAndRead(tx, identified.personId);
    await addIdentities(tx, record, identified, known);
    await changeProfile(tx, record, current);
    return identified;
  });
}

const create = (tx: TransactionScope, record: CustomerRecord, { kind, value, verified, normalized }: Known) => {
  const { source, occurredAt = tx.now } = record;
  return createCustomer(tx, { kind, value, verified, source, occurredAt }, normalized);
};

async function findByAny(tx: TransactionScope, known: readonly Known[]): Promise<Identified | null> {
  const [row] = await tx.db.sql<Identified[]>`
    select i.customer_id, coalesce(l.person_id, i.customer_id) as person_id, false as is_new
    from unnest(${known.map(({ kind }) => kind)}::text[], ${known.map(({ normalized }) => normalized)}::text[])
      with ordinality as asked(kind, normalized, place)
    join identities i on i.kind = asked.kind and i.normalized = asked.normalized
    left join person_links l on l.member_id = i.customer_id
    order by asked.place
    limit 1`;
  return row ?? null;
}

async function lockAndRead(tx: TransactionScope, personId: CustomerId): Promise<Customer> {
  const { sql } = tx.db;
  const [, [row]] = await Promise.all([
    lockPerson(sql, personId),
    sql<Customer[]>`select ${customerColumns(sql)} from customers c where c.id = ${personId}`,
  ]);
  return row!;
}

async function addIdentities(
  tx: TransactionScope,
  record: CustomerRecord,
  { customerId, personId }: Identified,
  known: readonly Known[],
): Promise<void> {
  const seenAt = record.occurredAt ?? tx.now;
  const rows = known.map((identity) => ({ id: newId('identity'), ...identity }));
  const { sql } = tx.db;
  const added = await sql<{ kind: IdentityKind; id: string }[]>`
    insert into identities (id, customer_id, kind, value, normalized, verified, source, first_seen_at, last_seen_at)
    select id, ${customerId}, kind, value, normalized, verified, ${record.source}, ${seenAt}, ${seenAt}
    from jsonb_to_recordset(${sql.json(rows)}::jsonb) as r(id text, kind text, value text, normalized text, verified boolean)
    on conflict (kind, normalized) do nothing
    returning id, kind`;
  for (const { id, kind } of added)
    recordFact(tx, {
      type: 'identity.added',
      streams: [stream.customer(personId)],
      occurredAt: seenAt,
      details: { customerId: personId, identityId: id, identityKind: kind },
    });
}

async function changeProfile(tx: TransactionScope, record: CustomerRecord, current: Customer): Promise<void> {
  const given = record.profile ?? {};
  const changed = PROFILE_FIELDS.filter(
    (field) => given[field] !== undefined && !isDeepStrictEqual(given[field], current[field]),
  );
  if (changed.length === 0) return;
  const profile = Object.fromEntries(
    PROFILE_FIELDS.map((field) => [field, given[field] === undefined ? current[field] : given[field]]),
  ) as unknown as Profile;
  const { sql } = tx.db;
  await Promise.all([
    sql`
      update customers set
        display_name = ${profile.displayName}, given_name = ${profile.givenName}, family_name = ${profile.familyName},
        language = ${profile.language}, market = ${profile.market}, time_zone = ${profile.timeZone},
        preferred_channel = ${profile.preferredChannel},
        address = ${profile.address === null ? null : sql.json(profile.address as never)},
        latitude = ${profile.latitude}, longitude = ${profile.longitude}, updated_at = ${tx.now}
      where id = ${current.id}`,
    // The present version ends where the next one begins; two changes within a millisecond are one version.
    sql`
      update customer_versions set valid_to = ${tx.now}
      where customer_id = ${current.id} and valid_to is null and valid_from < ${tx.now}`,
    sql`
      insert into customer_versions (customer_id, valid_from, profile)
      values (${current.id}, ${tx.now}, ${sql.json(profile as never)})
      on conflict (customer_id, valid_from) do update set profile = excluded.profile, valid_to = null`,
  ]);
  recordFact(tx, {
    type: 'customer.updated',
    streams: [stream.customer(current.id)],
    occurredAt: record.occurredAt ?? tx.now,
    details: { customerId: current.id, fields: changed },
  });
}

import { checkMoment } from '../../values/check-input.ts';
import { checkText } from '../../values/check-text.ts';
import type { CustomerId } from '../../values/ids.ts';
import { newId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { IdentityKind } from '../../values/vocabulary.ts';
import { atomically, recordFact, StartOver } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { changeProfile } from './change-profile.ts';
import { checkProfile } from './check-profile.ts';
import { customerColumns, type Customer, type Profile } from './customer.ts';
import { createCustomer, type Identified } from './identify-customer.ts';
import { normalizeIdentity } from './normalize-identity.ts';
import { requireStaff } from './lock-customer.ts';
import { lockPerson, personOf } from './person-of.ts';
import { refuseSuppressed, suppressedAmong } from './suppression.ts';

/** What a source knows of one of its customers. */
export interface CustomerRecord {
  /** At least one. The first one that is known decides who it is. */
  readonly identities: readonly { readonly kind: IdentityKind; readonly value: string; readonly verified?: boolean }[];
  /** Only what is named changes; null empties. */
  readonly profile?: Partial<Omit<Profile, 'preferences'>>;
  /** Name of the source, for example the name of an import. */
  readonly source: string;
  readonly occurredAt?: Date;
}

export interface UpsertedCustomer extends Identified {
  /** Identities of the record that belong to somebody else: they stay there. Whose they are is not told. */
  readonly identityConflicts: readonly { readonly kind: IdentityKind; readonly value: string }[];
}

const MOST_IDENTITIES = 20;

type Known = { kind: IdentityKind; value: string; verified: boolean; normalized: string };

/**
 * Makes or updates the customer of a source. Identities that already belong to somebody else stay there: joining two persons is
 * an act of its own. What is already so changes nothing, so that a record may be sent again. Throws CUSTOMER_ERASED where nobody is known and
 * somebody was erased with one of the identities; of somebody who is known such an identity is left out.
 */
export async function upsertCustomer(scope: Scope, record: CustomerRecord): Promise<UpsertedCustomer> {
  requireStaff(scope);
  const known = checkCustomerRecord(record);
  return atomically(scope, (tx) => keepRecord(tx, record, known));
}

async function keepRecord(
  tx: TransactionScope,
  record: CustomerRecord,
  known: readonly Known[],
): Promise<UpsertedCustomer> {
  const found = await findByAny(tx, known);
  if (!found)
    await refuseSuppressed(
      tx,
      known.map((one) => ({ ...one, occurredAt: record.occurredAt })),
      ['identities'],
    );
  const identified = found ?? (await create(tx, record, known[0]!)) ?? (await findByAny(tx, known));
  const current = identified && (await lockAndRead(tx, identified.customerId));
  // Made by somebody else and erased, or erased between the look and the lock: whoever looks again finds nobody.
  if (!identified || !current) return keepRecord(tx, record, known);
  const now = { ...identified, personId: current.id };
  const identityConflicts = await addIdentities(tx, record, now, known);
  await changeProfile(tx, current, record.profile ?? {}, record.occurredAt ?? tx.now);
  return { ...now, identityConflicts };
}

/** The identities of a record in the form that is compared. Throws INVALID_INPUT when anything of the record cannot be taken. */
export function checkCustomerRecord(record: CustomerRecord): Known[] {
  const { identities, profile = {}, source, occurredAt } = record;
  if (identities.length === 0 || identities.length > MOST_IDENTITIES)
    throw new Refusal('INVALID_INPUT', `A customer needs 1 to ${MOST_IDENTITIES} identities.`, ['identities']);
  checkText(source, ['source'], 100);
  checkProfile(profile, ['profile']);
  if (occurredAt) checkMoment(occurredAt, ['occurredAt']);
  return identities.map(({ kind, value, verified = false }) => ({
    kind,
    value: value.trim(),
    verified,
    normalized: normalizeIdentity(kind, value, { market: profile.market ?? null, field: ['identities', kind] }),
  }));
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

async function lockAndRead(tx: TransactionScope, customerId: CustomerId): Promise<Customer | null> {
  const { sql } = tx.db;
  const [[locked], [row]] = await Promise.all([
    lockPerson(sql, customerId),
    sql<Customer[]>`select ${customerColumns(sql)} from customers c where c.id = ${personOf(sql, customerId)}`,
  ]);
  if (row && row.id !== locked?.id) throw new StartOver();
  return row ?? null;
}

async function addIdentities(
  tx: TransactionScope,
  record: CustomerRecord,
  { customerId, personId }: Identified,
  known: readonly Known[],
): Promise<UpsertedCustomer['identityConflicts']> {
  const seenAt = record.occurredAt ?? tx.now;
  const suppressed = known.length > 1 ? await suppressedAmong(tx, known) : new Set();
  const rows = known.flatMap((identity, place) =>
    suppressed.has(place) ? [] : [{ id: newId('identity'), ...identity }],
  );
  const { sql } = tx.db;
  const added = await sql<(Pick<Known, 'kind' | 'normalized'> & { id: string })[]>`
    insert into identities (id, customer_id, kind, value, normalized, verified, source, first_seen_at, last_seen_at)
    select id, ${customerId}, kind, value, normalized, verified, ${record.source}, ${seenAt}, ${seenAt}
    from jsonb_to_recordset(${sql.json(rows)}::jsonb) as r(id text, kind text, value text, normalized text, verified boolean)
    on conflict (kind, normalized) do nothing
    returning id, kind, normalized`;
  for (const { id, kind } of added)
    recordFact(tx, {
      type: 'identity.added',
      streams: [stream.customer(personId)],
      occurredAt: seenAt,
      details: { customerId: personId, identityId: id, identityKind: kind },
    });
  const isAdded = (one: Known) => added.some((row) => row.kind === one.kind && row.normalized === one.normalized);
  return foreignAmong(
    tx,
    personId,
    known.filter((one) => !isAdded(one)),
  );
}

/** Which of these identities are not the person's. */
async function foreignAmong(tx: TransactionScope, personId: CustomerId, asked: readonly Known[]) {
  if (asked.length === 0) return [];
  const rows = await tx.db.sql<{ place: number }[]>`
    select asked.place::int
    from unnest(${asked.map(({ kind }) => kind)}::text[], ${asked.map(({ normalized }) => normalized)}::text[])
      with ordinality as asked(kind, normalized, place)
    join identities i on i.kind = asked.kind and i.normalized = asked.normalized
    left join person_links l on l.member_id = i.customer_id
    where coalesce(l.person_id, i.customer_id) <> ${personId}
    order by asked.place`;
  return rows.map(({ place }) => ({ kind: asked[place - 1]!.kind, value: asked[place - 1]!.value }));
}

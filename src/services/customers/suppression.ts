import { createHmac } from 'node:crypto';

import { matchKeyOf } from '../../values/match-key.ts';
import { Refusal } from '../../values/refusal.ts';
import type { IdentityKind } from '../../values/vocabulary.ts';
import { readInstallation } from '../events/installation.ts';
import type { Scope, TransactionScope } from '../scope.ts';

/** What somebody was known by: an identity in the form that is compared, or the number of one of their parcels. */
export interface Identifier {
  readonly kind: IdentityKind | 'tracking_number';
  readonly normalized: string;
}

/** An identifier with the moment of what came under it. */
type Arriving = Identifier & { readonly occurredAt?: Date | undefined };

/** By what is the same for a database and all transactions on it. */
const secrets = new WeakMap<object, Buffer>();

/** The key of the hashes: it never changes while a process lives. */
async function secretOf({ db }: Pick<Scope, 'db'>): Promise<Buffer> {
  let secret = secrets.get(db.committed);
  if (!secret) secrets.set(db.committed, (secret = (await readInstallation(db.sql)).secret));
  return secret;
}

/** Of an identity what all its writings share: another writing of it brings nobody back. */
const comparedOf = (kind: Identifier['kind'], normalized: string) =>
  kind === 'tracking_number' ? normalized : matchKeyOf(kind, normalized);

/** A hash that nobody can make, or try guesses against, without the installation's secret. */
async function hashesOf(scope: Pick<Scope, 'db'>, identifiers: readonly Identifier[]): Promise<Buffer[]> {
  const secret = await secretOf(scope);
  return identifiers.map(({ kind, normalized }) =>
    createHmac('sha256', secret).update(`suppression\n${kind}\n`).update(comparedOf(kind, normalized)).digest(),
  );
}

/**
 * Which of these identifiers are those of somebody who was erased, by their place in the list: what happened before the erasure is
 * never taken in, what happened afterwards not until the suppression ends. Asked only where somebody new would be made.
 */
export async function suppressedAmong(tx: TransactionScope, identifiers: readonly Arriving[]): Promise<Set<number>> {
  if (identifiers.length === 0) return new Set();
  const hashes = await hashesOf(tx, identifiers);
  const moments = identifiers.map(({ occurredAt = tx.now }) => occurredAt.toISOString());
  const rows = await tx.db.sql<{ place: number }[]>`
    select (asked.place - 1)::int as place
    from unnest(${hashes.map((hash) => hash.toString('hex'))}::text[], ${moments}::timestamptz[])
      with ordinality as asked(hash, occurred_at, place)
    join suppressions s on s.hash = decode(asked.hash, 'hex')
    where asked.occurred_at <= s.erased_at or s.ends_at > ${tx.now}`;
  return new Set(rows.map(({ place }) => place));
}

/** Refuses what would bring somebody back who was erased, before anything of it is written. Throws CUSTOMER_ERASED. */
export async function refuseSuppressed(
  tx: TransactionScope,
  identifiers: readonly Arriving[],
  field: readonly string[] | null = null,
): Promise<void> {
  const suppressed = await suppressedAmong(tx, identifiers);
  if (suppressed.size === 0) return;
  await noteRefused(
    tx,
    identifiers.filter((_, place) => suppressed.has(place)),
  );
  throw new ErasedRefusal(field);
}

const ERASED =
  'Whoever this is about was erased here, so nothing of it was kept. If they came back by themselves, lift the suppression first.';

/** The one refusal of it, so that every door words it alike. */
export class ErasedRefusal extends Refusal {
  constructor(field: readonly string[] | null = null) {
    super('CUSTOMER_ERASED', ERASED, field);
  }
}

/** Writes down that something was refused for these: what an operator looks at. In a transaction that goes on. */
export async function noteRefused(tx: TransactionScope, identifiers: readonly Identifier[]): Promise<void> {
  if (identifiers.length === 0) return;
  const hashes = (await hashesOf(tx, identifiers)).map((hash) => hash.toString('hex'));
  await tx.db.sql`
    with asked as (select hash, count(*)::int as times from unnest(${hashes}::text[]) as hash group by hash)
    update suppressions s set refused_count = s.refused_count + asked.times, last_refused_at = ${tx.now}
    from asked where s.hash = decode(asked.hash, 'hex')`;
}

interface Erasing {
  readonly erasureId: string;
  readonly erasedAt: Date;
  readonly endsAt: Date;
}

/** Keeps what somebody was known by as hashes, in the transaction that erases them. Answers how many. */
export async function suppress(
  tx: TransactionScope,
  identifiers: readonly Identifier[],
  { erasureId, erasedAt, endsAt }: Erasing,
): Promise<number> {
  if (identifiers.length === 0) return 0;
  const hashes = (await hashesOf(tx, identifiers)).map((hash) => hash.toString('hex'));
  const rows = await tx.db.sql`
    insert into suppressions (hash, erasure_id, erased_at, ends_at)
    select decode(hash, 'hex'), ${erasureId}, ${erasedAt}, ${endsAt} from (select distinct hash from unnest(${hashes}::text[]) as hash) h
    order by hash
    on conflict (hash) do update set erasure_id = excluded.erasure_id, erased_at = excluded.erased_at, ends_at = excluded.ends_at`;
  return rows.count;
}

/** Lets an identifier in again. False: it was not suppressed. */
export async function liftSuppression(tx: TransactionScope, identifier: Identifier): Promise<boolean> {
  const [hash] = await hashesOf(tx, [identifier]);
  const rows = await tx.db.sql`delete from suppressions where hash = ${hash!}`;
  return rows.count > 0;
}

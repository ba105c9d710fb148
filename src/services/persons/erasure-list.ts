import type { CustomerId, ErasureId } from '../../values/ids.ts';
import { requireRight } from '../access/role-rights.ts';
import { lockLeavingPerson, type LeavingPerson } from '../customers/leaving-person.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { removePerson } from './remove-person.ts';

/** An erasure as it is listed outside of the database: what a restored backup needs to be rid of the person again. Ids and keyed hashes. */
export interface ListedErasure {
  readonly id: ErasureId;
  readonly customerIds: readonly CustomerId[];
  readonly requestedBy: string;
  /** ISO text, as are the others. */
  readonly erasedAt: string;
  readonly suppressions: readonly { readonly hash: string; readonly endsAt: string }[];
}

/** Null: there is no such erasure. */
export async function readListedErasure({ db: { sql } }: Scope, id: string): Promise<ListedErasure | null> {
  const [row] = await sql<ListedErasure[]>`
    select e.id, e.customer_ids, e.requested_by, to_json(e.erased_at) #>> '{}' as erased_at,
      coalesce((select jsonb_agg(jsonb_build_object('hash', encode(s.hash, 'hex'), 'endsAt', s.ends_at) order by s.hash)
        from suppressions s where s.erasure_id = e.id), '[]') as suppressions
    from erasures e where e.id = ${id}`;
  return row ?? null;
}

/** Does an erasure once more, in a database that came from a backup made before it. Nothing is left to do: nothing changes. */
export async function repeatErasure(scope: Scope, listed: ListedErasure): Promise<void> {
  requireRight(scope.viewer, 'erasures:write');
  const person = { personId: listed.customerIds[0]!, memberIds: listed.customerIds, identities: [] };
  let { rest } = await atomically(scope, async (tx) => {
    for (const customerId of listed.customerIds) await removeAgain(tx, customerId);
    await keepAgain(tx, listed);
    return removePerson(tx, person);
  });
  while (rest) {
    const from = rest;
    ({ rest } = await atomically(scope, (tx) => removePerson(tx, person, from)));
  }
}

async function keepAgain(tx: TransactionScope, listed: ListedErasure): Promise<void> {
  const { sql } = tx.db;
  await sql`
    insert into erasures (id, customer_ids, requested_by, erased_at, completed_at, counts)
    values (${listed.id}, ${listed.customerIds as string[]}, ${listed.requestedBy}, ${listed.erasedAt}::timestamptz, ${tx.now}, '{}')
    on conflict (id) do nothing`;
  const { suppressions } = listed;
  await sql`
    insert into suppressions (hash, erasure_id, erased_at, ends_at)
    select decode(s.hash, 'hex'), ${listed.id}, ${listed.erasedAt}::timestamptz, s."endsAt"
    from jsonb_to_recordset(${sql.json(suppressions as never)}::jsonb) as s(hash text, "endsAt" timestamptz)
    on conflict do nothing`;
}

/** Only who was erased then: whoever was joined with them when the backup was made and is somebody else's now stays. */
async function removeAgain(tx: TransactionScope, customerId: CustomerId): Promise<void> {
  const person = await lockLeavingPerson(tx, customerId);
  if (!person) return;
  const { sql } = tx.db;
  const identities = await sql<LeavingPerson['identities'][number][]>`
    select kind, value, normalized from identities where customer_id = ${customerId}`;
  await removePerson(tx, { personId: customerId, memberIds: [customerId], identities });
}

import { checkOptionalText } from '../../values/check-text.ts';
import type { PromiseId } from '../../values/ids.ts';
import type { PromiseState } from '../../values/promises.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { withinReach } from '../customers/person-of.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import { type CustomerPromise, promiseColumns } from './customer-promise.ts';
import { promiseFact } from './promise-fact.ts';

/**
 * Confirms that a promise was kept, or takes it back. One that is overdue may be settled like one that is open; what is settled stays so.
 *
 * Throws NOT_FOUND, INVALID_INPUT, CONFLICT.
 */
export async function settlePromise(
  scope: Scope,
  id: string,
  state: Extract<PromiseState, 'kept' | 'withdrawn'>,
  note: string | null,
): Promise<PromiseId> {
  requireRight(scope.viewer, 'conversations:write');
  const why = checkOptionalText(note, ['note'], 1_000);
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const [known] = await sql<{ state: PromiseState }[]>`
      select p.state from customer_promises p
      where p.id = ${id} and ${withinReach(tx, 'conversations:read', 'p.customer_id')} for update`;
    if (!known) throw new Refusal('NOT_FOUND', 'There is no promise with this id that you can see.', ['id']);
    if (known.state === 'kept' || known.state === 'withdrawn')
      throw new Refusal('CONFLICT', `The promise is ${known.state} already.`, ['id']);
    const [promise] = await sql<CustomerPromise[]>`
      with settled as (
        update customer_promises set state = ${state}, settled_at = ${tx.now}, settled_by = ${tx.viewer.principal}, note = ${why}
        where id = ${id} returning *
      )
      select ${promiseColumns(sql)} from settled p`;
    recordFact(tx, promiseFact(promise!, `promise.${state}`));
    return promise!.id;
  });
}

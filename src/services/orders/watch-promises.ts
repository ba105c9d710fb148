import { requireRight } from '../access/role-rights.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import { type CustomerPromise, promiseColumns } from './customer-promise.ts';
import { promiseFact } from './promise-fact.ts';

const BATCH = 100;

/**
 * Says of promises whose time has passed, by the database's clock, that they are overdue: whoever watches the customer hears of it. Any
 * number of processes may do this at once: each promise is one's. Returns how many there were.
 */
export async function watchPromises(scope: Scope): Promise<number> {
  requireRight(scope.viewer, 'conversations:write');
  // Without a transaction first: almost always there is none.
  const due = await scope.db.sql<{ id: string }[]>`
    select id from customer_promises where state = 'open' and due_at <= now() order by due_at limit ${BATCH}`;
  if (due.length === 0) return 0;
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const rows = await sql<CustomerPromise[]>`
      with late as (
        select id from customer_promises where id = any(${due.map(({ id }) => id)}) and state = 'open'
        order by id for update skip locked
      ), told as (
        update customer_promises set state = 'overdue' from late where customer_promises.id = late.id returning customer_promises.*
      )
      select ${promiseColumns(sql)} from told p order by p.id`;
    for (const promise of rows) recordFact(tx, promiseFact(promise, 'promise.overdue'));
    return rows.length;
  });
}

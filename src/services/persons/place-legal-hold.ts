import { checkText } from '../../values/check-text.ts';
import { newId, type LegalHoldId } from '../../values/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../values/page.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import { holdColumns, type LegalHold } from './legal-hold.ts';

interface Held {
  readonly customerId?: string | null;
  readonly orderId?: string | null;
  /** The number of the matter. */
  readonly reference: string;
}

/** Keeps a person or an order from being erased, until it is released. Throws INVALID_INPUT, NOT_FOUND. */
export async function placeLegalHold(scope: Scope, { customerId, orderId, reference }: Held): Promise<LegalHoldId> {
  requireRight(scope.viewer, 'retention:write');
  checkText(reference, ['input', 'reference'], 200);
  if ((customerId == null) === (orderId == null))
    throw new Refusal('INVALID_INPUT', 'Name exactly one of `customerId` and `orderId`.', ['input', 'customerId']);
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    // Locked: an erasure that is under way comes first, and there is nobody to hold; or it comes later, and finds the hold.
    const found =
      customerId != null
        ? await sql`select 1 from customers where id = ${customerId} for no key update`
        : await sql`
            select 1 from orders o join customers c on c.id = o.customer_id where o.id = ${orderId!} for no key update of c`;
    if (found.length === 0)
      throw new Refusal('NOT_FOUND', 'There is none with this id.', [
        'input',
        customerId != null ? 'customerId' : 'orderId',
      ]);
    const id = newId('legalHold');
    await sql`
      insert into legal_holds (id, customer_id, order_id, reference, placed_at, placed_by)
      values (${id}, ${customerId ?? null}, ${orderId ?? null}, ${reference}, ${tx.now}, ${tx.viewer.principal})`;
    return id;
  });
}

/** Ends a hold; what is past its time goes with the next sweep. Throws NOT_FOUND, CONFLICT. */
export async function releaseLegalHold(scope: Scope, id: string): Promise<LegalHoldId> {
  requireRight(scope.viewer, 'retention:write');
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const [hold] = await sql<Pick<LegalHold, 'id' | 'releasedAt'>[]>`
      select id, released_at from legal_holds where id = ${id} for update`;
    if (!hold) throw new Refusal('NOT_FOUND', 'There is no hold with this id.', ['id']);
    if (hold.releasedAt) throw new Refusal('CONFLICT', 'It was released before.', ['id']);
    await sql`update legal_holds set released_at = ${tx.now}, released_by = ${tx.viewer.principal} where id = ${id}`;
    return hold.id;
  });
}

/** Holds, the newest first, also those that were released. */
export async function listLegalHolds(scope: Scope, request: PageRequest): Promise<Page<LegalHold>> {
  requireRight(scope.viewer, 'retention:read');
  const { sql } = scope.db;
  const { after } = request;
  const rows = await sql<LegalHold[]>`
    select ${holdColumns(sql)} from legal_holds h
    where ${after ? sql`(h.placed_at, h.id) < (${after.at}, ${after.id})` : sql`true`}
    order by h.placed_at desc, h.id desc
    limit ${request.first + 1}`;
  return pageOf(rows, request, ({ placedAt, id }) => ({ at: placedAt, id }));
}

/** One of them, or null. */
export async function legalHoldById(scope: Scope, id: string): Promise<LegalHold | null> {
  requireRight(scope.viewer, 'retention:read');
  const { sql } = scope.db;
  const [row] = await sql<LegalHold[]>`select ${holdColumns(sql)} from legal_holds h where h.id = ${id}`;
  return row ?? null;
}

import { checkText } from '../../values/check-text.ts';
import { type ConversationId, type CustomerId, newId, type OrderId, type PromiseId } from '../../values/ids.ts';
import type { PromiseKind } from '../../values/promises.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { lockConversation } from '../conversations/lock-conversation.ts';
import { ErasedRefusal } from '../customers/suppression.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { isKept } from './keep-promises.ts';
import { lockOrders } from './lock-orders.ts';
import { ordersWithinReach } from './order-reach.ts';
import { promiseFact } from './promise-fact.ts';
import { readOrderState } from './read-order-state.ts';
import { isOfNobody } from './without-person.ts';

export interface PromiseMade {
  readonly orderId: string | null;
  readonly conversationId: string | null;
  readonly kind: PromiseKind;
  /** What was promised, as the customer was told. */
  readonly text: string;
  readonly dueAt: Date;
}

const FARTHEST_MS = 366 * 86_400_000;

/**
 * Keeps what was promised to a customer, of an order, in a conversation, or both. It is watched from then on: what is told of the order keeps it,
 * or its time passes.
 *
 * Throws INVALID_INPUT, NOT_FOUND, OTHER_PERSON, ORDER_STATUS (it holds already), CONVERSATION_MERGED.
 */
export async function makePromise(scope: Scope, promise: PromiseMade): Promise<PromiseId> {
  requireRight(scope.viewer, 'conversations:write');
  checkPromise(promise, scope.now);
  return atomically(scope, async (tx) => {
    // The person's lock before the order's, as a message that names an order takes them.
    const conversation =
      promise.conversationId === null
        ? null
        : await lockConversation(tx, promise.conversationId, { idField: ['input', 'conversationId'] });
    const order = promise.orderId === null ? null : await findOrder(tx, promise.orderId);
    if (conversation && order && conversation.personId !== order.personId)
      throw new Refusal('OTHER_PERSON', 'This order belongs to another person than the conversation.', [
        'input',
        'orderId',
      ]);
    if (order) await refuseKept(tx, order.number, promise.kind);
    return keep(tx, promise, {
      conversationId: conversation?.id ?? null,
      orderId: order?.id ?? null,
      customerId: (conversation ?? order)!.customerId,
      personId: (conversation ?? order)!.personId,
    });
  });
}

function checkPromise({ kind, text, dueAt, orderId, conversationId }: PromiseMade, now: Date): void {
  checkText(text, ['input', 'text'], 1_000);
  const aheadMs = dueAt.getTime() - now.getTime();
  if (!(aheadMs > 0 && aheadMs <= FARTHEST_MS))
    throw new Refusal('INVALID_INPUT', '`dueAt` must lie ahead, 366 days at most.', ['input', 'dueAt']);
  if (orderId === null && conversationId === null)
    throw new Refusal('INVALID_INPUT', 'Name the order that it is about, or the conversation that it was made in.', [
      'input',
      'orderId',
    ]);
  if (kind !== 'other' && orderId === null)
    throw new Refusal('INVALID_INPUT', 'A promise of this kind is about an order. Name it.', ['input', 'orderId']);
}

interface Promised {
  readonly id: OrderId;
  readonly number: string;
  readonly customerId: CustomerId;
  readonly personId: CustomerId;
}

async function findOrder(tx: TransactionScope, id: string): Promise<Promised> {
  const { sql } = tx.db;
  const [order] = await sql<(Promised & { isOfNobody: boolean })[]>`
    select o.id, o.number, o.customer_id, coalesce(l.person_id, o.customer_id) as person_id,
      ${isOfNobody(sql, sql`o.customer_id`)} as is_of_nobody
    from orders o left join person_links l on l.member_id = o.customer_id
    where o.id = ${id} and ${ordersWithinReach(tx, 'orders:read')}`;
  if (!order) throw new Refusal('NOT_FOUND', 'There is no order with this id that you can see.', ['input', 'orderId']);
  if (order.isOfNobody) throw new ErasedRefusal(['input', 'orderId']);
  return order;
}

/** Under the order's lock: either the promise is there when the fact comes that keeps it, or the fact is seen here. */
async function refuseKept(tx: TransactionScope, number: string, kind: PromiseKind): Promise<void> {
  await lockOrders(tx, [number]);
  const state = (await readOrderState(tx, number))?.state;
  if (state && (kind === 'delivery' || kind === 'pickup') && isKept(kind, null, state))
    throw new Refusal('ORDER_STATUS', `The order is ${state.fulfilmentStatus} already.`, ['input', 'kind']);
}

interface Parties {
  readonly conversationId: ConversationId | null;
  readonly orderId: OrderId | null;
  readonly customerId: CustomerId;
  readonly personId: CustomerId;
}

async function keep(
  tx: TransactionScope,
  { kind, text, dueAt }: PromiseMade,
  { conversationId, orderId, customerId, personId }: Parties,
): Promise<PromiseId> {
  const id = newId('promise');
  await tx.db.sql`
    insert into customer_promises (id, customer_id, order_id, conversation_id, kind, text, due_at, state, made_at, made_by)
    values (${id}, ${customerId}, ${orderId}, ${conversationId}, ${kind}, ${text}, ${dueAt}, 'open', ${tx.now}, ${tx.viewer.principal})`;
  recordFact(tx, promiseFact({ id, customerId: personId, orderId, conversationId, kind, dueAt }, 'promise.made'));
  return id;
}

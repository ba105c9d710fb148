import { newId } from '../../values/ids.ts';
import { isNews, tellAt } from '../../values/notice-policy.ts';
import type { NoticeKind } from '../../values/notices.ts';
import { recordFact } from '../events/atomically.ts';
import type { TransactionScope } from '../scope.ts';
import type { FoldedReturn } from './fold-return.ts';
import { noticeRaised, type Raised } from './notice.ts';
import { planDelays } from './plan-delays.ts';
import type { Refolded } from './refolded.ts';

/**
 * Raises what customers are to be told of what was told of these orders, in the same transaction: once for each parcel, refund and
 * return, however often and in whatever order it is told. Two statements at most, none where there is no news.
 */
export async function raiseNotices(tx: TransactionScope, orders: readonly Refolded[], recordedAt: Date): Promise<void> {
  const changed = orders.filter((order) => order.changed);
  const raised = [...(await keepNews(tx, changed, recordedAt)), ...(await planDelays(tx, changed, recordedAt))];
  const personOf = new Map(orders.map(({ id, personId }) => [id, personId]));
  for (const notice of raised) recordFact(tx, noticeRaised({ ...notice, customerId: personOf.get(notice.orderId)! }));
}

async function keepNews(tx: TransactionScope, orders: readonly Refolded[], recordedAt: Date): Promise<Raised[]> {
  const rows = orders.flatMap((order) =>
    newsOf(order)
      .filter(({ happenedAt }) => isNews(happenedAt, recordedAt))
      .map(({ kind, about }) => ({
        id: newId('notice'),
        customer_id: order.customerId,
        order_id: order.id,
        kind,
        about,
        due_at: tellAt(kind, recordedAt),
      })),
  );
  if (rows.length === 0) return [];
  const { sql } = tx.db;
  return sql<Raised[]>`
    insert into notices (id, customer_id, order_id, kind, about, state, due_at, raised_at)
    select r.id, r.customer_id, r.order_id, r.kind, r.about, 'raised', r.due_at, ${recordedAt}::timestamptz
    from jsonb_to_recordset(${sql.json(rows)}::jsonb)
      as r(id text, customer_id text, order_id text, kind text, about text, due_at timestamptz)
    -- Whoever was erased is told nothing.
    where exists (select from customers c where c.id = r.customer_id)
    on conflict do nothing
    returning id, kind, order_id`;
}

interface News {
  readonly kind: NoticeKind;
  readonly about: string;
  readonly happenedAt: Date;
}

/** What is so now and was not before. */
function newsOf({ before, after }: Refolded): News[] {
  const parcels = after.shipments.filter(
    ({ externalId, status }) =>
      status === 'ready_for_pickup' &&
      !before?.shipments.some((known) => known.externalId === externalId && known.status === status),
  );
  const refunds = after.payments.filter(
    ({ externalId, kind, state }) =>
      kind === 'refund' &&
      state === 'done' &&
      !before?.payments.some(
        (known) => known.externalId === externalId && known.kind === kind && known.state === state,
      ),
  );
  const returns = after.returns.filter(
    (one) => isBack(one) && !before?.returns.some((known) => known.externalId === one.externalId && isBack(known)),
  );
  return [
    ...parcels.map((one) => ({
      kind: 'ready_for_pickup' as const,
      about: one.externalId,
      happenedAt: one.statusOccurredAt,
    })),
    ...refunds.map((one) => ({ kind: 'refund_sent' as const, about: one.externalId, happenedAt: one.occurredAt })),
    ...returns.map((one) => ({
      kind: 'return_received' as const,
      about: one.externalId,
      happenedAt: one.statusOccurredAt,
    })),
  ];
}

/** The goods are here, and what comes of it is still open: money that was sent has a notice of its own. */
const isBack = ({ status }: FoldedReturn): boolean => status === 'received' || status === 'inspected';

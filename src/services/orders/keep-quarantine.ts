import { newId, type QuarantinedFactId } from '../../values/ids.ts';
import type { QuarantineReason, QuarantineState } from '../../values/quarantine.ts';
import { recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { TransactionScope } from '../scope.ts';
import type { FactOfOrder } from './keep-facts.ts';
import type { OrderFactBody } from './order-fact.ts';
import { factKey } from './order-fact.ts';

/** What was decided about facts of orders so far, by `factKey`. */
export type Decisions = ReadonlyMap<string, Decision>;
interface Decision {
  readonly id: QuarantinedFactId;
  readonly state: QuarantineState;
  readonly reason: QuarantineReason;
}

export async function readDecisions(tx: TransactionScope, numbers: readonly string[]): Promise<Decisions> {
  if (numbers.length === 0) return new Map();
  const rows = await tx.db.sql<(Decision & { source: string; sourceEventId: string })[]>`
    select id, source, source_event_id, state, reason from quarantined_facts where order_number = any(${numbers as string[]})`;
  return new Map(rows.map((row) => [factKey(row), row]));
}

/** True for a fact that counts: neither kept apart nor put away. */
export const counts = (decisions: Decisions, fact: { source: string; sourceEventId: string }): boolean => {
  const state = decisions.get(factKey(fact))?.state;
  return state !== 'held' && state !== 'discarded';
};

/** A fact that is kept apart from now on, or for another reason. */
export interface Held {
  readonly fact: FactOfOrder;
  readonly reason: QuarantineReason;
}

/** Keeps facts apart, and lets in by themselves those that what was told later made plausible. One statement each. */
export async function keepQuarantine(
  tx: TransactionScope,
  { held, plausible }: { held: readonly Held[]; plausible: readonly QuarantinedFactId[] },
  recordedAt: Date,
): Promise<void> {
  const { sql } = tx.db;
  if (plausible.length > 0)
    await sql`
      update quarantined_facts set state = 'withdrawn', decided_at = ${recordedAt} where id = any(${plausible as string[]}) and state = 'held'`;
  if (held.length === 0) return;
  const rows = held.map(({ fact, reason }) => ({
    id: newId('quarantinedFact'),
    source: fact.source,
    source_event_id: fact.sourceEventId,
    version: fact.sourceVersion,
    kind: fact.body.kind,
    reason,
    order_number: fact.orderNumber,
    body: withoutPerson(fact.body),
    occurred_at: fact.occurredAt,
    received_at: fact.receivedAt,
  }));
  const kept = await sql<{ id: QuarantinedFactId; kind: string; reason: QuarantineReason; orderNumber: string }[]>`
    insert into quarantined_facts (id, source, source_event_id, version, kind, reason, order_number, body, occurred_at, received_at,
      recorded_at, state)
    select r.*, ${recordedAt}::timestamptz, 'held'
    from jsonb_to_recordset(${sql.json(rows as never)}::jsonb) as r(id text, source text, source_event_id text, version bigint,
      kind text, reason text, order_number text, body jsonb, occurred_at timestamptz, received_at timestamptz)
    order by r.source collate "C", r.source_event_id collate "C"
    on conflict (source, source_event_id) do update set state = 'held', reason = excluded.reason, decided_at = null
    where quarantined_facts.state in ('held', 'withdrawn')
    returning id, kind, reason, order_number`;
  const orderIds = new Map(
    held.flatMap(({ fact }) => (fact.orderId ? [[fact.orderNumber, fact.orderId] as const] : [])),
  );
  for (const { id, kind, reason, orderNumber } of kept) {
    const orderId = orderIds.get(orderNumber) ?? null;
    const streams = [orderId ? stream.order(orderId) : stream.quarantine(id)];
    recordFact(tx, { type: 'fact.quarantined', streams, details: { quarantinedFactId: id, kind, reason, orderId } });
  }
}

/** Who ordered, and to where, stays with the fact itself. */
function withoutPerson(body: OrderFactBody): object {
  if (body.kind === 'address_changed') return { kind: body.kind };
  if (body.kind !== 'order_placed') return body;
  const { customerId: _c, shippingAddress: _s, ...rest } = body;
  return rest;
}

import { newId } from '../../values/ids.ts';
import type { OrderId } from '../../values/ids.ts';
import type { TransactionScope } from '../scope.ts';
import type { KeptFact, OrderFactBody } from './order-fact.ts';
import type { ResolvedFact } from './resolve-buyers.ts';
import { isOfNobody, stripFacts, withoutPerson } from './without-person.ts';

/** Keeps facts as they were said, under their order where there is one. Returns the (source, sourceEventId) of those that are new. The numbers are locked. */
export async function keepFacts(
  tx: TransactionScope,
  facts: readonly ResolvedFact[],
  recordedAt: Date,
): Promise<{ source: string; sourceEventId: string; orderNumber: string }[]> {
  const { sql } = tx.db;
  const rows = facts.map((fact) => {
    const { orderNumber, source, sourceEventId, sourceVersion, occurredAt, receivedAt, ...body } = fact;
    return {
      id: newId('orderFact'),
      order_number: orderNumber,
      source,
      source_event_id: sourceEventId,
      source_version: sourceVersion ?? null,
      kind: body.kind,
      body,
      occurred_at: occurredAt,
      received_at: receivedAt ?? tx.now,
    };
  });
  const buyer: ReturnType<typeof sql> = sql`coalesce(o.customer_id, r.body ->> 'customerId')`;
  const kept = await sql<{ source: string; sourceEventId: string; orderNumber: string; isOfNobody: boolean }[]>`
    insert into order_facts
      (id, order_number, order_id, source, source_event_id, source_version, kind, body, occurred_at, received_at, recorded_at)
    select r.id, r.order_number, o.id, r.source, r.source_event_id, r.source_version, r.kind,
      case when ${buyer} is not null and ${isOfNobody(sql, buyer)} then ${withoutPerson(sql, sql`r.body`)} else r.body end,
      r.occurred_at, r.received_at, ${recordedAt}
    from jsonb_to_recordset(${sql.json(rows as never)}::jsonb) as r(id text, order_number text, source text, source_event_id text,
      source_version bigint, kind text, body jsonb, occurred_at timestamptz, received_at timestamptz)
    left join orders o on o.number = r.order_number
    on conflict (source, source_event_id) do nothing
    returning source, source_event_id, order_number,
      kind = 'order_placed' and ${isOfNobody(sql, sql`body ->> 'customerId'`)} as is_of_nobody`;
  // What came before the order of somebody who was erased did not know whose it is.
  const ofNobody = kept.filter((fact) => fact.isOfNobody).map(({ orderNumber }) => orderNumber);
  if (ofNobody.length > 0) await stripFacts(tx, ofNobody);
  return kept;
}

/** A kept fact with the order it speaks of. */
export type FactOfOrder = KeptFact & { readonly orderNumber: string; readonly orderId: OrderId | null };

/** Everything that was ever said about these orders, by number. */
export async function readFacts(tx: TransactionScope, numbers: readonly string[]): Promise<Map<string, FactOfOrder[]>> {
  const rows = await tx.db.sql<(FactOfOrder & { body: OrderFactBody })[]>`
    select order_number, order_id, source, source_event_id, source_version, body, occurred_at, received_at, recorded_at
    from order_facts where order_number = any(${numbers as string[]})`;
  return Map.groupBy(rows, (row) => row.orderNumber);
}

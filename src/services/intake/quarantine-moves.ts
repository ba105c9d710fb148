import { newId, type QuarantinedFactId } from '../../values/ids.ts';
import { recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { TransactionScope } from '../scope.ts';
import type { StockMoved } from './source-fact.ts';
import type { ToldFact } from './waiting-facts.ts';

/** Keeps apart movements that took more than there was: what was sold was sold, and a person finds out which of the two is wrong. */
export async function quarantineMoves(tx: TransactionScope, moves: readonly (ToldFact & StockMoved)[]): Promise<void> {
  if (moves.length === 0) return;
  const { sql } = tx.db;
  const rows = moves.map(({ source, id, occurredAt, receivedAt, version, path: _, ...body }) => ({
    ...{ id: newId('quarantinedFact'), source, source_event_id: id, version, kind: body.type, body },
    ...{ occurred_at: occurredAt, received_at: receivedAt },
  }));
  const kept = await sql<{ id: QuarantinedFactId; kind: string; reason: string }[]>`
    insert into quarantined_facts (id, source, source_event_id, version, kind, reason, body, occurred_at, received_at, recorded_at, state)
    select r.id, r.source, r.source_event_id, r.version, r.kind, 'insufficient_stock', r.body, r.occurred_at, r.received_at,
      date_trunc('milliseconds', clock_timestamp()), 'held'
    from jsonb_to_recordset(${sql.json(rows as never)}::jsonb) as r(id text, source text, source_event_id text, version bigint, kind text,
      body jsonb, occurred_at timestamptz, received_at timestamptz)
    order by r.source collate "C", r.source_event_id collate "C"
    on conflict (source, source_event_id) do nothing
    returning id, kind, reason`;
  for (const { id, kind, reason } of kept)
    recordFact(tx, {
      type: 'fact.quarantined',
      streams: [stream.quarantine(id)],
      details: { quarantinedFactId: id, kind, reason, orderId: null },
    });
}

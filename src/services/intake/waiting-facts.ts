import type { Sql } from '../../database/open-database.ts';
import type { TransactionScope } from '../scope.ts';
import type { SourceFact, SourceFactBody } from './source-fact.ts';

/** Of what a fact waits. */
export interface WaitsFor {
  /** `order`, `item`, `shipment`: of its source. `sku`, `location`: of anybody. */
  readonly kind: 'order' | 'item' | 'shipment' | 'sku' | 'location';
  readonly id: string;
}

/** A fact with the source that told it. */
export type ToldFact = SourceFact & { readonly source: string; readonly receivedAt: Date };

export interface Waiting {
  readonly fact: ToldFact;
  readonly for: WaitsFor;
}

/** Keeps facts until what they wait for is named. */
export async function keepWaiting(tx: TransactionScope, waiting: readonly Waiting[]): Promise<void> {
  if (waiting.length === 0) return;
  const { sql } = tx.db;
  const rows = waiting.map(
    ({ fact: { source, id, occurredAt, receivedAt, version, path: _, ...body }, for: name }) => ({
      ...{
        source,
        source_event_id: id,
        waits_for: name.kind,
        waits_for_id: name.id,
        version,
        body,
      },
      ...{ occurred_at: occurredAt, received_at: receivedAt },
    }),
  );
  await sql`
    insert into waiting_facts (source, source_event_id, waits_for, waits_for_id, version, body, occurred_at, received_at)
    select r.* from jsonb_to_recordset(${sql.json(rows as never)}::jsonb) as r(source text, source_event_id text, waits_for text,
      waits_for_id text, version bigint, body jsonb, occurred_at timestamptz, received_at timestamptz)
    order by source collate "C", source_event_id collate "C"
    on conflict (source, source_event_id) do nothing`;
}

interface WaitingRow {
  readonly waitingId: number;
  readonly source: string;
  readonly id: string;
  readonly version: number | null;
  readonly body: SourceFactBody;
  readonly occurredAt: Date;
  readonly receivedAt: Date;
}

/** Takes the facts that wait for one of these out of the waiting, in the order of their arrival. */
export async function takeWaiting(
  tx: TransactionScope,
  source: string,
  names: readonly WaitsFor[],
): Promise<ToldFact[]> {
  if (names.length === 0) return [];
  const { sql } = tx.db;
  const rows = await sql<WaitingRow[]>`
    delete from waiting_facts w
    using unnest(${names.map(({ kind }) => kind)}::text[], ${names.map(({ id }) => id)}::text[]) as named(kind, id)
    where w.waits_for = named.kind and w.waits_for_id = named.id and (w.source = ${source} or named.kind in ('sku', 'location'))
    returning ${waitingColumns(sql)}`;
  return inArrival(rows);
}

/** The same for the parcels that these orders have by now: a carrier may have been faster than the shop. */
export async function takeWaitingForParcels(
  tx: TransactionScope,
  source: string,
  numbers: readonly string[],
): Promise<ToldFact[]> {
  if (numbers.length === 0) return [];
  const { sql } = tx.db;
  const rows = await sql<WaitingRow[]>`
    delete from waiting_facts w using orders o, shipments s
    where o.number = any(${numbers as string[]}) and s.order_id = o.id
      and w.waits_for = 'shipment' and w.waits_for_id = s.external_id and w.source = ${source}
    returning ${waitingColumns(sql)}`;
  return inArrival(rows);
}

const waitingColumns = (sql: Sql) => sql`
  w.id as waiting_id, w.source, w.source_event_id as id, w.version, w.body, w.occurred_at, w.received_at`;

const inArrival = (rows: readonly WaitingRow[]): ToldFact[] =>
  rows
    .toSorted((a, b) => a.waitingId - b.waitingId)
    .map(({ waitingId: _, body, ...fact }): ToldFact => ({ ...body, ...fact }));

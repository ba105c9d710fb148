// What taking in activities would cost without Punos: plain node:http, one transaction and one bulk insert a table for each batch.
import postgres, { type TransactionSql } from 'postgres';

import { newId } from '../../src/values/ids.ts';
import { answerParent, cpuSeconds } from '../parts/answer-parent.ts';
import { plainHttp } from './plain-http.ts';

interface Line {
  sku: string;
  quantity: number;
  unitPrice: { amountMinor: number; currency: string };
}

interface Told {
  identity: { value: string };
  source: string;
  externalId: string;
  occurredAt: string;
  visit?: { url: string; title: string };
  search?: { query: string; hitCount: number };
  productView?: { sku: string };
  basketChange?: { lines: Line[] };
}

const kindOf = ({ visit, search, productView, basketChange }: Told) => {
  if (visit) return { kind: 'visit', details: { ...visit, referrer: null, durationSeconds: null } };
  if (search) return { kind: 'search', channel: 'site_search', details: search };
  if (productView) return { kind: 'product_view', sku: productView.sku, details: { url: null } };
  const lines = basketChange!.lines.map(({ sku, quantity, unitPrice }) => ({
    ...{ sku, quantity, unitPriceMinor: unitPrice.amountMinor },
  }));
  return { kind: 'basket_change', details: { lines, currency: 'EUR' } };
};

async function record(sql: TransactionSql, activities: Told[]): Promise<void> {
  const rows = activities.map((told) => ({
    ...{ id: newId('activity'), normalized: told.identity.value.toLowerCase(), source: told.source },
    ...{ external_id: told.externalId, occurred_at: told.occurredAt, ...kindOf(told) },
  }));
  await sql`
    with told as materialized (
      select r.*, i.customer_id from jsonb_to_recordset(${sql.json(rows as never)}::jsonb) as r(id text, normalized text, source text,
        external_id text, occurred_at timestamptz, kind text, channel text, sku text, details jsonb)
      join identities i on i.kind = 'email' and i.normalized = r.normalized
    ), written as (
      insert into activities (id, customer_id, kind, channel, sku, occurred_at, received_at, recorded_at, source, external_id, details)
      select id, customer_id, kind, channel, sku, occurred_at, now(), now(), source, external_id, details from told
      order by source, external_id
      on conflict (source, external_id) where external_id is not null do nothing
      returning id, customer_id, kind, occurred_at, source, details
    )
    insert into baskets (customer_id, activity_id, lines, currency, changed_at, source, updated_at)
    select distinct on (customer_id) customer_id, id, details -> 'lines', details ->> 'currency', occurred_at, source, now()
    from written where kind = 'basket_change' order by customer_id, occurred_at desc
    on conflict (customer_id) do update set activity_id = excluded.activity_id, lines = excluded.lines, currency = excluded.currency,
      changed_at = excluded.changed_at, source = excluded.source, updated_at = excluded.updated_at
    where baskets.changed_at <= excluded.changed_at`;
}

function start({ databaseUrl, poolSize }: { databaseUrl: string; poolSize: number }): Promise<string> {
  const sql = postgres(databaseUrl, { max: poolSize });
  return plainHttp(sql, async ({ activities }: { activities: Told[] }) => {
    await sql.begin((tx) => record(tx, activities));
    return JSON.stringify({ data: { activitiesRecord: { recorded: activities.length, repeated: 0, errors: [] } } });
  });
}

answerParent({ start, cpu: cpuSeconds });

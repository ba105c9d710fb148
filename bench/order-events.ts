import { openDatabase } from '../src/database/open-database.ts';
import { singleConnection } from '../src/database/single-connection.ts';
import { readInstallation } from '../src/services/events/installation.ts';
import { createConnector } from '../src/services/intake/create-connector.ts';
import { BENCH_VIEWER } from './bench-key.ts';
import type { Bench, Ground } from './bench.ts';
import { compareRows, onWriteStage, type HttpStage, type WrittenSide } from './http-stage.ts';
import { tellWebhooks } from './partner-webhooks.ts';
import { BENCH_SHOP, BENCH_SHOP_SECRET, lifeOfOrder, signedHead } from './parts/order-life.ts';
import { measureInPairs, summarise } from './sides.ts';

const WRITERS = 16;
const SETTINGS = {
  // As in `ingest`: on both sides 16 transactions go on at once.
  DATABASE_POOL_SIZE: '22',
  // The partner's receiver is on this machine, which production refuses.
  NODE_ENV: 'development',
  WEBHOOK_ALLOWED_PRIVATE_HOSTS: '127.0.0.1',
};
const COMPARED = 10;
const ASKED_RATIO = 0.4;

export const orderEvents: Bench = {
  summary: `facts of orders through signed webhooks, ${WRITERS} writers; commit to receipt of a partner's webhook, 100 facts/s`,
  async run(ground) {
    await onWriteStage(
      ground,
      { floorFile: 'floors/order-events.ts', writers: WRITERS, settings: SETTINGS },
      async (stage) => {
        await tellFacts(ground, stage);
        await tellWebhooks(ground, stage);
      },
    );
  },
};

async function tellFacts({ options, report }: Ground, { clients, ours, floor }: HttpStage<WrittenSide>): Promise<void> {
  await openShop(ours.databaseUrl);
  const hook = ours.url.replace('/graphql', `/hooks/facts/${BENCH_SHOP}`);
  // Whoever signs needs no key.
  const stage = { clients, ours: { ...ours, url: hook, key: null }, floor: { ...floor, key: null } };
  await compareRows(stage, comparedBodies(options.customers), { rowsOf, count: COMPARED, headOf: signedHead });
  report.progress(`the rows of ${COMPARED} orders are equal`);
  const { pairs } = options;
  const seconds = options.quick ? 0.1 : 4;
  const load = { connections: WRITERS, seconds, customers: options.customers, ask: 'orders' as const };
  const told = (pair: number) => report.progress(`pair ${pair} of ${pairs}`);
  const summary = summarise(await measureInPairs(stage, load, { pairs, told }));
  report.figure({
    figure: `order-events.${WRITERS}`,
    unit: 'facts/s',
    ...summary,
    asked: `at least ${ASKED_RATIO} of the floor`,
    met: summary.ratio >= ASKED_RATIO,
    with: { writers: WRITERS, ...summary.with },
  });
}

/** The connector through which the shop of the bench tells facts. */
async function openShop(databaseUrl: string): Promise<void> {
  const database = openDatabase(databaseUrl, { poolSize: 2, statementTimeoutMs: 5_000 });
  try {
    const scope = { db: database, viewer: BENCH_VIEWER, now: new Date() };
    const shop = { dialect: 'facts' as const, name: BENCH_SHOP, currency: null, secret: BENCH_SHOP_SECRET };
    await createConnector(scope, await readInstallation(database.sql), shop, null);
  } finally {
    await database.close();
  }
}

const comparedBodies = (customers: number): string[] =>
  Array.from({ length: COMPARED }, (_, i) =>
    lifeOfOrder(Math.floor((i * customers) / COMPARED), `compare-${i}`),
  ).flat();

async function rowsOf(databaseUrl: string) {
  const sql = singleConnection(databaseUrl, 'punos bench');
  const rows = await sql`
    select o.number, o.source, o.customer_id, o.placed_at, o.currency, o.total_minor, o.status, o.status_occurred_at, o.status_source,
      o.status_source_kind, o.fulfilment_status, o.payment_status, o.return_status,
      (select json_agg(json_build_array(l.external_id, l.variant_id, l.sku, l.title, l.options, l.quantity, l.unit_price_minor)
        order by l.position) from order_lines l where l.order_id = o.id) as lines,
      (select json_agg(to_jsonb(p) - 'id' - 'order_id') from payments p where p.order_id = o.id) as payments,
      (select json_agg(to_jsonb(s) - 'id' - 'order_id') from shipments s where s.order_id = o.id) as shipments,
      (select json_agg(json_build_array(t.source_event_id, t.status, t.place, t.occurred_at) order by t.occurred_at)
        from tracking_events t join shipments s on s.id = t.shipment_id where s.order_id = o.id) as scans,
      (select json_agg(json_build_array(f.source_event_id, f.kind, f.body, f.occurred_at) order by f.occurred_at)
        from order_facts f where f.order_id = o.id) as facts,
      (select json_agg(json_build_array(v.status, v.fulfilment_status, v.payment_status, v.return_status, v.valid_to is null)
        order by v.valid_from) from order_versions v where v.order_id = o.id) as versions,
      (select json_agg(json_build_array(s.customer_id, s.kind, s.status, s.occurred_at) order by s.occurred_at, s.kind)
        from order_steps s where s.order_id = o.id) as steps,
      (select json_agg(json_build_array(n.source, n.kind, n.external_id)) from source_objects n where n.name = o.number) as names,
      (select json_agg(json_build_array(e.type, e.versions, e.topics, e.occurred_at, e.streams[2],
          e.details - '{orderId,shipmentId,trackingEventId}'::text[],
          (select count(*) from event_streams s where s.position = e.position)) order by e.position)
        from events e where e.streams[1] = 'order:' || o.id) as events,
      (select count(*) from idempotency_keys k where k.mutation = 'delivery') as deliveries
    from orders o where o.number like 'compare-%' order by o.number`;
  await sql.end();
  return rows;
}

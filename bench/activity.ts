import { singleConnection } from '../src/database/single-connection.ts';
import type { Bench } from './bench.ts';
import { compareRows, onWriteStage } from './http-stage.ts';
import { ACTIVITIES_AT_ONCE, activitiesBody } from './parts/activities-body.ts';
import { measureInPairs, summarise } from './sides.ts';

const WRITERS = 4;
const COMPARED = 4;
const ASKED_PER_SECOND = 5_000;

export const activity: Bench = {
  summary: `activities through \`activitiesRecord\` over HTTP, ${ACTIVITIES_AT_ONCE} at once, ${WRITERS} writers`,
  async run(ground) {
    const { options, report } = ground;
    await onWriteStage(ground, { floorFile: 'floors/activity.ts', writers: WRITERS }, async (stage) => {
      await compareRows(stage, comparedBodies(options.customers), { rowsOf, count: COMPARED * ACTIVITIES_AT_ONCE });
      report.progress(`the rows of ${COMPARED} batches are equal`);
      const { pairs } = options;
      const seconds = options.quick ? 0.1 : 4;
      const load = { connections: WRITERS, seconds, customers: options.customers, ask: 'activities' as const };
      const told = (pair: number) => report.progress(`pair ${pair} of ${pairs}`);
      const { value, floor: plain, ...rest } = summarise(await measureInPairs(stage, load, { pairs, told }));
      const perSecond = value * ACTIVITIES_AT_ONCE;
      report.figure({
        figure: `activity.${ACTIVITIES_AT_ONCE}`,
        unit: 'activities/s',
        value: perSecond,
        floor: plain * ACTIVITIES_AT_ONCE,
        ...rest,
        asked: `at least ${ASKED_PER_SECOND} a second`,
        met: perSecond >= ASKED_PER_SECOND,
        with: { writers: WRITERS, atOnce: ACTIVITIES_AT_ONCE, ...rest.with },
      });
    });
  },
};

function comparedBodies(customers: number): string[] {
  return Array.from({ length: COMPARED }, (_, i) =>
    activitiesBody((n) => Math.floor((n * 7 + i * 13) % customers), `compare-${i}`),
  );
}

async function rowsOf(databaseUrl: string) {
  const sql = singleConnection(databaseUrl, 'punos bench');
  const rows = await sql`
    select a.external_id, a.source, a.customer_id, a.kind, a.channel, a.sku, a.occurred_at, a.details, b.lines, b.currency, b.changed_at
    from activities a left join baskets b on b.customer_id = a.customer_id
    where a.external_id like 'compare-%' order by a.external_id`;
  await sql.end();
  return rows;
}

import { isDeepStrictEqual } from 'node:util';

import { singleConnection } from '../src/database/single-connection.ts';
import { benchKey, UNLIMITED } from './bench-key.ts';
import type { Bench, Ground } from './bench.ts';
import { ACTIVITIES_AT_ONCE, activitiesBody } from './parts/activities-body.ts';
import { HttpConnection } from './parts/http-connection.ts';
import { startPart, type Part } from './parts/part.ts';
import { copyDatabase, dropDatabase } from './seed/seeded-database.ts';
import { measureInPairs, summarise, type Side } from './sides.ts';

const WRITERS = 4;
const COMPARED = 4;
const ASKED_PER_SECOND = 5_000;

interface Written extends Side {
  databaseUrl: string;
}

export const activity: Bench = {
  summary: `activities through \`activitiesRecord\` over HTTP, ${ACTIVITIES_AT_ONCE} at once, ${WRITERS} writers`,
  async run({ options, postgres, database, report }: Ground) {
    const copies = [await copyDatabase(postgres, database, 'ours'), await copyDatabase(postgres, database, 'floor')];
    const parts = await Promise.all([
      startPart('parts/app-server.ts', options.profileDir),
      startPart('floors/activity.ts', options.profileDir),
      startPart('parts/http-clients.ts'),
    ]);
    const [server, floorServer, clients] = parts;
    try {
      const ours = await openSide(server, postgres.urlOf(copies[0]!), { settings: UNLIMITED });
      const floor = await openSide(floorServer, postgres.urlOf(copies[1]!), { poolSize: WRITERS });
      ours.url = `${ours.url}/graphql`;
      await compareRows(ours, floor, options.customers);
      report.progress(`the rows of ${COMPARED} batches are equal`);
      const [pairs, seconds] = options.quick ? [1, 0.5] : [5, 4];
      const load = { connections: WRITERS, seconds, customers: options.customers, ask: 'activities' as const };
      const told = (pair: number) => report.progress(`pair ${pair} of ${pairs}`);
      const {
        value,
        floor: plain,
        ...rest
      } = summarise(await measureInPairs({ clients, ours, floor }, load, { pairs, told }));
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
    } finally {
      await Promise.all(parts.map((part) => part.stop()));
      for (const copy of copies) await dropDatabase(postgres, copy);
    }
  },
};

async function openSide(server: Part, databaseUrl: string, given: object): Promise<Written> {
  const url = await server.ask<string>('start', { databaseUrl, ...given });
  return { server, url, databaseUrl, key: await benchKey(databaseUrl) };
}

/** The same batches must leave the same rows, or the comparison says nothing. */
async function compareRows(ours: Written, floor: Written, customers: number): Promise<void> {
  const bodies = Array.from({ length: COMPARED }, (_, i) =>
    activitiesBody((n) => Math.floor((n * 7 + i * 13) % customers), `compare-${i}`),
  );
  const [mine, plain] = await Promise.all(
    [ours, floor].map(async ({ url, key, databaseUrl }) => {
      const connection = await HttpConnection.open(url, key);
      for (const [i, body] of bodies.entries()) await connection.post(body, `compare-${i}`);
      connection.close();
      return rowsOf(databaseUrl);
    }),
  );
  if (mine!.length !== COMPARED * ACTIVITIES_AT_ONCE || !isDeepStrictEqual(mine, plain))
    throw new Error(`The floor writes otherwise:\n${JSON.stringify(mine![0])}\n${JSON.stringify(plain![0])}`);
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

import { isDeepStrictEqual } from 'node:util';

import { singleConnection } from '../src/database/single-connection.ts';
import { benchKey, UNLIMITED } from './bench-key.ts';
import type { Bench, Ground } from './bench.ts';
import { HttpConnection } from './parts/http-connection.ts';
import { messageBody } from './parts/message-body.ts';
import { startPart, type Part } from './parts/part.ts';
import { copyDatabase, dropDatabase } from './seed/seeded-database.ts';
import { measureInPairs, summarise, type Side } from './sides.ts';

const WRITERS = 16;
/** Three quarters of a pool are for transactions, the rest stays free for reading: on both sides 16 go on at once. */
const POOL = 22;
const COMPARED = 40;

interface Written extends Side {
  databaseUrl: string;
}

export const ingest: Bench = {
  summary: 'messages through `messageReceive` over HTTP, 16 writers',
  async run({ options, postgres, database, report }: Ground) {
    const copies = [await copyDatabase(postgres, database, 'ours'), await copyDatabase(postgres, database, 'floor')];
    const parts = await Promise.all([
      startPart('parts/app-server.ts', options.profileDir),
      startPart('floors/ingest.ts', options.profileDir),
      startPart('parts/http-clients.ts'),
    ]);
    const [server, floorServer, clients] = parts;
    try {
      const settings = { ...UNLIMITED, DATABASE_POOL_SIZE: String(POOL) };
      const ours = await openSide(server, postgres.urlOf(copies[0]!), { settings });
      const floor = await openSide(floorServer, postgres.urlOf(copies[1]!), { poolSize: WRITERS });
      ours.url = `${ours.url}/graphql`;
      await compareRows(ours, floor, options.customers);
      report.progress(`the rows of ${COMPARED} messages are equal`);
      const [pairs, seconds] = options.quick ? [1, 0.5] : [5, 4];
      const load = { connections: WRITERS, seconds, customers: options.customers, ask: 'messages' as const };
      const told = (pair: number) => report.progress(`pair ${pair} of ${pairs}`);
      const windows = await measureInPairs({ clients, ours, floor }, load, { pairs, told });
      const summary = summarise(windows);
      report.figure({
        figure: 'ingest.16',
        unit: 'messages/s',
        ...summary,
        asked: 'at least 0.5 of the floor',
        met: summary.ratio >= 0.5,
        with: { writers: WRITERS, ...summary.with },
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

/** The same messages must leave the same rows, or the comparison says nothing. */
async function compareRows(ours: Written, floor: Written, customers: number): Promise<void> {
  // Of each four customers the last has no open conversation, and a new one has another id on each side.
  const numbers = Array.from({ length: COMPARED }, (_, i) => Math.floor((i * customers) / COMPARED / 4) * 4 + (i % 3));
  const bodies = numbers.map((customer, i) => messageBody(customer, `compare-${i}`));
  const [mine, plain] = await Promise.all(
    [ours, floor].map(async ({ url, key, databaseUrl }) => {
      const connection = await HttpConnection.open(url, key);
      for (const [i, body] of bodies.entries()) await connection.post(body, `compare-${i}`);
      connection.close();
      return rowsOf(databaseUrl);
    }),
  );
  if (mine!.length !== COMPARED || !isDeepStrictEqual(mine, plain))
    throw new Error(`The floor writes otherwise:\n${JSON.stringify(mine![0])}\n${JSON.stringify(plain![0])}`);
}

async function rowsOf(databaseUrl: string) {
  const sql = singleConnection(databaseUrl, 'punos bench');
  const rows = await sql`
    select m.external_id, m.customer_id, m.conversation_id, m.leg_id, m.inbox_id, m.direction, m.visibility, m.author_kind, m.author_id,
      m.text, m.occurred_at, c.status, c.assignee_id, c.channel, c.last_message_at, l.last_message_at as leg_at, l.endpoint_id,
      e.type, e.streams, e.versions, e.topics, e.occurred_at as event_at, e.details - 'messageId' as details,
      (select json_agg(s.stream || ' ' || s.version order by s.stream) from event_streams s where s.position = e.position) as places,
      (select json_agg(h.stream || ' ' || h.version order by h.stream) from stream_heads h where h.stream = any (e.streams)) as heads
    from messages m join conversations c on c.id = m.conversation_id join legs l on l.id = m.leg_id
      join events e on e.details->>'messageId' = m.id
    where m.external_id like 'compare-%' order by m.external_id`;
  await sql.end();
  return rows;
}

import { isDeepStrictEqual } from 'node:util';

import { benchKey, UNLIMITED } from './bench-key.ts';
import type { Bench } from './bench.ts';
import { CONTEXT_QUERY } from './documents.ts';
import { HttpConnection } from './parts/http-connection.ts';
import { startPart } from './parts/part.ts';
import { customerIdOf } from './seed/customer-id.ts';
import { measureInPairs, summarise, type Side } from './sides.ts';

const COMPARED = 40;
const POOL = 16;

export const contextQuery: Bench = {
  summary: 'the whole context of a random customer over HTTP, at 1, 16 and 64 connections',
  async run({ options, postgres, database, report }) {
    const databaseUrl = postgres.urlOf(database);
    const key = await benchKey(databaseUrl);
    const parts = await Promise.all([
      startPart('parts/app-server.ts', options.profileDir),
      startPart('floors/context-query.ts', options.profileDir),
      startPart('parts/http-clients.ts'),
    ]);
    const [server, floorServer, clients] = parts;
    try {
      const settings = { ...UNLIMITED, DATABASE_POOL_SIZE: String(POOL) };
      const url = `${await server.ask<string>('start', { databaseUrl, settings })}/graphql`;
      // Our reads run on half of the pool; the floor gets as many.
      const floorUrl = await floorServer.ask<string>('start', { databaseUrl, poolSize: POOL / 2 });
      const sides = { ours: { server, url, key }, floor: { server: floorServer, url: floorUrl, key } };
      await compareAnswers(sides.ours, sides.floor, options.customers);
      report.progress(`${COMPARED} answers are deep-equal`);
      const [pairs, seconds] = options.quick ? [1, 0.5] : [5, 3];
      for (const connections of options.quick ? [16] : [1, 16, 64]) {
        const load = { connections, seconds, customers: options.customers, ask: { query: CONTEXT_QUERY } };
        const told = (pair: number) => report.progress(`${connections} connection(s): pair ${pair} of ${pairs}`);
        const summary = summarise(await measureInPairs({ clients, ...sides }, load, { pairs, told }));
        report.figure({
          figure: `context-query.${connections}`,
          unit: 'requests/s',
          ...summary,
          ...(connections === 16 ? { asked: 'at least 0.3 of the floor', met: summary.ratio >= 0.3 } : {}),
          with: { connections, ...summary.with },
        });
      }
    } finally {
      await Promise.all(parts.map((part) => part.stop()));
    }
  },
};

/** Both must give the same answers, or the comparison says nothing. */
async function compareAnswers(ours: Side, floor: Side, customers: number): Promise<void> {
  const connections = await Promise.all([ours, floor].map(({ url, key }) => HttpConnection.open(url, key)));
  for (let i = 0; i < COMPARED; i += 1) {
    const customerId = customerIdOf(Math.floor((i * customers) / COMPARED));
    const body = JSON.stringify({ query: CONTEXT_QUERY, variables: { customerId } });
    const answers = await Promise.all(connections.map((connection) => connection.post(body, `compare-${i}`)));
    const [mine, plain] = answers.map((answer) => (JSON.parse(answer.toString()) as { data: unknown }).data);
    if (!isDeepStrictEqual(mine, plain))
      throw new Error(`The floor answers otherwise:\n${JSON.stringify(mine)}\n${JSON.stringify(plain)}`);
  }
  for (const connection of connections) connection.close();
}

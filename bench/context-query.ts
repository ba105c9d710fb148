import { benchKey, UNLIMITED } from './bench-key.ts';
import type { Bench } from './bench.ts';
import { compareAnswers } from './compare-answers.ts';
import { CONTEXT_QUERY } from './documents.ts';
import { startPart } from './parts/part.ts';
import { customerIdOf } from './seed/customer-id.ts';
import { measureInPairs, summarise } from './sides.ts';

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
      const compared = Array.from({ length: COMPARED }, (_, i) => ({
        customerId: customerIdOf(Math.floor((i * options.customers) / COMPARED)),
      }));
      await compareAnswers(sides, CONTEXT_QUERY, compared);
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

import { benchKey, UNLIMITED } from './bench-key.ts';
import type { Bench } from './bench.ts';
import { compareAnswers } from './compare-answers.ts';
import { CONTEXT_QUERY } from './documents.ts';
import { startPart, type Part } from './parts/part.ts';
import { customerIdOf } from './seed/customer-id.ts';
import { measureInPairs, summarise } from './sides.ts';

const POOL = 16;
const NO_CACHE = { CONTEXT_CACHE_ENTRIES: '0' };
/** Persons who are asked about again and again; as many answers are compared. */
const HOT = 300;
const COMPARED_QUICKLY = 40;

export const contextQuery: Bench = {
  summary:
    'the whole context of a customer over HTTP at 1, 16 and 64 connections: of all without any cache, of a hot set with it',
  async run({ options, postgres, database, report }) {
    const databaseUrl = postgres.urlOf(database);
    const key = await benchKey(databaseUrl);
    const parts = await Promise.all([
      startPart('parts/app-server.ts', options.profileDir),
      startPart('parts/app-server.ts', options.profileDir),
      startPart('floors/context-query.ts', options.profileDir),
      startPart('parts/http-clients.ts'),
    ]);
    const [plain, caching, floorServer, clients] = parts;
    const open = async (server: Part, settings: Record<string, string>) => {
      const given = { ...UNLIMITED, DATABASE_POOL_SIZE: String(POOL), ...settings };
      return { server, url: `${await server.ask<string>('start', { databaseUrl, settings: given })}/graphql`, key };
    };
    try {
      // Our reads run on half of the pool; the floor gets as many.
      const floorUrl = await floorServer.ask<string>('start', { databaseUrl, poolSize: POOL / 2 });
      const floor = { server: floorServer, url: floorUrl, key };
      const ways = [
        { figure: 'context-query', asked: 0.7, among: options.customers, ours: await open(plain, NO_CACHE) },
        {
          figure: 'context-query.hot',
          asked: 3,
          among: Math.min(HOT, options.customers),
          ours: await open(caching, {}),
        },
      ];
      const { pairs } = options;
      const seconds = options.quick ? 0.1 : 3;
      for (const { figure, asked, among: customers, ours } of ways) {
        const count = Math.min(customers, options.quick ? COMPARED_QUICKLY : HOT);
        const compared = Array.from({ length: count }, (_, i) => ({
          customerId: customerIdOf(Math.floor((i * customers) / count)),
        }));
        // Three times: who is asked about again is answered another way.
        for (let time = 1; time <= 3; time += 1) await compareAnswers({ ours, floor }, CONTEXT_QUERY, compared);
        report.progress(`${figure}: ${count} answers are deep-equal`);
        for (const connections of options.quick ? [16] : [1, 16, 64]) {
          const load = { connections, seconds, customers, ask: { query: CONTEXT_QUERY } };
          const told = (pair: number) =>
            report.progress(`${figure}, ${connections} connection(s): pair ${pair} of ${pairs}`);
          const summary = summarise(await measureInPairs({ clients, ours, floor }, load, { pairs, told }));
          report.figure({
            figure: `${figure}.${connections}`,
            unit: 'requests/s',
            ...summary,
            asked: `at least ${asked} of the floor`,
            met: summary.ratio >= asked,
            with: { connections, among: customers, ...summary.with },
          });
        }
      }
    } finally {
      await Promise.all(parts.map((part) => part.stop()));
    }
  },
};

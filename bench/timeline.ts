import { benchKey, UNLIMITED } from './bench-key.ts';
import type { Bench } from './bench.ts';
import { compareAnswers } from './compare-answers.ts';
import { TIMELINE } from './documents.ts';
import { startPart } from './parts/part.ts';
import { customerIdOf, longHistoriesOf } from './seed/customer-id.ts';
import { measureInPairs, summarise } from './sides.ts';

const COMPARED = 40;
const CONNECTIONS = 16;
const POOL = 16;

export const timeline: Bench = {
  summary: `a page of 20 of \`Customer.timeline\` over HTTP, of short histories and of 10,000 entries, ${CONNECTIONS} connections`,
  async run({ options, postgres, database, report }) {
    const databaseUrl = postgres.urlOf(database);
    const key = await benchKey(databaseUrl);
    const parts = await Promise.all([
      startPart('parts/app-server.ts', options.profileDir),
      startPart('floors/timeline.ts', options.profileDir),
      startPart('parts/http-clients.ts'),
    ]);
    const [server, floorServer, clients] = parts;
    try {
      const settings = { ...UNLIMITED, DATABASE_POOL_SIZE: String(POOL) };
      const url = `${await server.ask<string>('start', { databaseUrl, settings })}/graphql`;
      const floorUrl = await floorServer.ask<string>('start', { databaseUrl, poolSize: POOL });
      const sides = { ours: { server, url, key }, floor: { server: floorServer, url: floorUrl, key } };
      const [pairs, seconds] = options.quick ? [1, 0.5] : [5, 3];
      for (const [histories, variables] of Object.entries(pagesOf(options.customers))) {
        const step = Math.max(1, Math.floor(variables.length / COMPARED));
        const compared = variables.filter((_, i) => i % step === 0).slice(0, COMPARED);
        await compareAnswers(sides, TIMELINE, compared);
        report.progress(`${histories}: ${compared.length} answers are deep-equal`);
        const load = {
          connections: CONNECTIONS,
          seconds,
          customers: options.customers,
          ask: { query: TIMELINE, variables },
        };
        const told = (pair: number) => report.progress(`${histories}: pair ${pair} of ${pairs}`);
        const summary = summarise(await measureInPairs({ clients, ...sides }, load, { pairs, told }));
        report.figure({
          figure: `timeline.${histories}`,
          unit: 'requests/s',
          ...summary,
          asked: 'at least 0.3 of the floor',
          met: summary.ratio >= 0.3,
          with: { connections: CONNECTIONS, ...summary.with },
        });
      }
    } finally {
      await Promise.all(parts.map((part) => part.stop()));
    }
  },
};

/** First pages of many customers; pages anywhere in the histories of the few who have long ones. */
function pagesOf(customers: number) {
  const NEWEST = Date.UTC(2026, 10, 1, 12);
  const short = Array.from({ length: Math.min(customers, 2_000) }, (_, i) => ({
    customerId: customerIdOf(Math.floor((i * customers) / Math.min(customers, 2_000))),
    until: null,
  }));
  const long = longHistoriesOf(customers).flatMap((number) =>
    Array.from({ length: 50 }, (_, i) => ({
      customerId: customerIdOf(number),
      until: new Date(NEWEST - i * 12 * 86_400_000).toISOString(),
    })),
  );
  return { short, long };
}

import { singleConnection } from '../src/database/single-connection.ts';
import type { Bench } from './bench.ts';
import { compareAnswers } from './compare-answers.ts';
import { SEARCH } from './documents.ts';
import { onReadStage } from './http-stage.ts';
import { measureInPairs, summarise } from './sides.ts';

const COMPARED = 40;
const CONNECTIONS = 4;
const ASKED_MS = 50;

/** What people type, each a query of the seeded rows: the same ones in every run. */
const SHAPES: Record<string, string> = {
  'common-word': `select word from customer_words group by word order by count(*) desc, word limit 20`,
  'two-common-words': `
    select given.name || ' ' || family.name from
      (select given_name as name from customers group by 1 order by count(*) desc, 1 limit 10) given,
      (select family_name as name from customers where family_name not like '%-%' group by 1 order by count(*) desc, 1 limit 10) family`,
  'full-name': `select display_name from customers where display_name not like '%-%' order by md5(id) limit 200`,
  // Two letters swapped.
  misspelt: `
    select given_name || ' ' || overlay(family_name placing reverse(substr(family_name, 4, 2)) from 4) from customers
    where family_name not like '%-%' order by md5(id) limit 200`,
  identity: `select normalized from identities where kind = 'email' order by md5(id) limit 200`,
  'shared-beginning': `select left('customer', n) from generate_series(2, 8) n`,
  'order-number': `select number from orders order by md5(id) limit 200`,
};

export const search: Bench = {
  summary: `\`customerSearch\`, the first page for ${Object.keys(SHAPES).length} shapes of query over HTTP, ${CONNECTIONS} connections`,
  async run(ground) {
    const { options, report } = ground;
    const queries = await queriesOf(ground.postgres.urlOf(ground.database));
    await onReadStage(ground, 'floors/search.ts', async (stage) => {
      const { pairs } = options;
      const seconds = options.quick ? 0.1 : 2;
      for (const [shape, variables] of queries) {
        await compareAnswers(stage, SEARCH, variables.slice(0, COMPARED));
        report.progress(`${shape}: ${Math.min(COMPARED, variables.length)} answers are deep-equal`);
        const load = {
          connections: CONNECTIONS,
          seconds,
          customers: options.customers,
          ask: { query: SEARCH, variables },
        };
        const told = (pair: number) => report.progress(`${shape}: pair ${pair} of ${pairs}`);
        const summary = summarise(await measureInPairs(stage, load, { pairs, told }));
        report.figure({
          figure: `search.${shape}`,
          unit: 'requests/s',
          ...summary,
          asked: `p50 under ${ASKED_MS} ms`,
          met: summary.with.p50Ms < ASKED_MS,
          with: { connections: CONNECTIONS, ...summary.with },
        });
      }
    });
  },
};

async function queriesOf(databaseUrl: string): Promise<[shape: string, variables: { query: string }[]][]> {
  const sql = singleConnection(databaseUrl, 'punos bench');
  try {
    const shapes: [string, { query: string }[]][] = [];
    for (const [shape, statement] of Object.entries(SHAPES)) {
      const rows = await sql.unsafe(statement).values();
      shapes.push([shape, rows.map(([query]) => ({ query: query as string }))]);
    }
    return shapes;
  } finally {
    await sql.end();
  }
}

import { singleConnection } from '../src/database/single-connection.ts';
import type { Bench, Ground } from './bench.ts';
import { compareAnswers } from './compare-answers.ts';
import { AVAILABILITY } from './documents.ts';
import { onReadStage } from './http-stage.ts';
import { copyDatabase, dropDatabase } from './seed/seeded-database.ts';
import { stockOf } from './seed/stock.ts';
import { measureInPairs, summarise } from './sides.ts';

const COMPARED = 40;
const CONNECTIONS = 4;
const ASKED_MS = 15;
const QUESTIONS = 2_000;

export const availability: Bench = {
  summary: `\`availability\` near a buyer over HTTP, 40 stores × 1,000 and × 25,000 SKUs, ${CONNECTIONS} connections`,
  async run(ground) {
    const { postgres, database, options, report } = ground;
    const sizes = options.quick ? [100, 200] : [1_000, 25_000];
    const copy = await copyDatabase(postgres, database, 'stock');
    try {
      for (const skus of sizes) {
        report.progress(`${skus} SKUs in 40 stores …`);
        await stockUp(postgres.urlOf(copy), skus);
        const summary = await measure({ ...ground, database: copy }, skus);
        report.figure({
          figure: `availability.${skus}`,
          unit: 'requests/s',
          ...summary,
          asked: `p99 under ${ASKED_MS} ms`,
          met: summary.with.p99Ms < ASKED_MS,
          with: { connections: CONNECTIONS, stores: 40, skus, ...summary.with },
        });
      }
    } finally {
      await dropDatabase(postgres, copy);
    }
  },
};

async function stockUp(databaseUrl: string, skus: number): Promise<void> {
  const sql = singleConnection(databaseUrl, 'punos bench');
  try {
    await sql`set session_replication_role = replica`;
    for (const statement of stockOf(skus)) await sql.unsafe(statement);
    await sql`vacuum (analyze) products, variants, stock_levels`;
  } finally {
    await sql.end();
  }
}

async function measure(ground: Ground, skus: number) {
  const { options, report } = ground;
  const variables = questions(skus);
  return onReadStage(ground, 'floors/availability.ts', async (stage) => {
    await compareAnswers(stage, AVAILABILITY, variables.slice(0, COMPARED));
    report.progress(`${skus} SKUs: ${COMPARED} answers are deep-equal`);
    const ask = { query: AVAILABILITY, variables };
    const load = { connections: CONNECTIONS, seconds: options.quick ? 0.1 : 2, customers: options.customers, ask };
    const { pairs } = options;
    const told = (pair: number) => report.progress(`${skus} SKUs: pair ${pair} of ${pairs}`);
    return summarise(await measureInPairs(stage, load, { pairs, told }));
  });
}

/** Buyers all over the country, each about another article: the same ones in every run. */
const questions = (skus: number) =>
  Array.from({ length: QUESTIONS }, (_, i) => ({
    sku: `STOCK-${(i * 7_919) % skus}`,
    latitude: 59.8 + ((i * 37) % 700) / 100,
    longitude: 20.5 + ((i * 53) % 900) / 100,
  }));

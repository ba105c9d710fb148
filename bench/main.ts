// npm run bench -- <name …> [--json] [--customers n] [--quick]: measures, with a floor beside each figure.
import { join } from 'node:path';

import { readConfig } from '../src/config.ts';
import { activity } from './activity.ts';
import { availability } from './availability.ts';
import { startBenchPostgres } from './bench-postgres.ts';
import type { Bench, PureBench } from './bench.ts';
import { commitToSubscriber } from './commit-to-subscriber.ts';
import { contextQuery } from './context-query.ts';
import { fanOut } from './fan-out.ts';
import { execution } from './execution.ts';
import { identity } from './identity.ts';
import { ingest } from './ingest.ts';
import { longTransaction } from './long-transaction.ts';
import { readOptions, type BenchOptions } from './options.ts';
import { orderEvents } from './order-events.ts';
import { openReport } from './report.ts';
import { routingDecisions } from './routing-decisions.ts';
import { routingSim } from './routing-sim.ts';
import { search } from './search.ts';
import { seededDatabase } from './seed/seeded-database.ts';
import { slowReaders } from './slow-readers.ts';
import { spread } from './spread.ts';
import { storm } from './storm.ts';
import { timeline } from './timeline.ts';

const BENCHES: Record<string, Bench | PureBench> = {
  'context-query': contextQuery,
  'commit-to-subscriber': commitToSubscriber,
  'fan-out': fanOut,
  'slow-readers': slowReaders,
  storm,
  execution,
  spread,
  ingest,
  identity,
  activity,
  search,
  timeline,
  availability,
  'order-events': orderEvents,
  'long-transaction': longTransaction,
  routing: routingDecisions,
  'routing-sim': routingSim,
};

const say = (line: string) => void process.stderr.write(`${line}\n`);

async function run(names: readonly string[], options: BenchOptions): Promise<void> {
  const command = `npm run bench -- ${withoutAddress(process.argv.slice(2)).join(' ')}`;
  const { customers } = options;
  const reportOf = (bench: string, postgres: string) =>
    openReport({ bench, command, customers, postgres }, options.json);
  const onRows = new Map<string, Bench>();
  for (const name of names) {
    const bench = BENCHES[name]!;
    if ('isPure' in bench) bench.run({ options, report: reportOf(name, 'none') });
    else onRows.set(name, bench);
  }
  if (onRows.size === 0) return;
  const home = join(readConfig(process.env).runtime.dataDir, 'bench');
  const postgres = await startBenchPostgres(home, options.postgresUrl, say);
  try {
    const database = await seededDatabase(postgres, customers, say);
    for (const [name, bench] of onRows)
      await bench.run({ postgres, database, options, report: reportOf(name, postgres.version) });
  } finally {
    await postgres.stop();
  }
}

/** An address holds a password: it does not stand in figures. */
function withoutAddress(args: readonly string[]): string[] {
  return args.filter((argument, i) => !argument.startsWith('--postgres') && args[i - 1] !== '--postgres');
}

try {
  const options = readOptions(process.argv.slice(2));
  const { names } = options;
  if (options.list || names.length === 0 || names.some((name) => !Object.hasOwn(BENCHES, name))) {
    for (const [name, { summary }] of Object.entries(BENCHES)) console.log(`${name.padEnd(22)} ${summary}`);
    if (!options.list) throw new Error('Say which: npm run bench -- <name …> [--json] [--customers 10000] [--quick]');
  } else {
    await run(names, options);
  }
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

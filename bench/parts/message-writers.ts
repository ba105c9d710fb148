// Writers as a process of the bench: messages through the services, at a steady rate, from a pool of their own.
import { openDatabase, type Database } from '../../src/database/open-database.ts';
import { exchangeHints } from '../../src/live/hints.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
import { BENCH_VIEWER } from '../bench-key.ts';
import { FLOOR_CHANNEL } from '../floor-channel.ts';
import { seededRandom } from '../random.ts';
import { emailOf } from '../seed/customer-id.ts';
import { quantile } from '../statistics.ts';
import { answerParent, cpuSeconds } from './answer-parent.ts';

const MOST_AT_ONCE = 16;

export interface Writing {
  databaseUrl: string;
  perSecond: number;
  seconds: number;
  /** Messages come from the customers with numbers below this one. */
  customers: number;
  seed: number;
  /** Tell the floor of each commit, after it, instead of our servers. */
  forFloor: boolean;
}

export interface WritingReadings {
  written: number;
  /** From when a message was due to when it was committed, in milliseconds. */
  commitP99Ms: number;
}

const opened = new Map<string, Promise<Database>>();

/** One pool and one way of telling for each database, kept between windows. */
function databaseAt({ databaseUrl, forFloor }: Writing): Promise<Database> {
  const known = opened.get(databaseUrl);
  if (known) return known;
  const opening = (async () => {
    const database = openDatabase(databaseUrl, { poolSize: MOST_AT_ONCE, statementTimeoutMs: 5_000 });
    if (!forFloor) await exchangeHints(database, () => undefined);
    return database;
  })();
  opened.set(databaseUrl, opening);
  return opening;
}

let count = 0;

async function write(writing: Writing): Promise<WritingReadings> {
  const database = await databaseAt(writing);
  const random = seededRandom(writing.seed);
  const total = Math.round(writing.perSecond * writing.seconds);
  const started = performance.now();
  const dueAt = (event: number) => started + (event * 1_000) / writing.perSecond;
  const commitMs: number[] = [];
  let next = 0;
  const writer = async () => {
    for (let event = next++; event < total; event = next++) {
      const early = dueAt(event) - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      const customer = Math.floor(random() * writing.customers);
      const { personId } = await receive(database, customer);
      commitMs.push(performance.now() - dueAt(event));
      if (writing.forFloor) void database.sql`select pg_notify(${FLOOR_CHANNEL}, ${personId})`.catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: Math.min(MOST_AT_ONCE, total) }, writer));
  return { written: total, commitP99Ms: quantile(commitMs, 0.99) };
}

async function receive(database: Database, customer: number): Promise<{ personId: string }> {
  const scope = { db: database, viewer: BENCH_VIEWER, now: new Date() };
  const { customerId } = await receiveMessage(scope, {
    inbox: 'bench-0',
    sender: { kind: 'email', value: emailOf(customer) },
    externalId: `writer-${process.pid}-${(count += 1)}`,
    text: 'Where is my parcel? The page of the carrier has said the same since Monday.',
    occurredAt: scope.now,
  });
  return { personId: customerId };
}

answerParent({ write, cpu: cpuSeconds });

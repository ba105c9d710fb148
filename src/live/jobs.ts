import { PgBoss } from 'pg-boss';
import type { Logger } from 'pino';

import type { Database, Sql } from '../database/open-database.ts';
import { forgetIdempotencyKeys } from '../services/access/forget-idempotency-keys.ts';
import { forgetEvents } from '../services/events/forget-events.ts';

interface JobOptions {
  database: Database;
  /** The application role's URL: the queue holds a connection of its own. */
  databaseUrl: string;
  /** How long events are kept. */
  journalHours: number;
  /** How long idempotency keys are remembered. */
  idempotencyHours: number;
  log: Logger;
}

const HOUR_MS = 3_600_000;
const EVERY_TEN_MINUTES = '*/10 * * * *';

/**
 * Recurring work: one queue each, of which any process takes the next job. A job whose process dies is given to another after
 * its heartbeat stops.
 */
export async function startJobs(options: JobOptions): Promise<{ close(): Promise<void> }> {
  const { database, log } = options;
  const boss = new PgBoss({
    connectionString: options.databaseUrl,
    max: 2,
    migrate: false,
    createSchema: false,
    application_name: 'punos jobs',
  });
  boss.on('error', (error) => log.warn({ err: error }, 'the job queue is out of reach, trying again'));
  await boss.start();

  const sweep = async (
    name: string,
    hours: number,
    forget: (sql: Sql, before: Date) => Promise<{ removed: number; isDone: boolean }>,
  ) => {
    await boss.createQueue(name, { policy: 'singleton', heartbeatSeconds: 30, retryLimit: 3 });
    await boss.schedule(name, EVERY_TEN_MINUTES);
    await boss.work(name, async () => {
      const before = new Date(Date.now() - hours * HOUR_MS);
      let total = 0;
      for (let isDone = false; !isDone;) {
        const batch = await forget(database.sql, before);
        total += batch.removed;
        isDone = batch.isDone;
      }
      if (total > 0) log.info({ job: name, removed: total }, 'retention removed what is older than it keeps');
    });
  };
  await sweep('forget-events', options.journalHours, forgetEvents);
  await sweep('forget-idempotency-keys', options.idempotencyHours, forgetIdempotencyKeys);

  return { close: () => boss.stop({ graceful: true, timeout: 5_000 }) };
}

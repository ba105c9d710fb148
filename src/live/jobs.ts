import { PgBoss } from 'pg-boss';
import type { Logger } from 'pino';

import { hostsOf, urlOfHost } from '../database/database-hosts.ts';
import type { Database, Sql } from '../database/open-database.ts';
import { forgetAuditEntries } from '../services/access/forget-audit-entries.ts';
import { forgetIdempotencyKeys } from '../services/access/forget-idempotency-keys.ts';
import { forgetFullBudgets } from '../services/access/settle-costs.ts';
import { forgetActivities } from '../services/activity/forget-activities.ts';
import { forgetVisitorSessions, SESSION_KEPT_SECONDS } from '../services/activity/forget-visitor-sessions.ts';
import { turnJournal } from '../services/events/turn-journal.ts';
import { forgetWebhookDeliveries } from '../services/partners/forget-webhook-deliveries.ts';

interface JobOptions {
  database: Database;
  /** The application role's URL: the queue holds a connection of its own. */
  databaseUrl: string;
  /** How long events are kept. */
  journalHours: number;
  /** How long idempotency keys are remembered. */
  idempotencyHours: number;
  /** How long activity of customers is kept. */
  activityDays: number;
  /** How long it is kept who was shown whose data. */
  auditDays: number;
  /** How long it is kept what became of deliveries to webhooks. */
  webhookLedgerDays: number;
  log: Logger;
}

const HOUR_MS = 3_600_000;
const LONGEST_ANSWER_MS = 15_000;
const TEN_MINUTES_MS = 600_000;
const VISITOR_SESSION_HOURS = SESSION_KEPT_SECONDS / 3_600;
const EVERY_TEN_MINUTES = '*/10 * * * *';

/** Jobs at work in this process. */
export interface Jobs {
  /** Takes the jobs of a queue, some at once and of one group fewer. A job whose work throws is taken again a little later. */
  work<T extends object>(queue: string, workers: WorkerCount, work: (job: T) => Promise<void>): Promise<Workers>;
  /** Does something again and again, by the times of a cron expression, in one process at a time. */
  recur(name: string, times: string, work: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export interface WorkerCount {
  readonly count: number;
  readonly perGroup: number;
  /** Wait before a job whose work threw is taken again. Default: a second. */
  readonly retryDelaySeconds?: number;
}

export interface Workers {
  /** Lets an idle worker look at the queue now. Looks that nobody asks for come every two seconds. */
  wake(): void;
}

/** A worker that died gives its job back after so long. */
const HEARTBEAT_SECONDS = 20;

/**
 * Recurring work: one queue each, of which any process takes the next job. A job whose process dies is given to another after
 * its heartbeat stops.
 */
export async function startJobs(options: JobOptions): Promise<Jobs> {
  const { database, log } = options;
  const boss = new PgBoss({
    ...waysOf(options),
    max: 2,
    migrate: false,
    createSchema: false,
    application_name: 'punos jobs',
    // Looks for jobs whose worker died.
    superviseIntervalSeconds: 10,
    monitorIntervalSeconds: 10,
  });
  boss.on('error', (error) => log.warn({ err: error }, 'the job queue is out of reach, trying again'));
  await boss.start();

  const recur = async (name: string, times: string, work: () => Promise<void>) => {
    await boss.createQueue(name, { policy: 'singleton', heartbeatSeconds: 30, retryLimit: 3 });
    await boss.schedule(name, times);
    await boss.work(name, () => withoutValues(work));
  };
  const sweep = async (
    name: string,
    hours: number,
    forget: (sql: Sql, before: Date) => Promise<{ removed: number; isDone: boolean }>,
  ) =>
    recur(name, EVERY_TEN_MINUTES, async () => {
      const before = new Date(database.now().getTime() - hours * HOUR_MS);
      let total = 0;
      for (let isDone = false; !isDone;) {
        const batch = await forget(database.sql, before);
        total += batch.removed;
        isDone = batch.isDone;
      }
      if (total > 0) log.info({ job: name, removed: total }, 'retention removed what is older than it keeps');
    });
  await recur('turn-journal', EVERY_TEN_MINUTES, async () => {
    const { dropped, isHeldUp } = await turnJournal(
      database.sql,
      turnOptions(options.journalHours, database.now().getTime()),
    );
    if (dropped.length > 0) log.info({ slices: dropped }, 'retention dropped slices of the journal');
    if (isHeldUp)
      log.warn('the journal could not be turned for a long statement of somebody else, the next time again');
  });
  // What the journal's retention was called before it had slices.
  await boss.unschedule('forget-events');
  await sweep('forget-idempotency-keys', options.idempotencyHours, forgetIdempotencyKeys);
  await sweep('forget-activities', options.activityDays * 24, forgetActivities);
  await sweep('forget-audit-entries', options.auditDays * 24, forgetAuditEntries);
  await recur('forget-full-budgets', EVERY_TEN_MINUTES, async () => {
    while (!(await forgetFullBudgets(database.sql)).isDone);
  });
  await sweep('forget-webhook-deliveries', options.webhookLedgerDays * 24, forgetWebhookDeliveries);
  await sweep('forget-visitor-sessions', VISITOR_SESSION_HOURS, forgetVisitorSessions);

  return {
    work: (queue, workers, work) => startWorkers(boss, queue, { ...workers, work }),
    recur,
    close: () => boss.stop({ graceful: true, timeout: 5_000 }),
  };
}

/** What the queue keeps of a job that failed: a database's words repeat values, and a queue outlives whom they are about. */
class JobFailed extends Error {
  override readonly name = 'JobFailed';

  constructor(error: unknown) {
    const { name = 'Error', code } = error as { name?: string; code?: unknown };
    super(typeof code === 'string' ? `${name} ${code}` : name);
    // Where it was thrown, without the message before it.
    const lines = String((error as Error).stack ?? '').split('\n');
    this.stack = [this.message, ...lines.filter((line) => /^\s+at /.test(line))].join('\n');
  }
}

async function withoutValues(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new JobFailed(error);
  }
}

/** pg-boss brings a client of its own, which knows one host: its sockets are ours, so that it too finds the new primary. */
function waysOf({ database: { sockets }, databaseUrl }: JobOptions) {
  // On a wire that is cut it would wait for ever.
  const bounded = { query_timeout: LONGEST_ANSWER_MS };
  if (!sockets) return { ...bounded, connectionString: databaseUrl };
  const connectionString = urlOfHost(databaseUrl, hostsOf(databaseUrl)[0]!);
  return { ...bounded, connectionString, stream: () => sockets.socket() };
}

/** A twelfth of what is kept is a slice, so that little is kept longer than asked for; but no shorter than the time between two turns. */
function turnOptions(journalHours: number, now: number) {
  const sliceMs = Math.max((journalHours * HOUR_MS) / 12, TEN_MINUTES_MS);
  return {
    begunBefore: new Date(now - sliceMs),
    preparedBefore: new Date(now - TEN_MINUTES_MS / 2),
    endedBefore: new Date(now - journalHours * HOUR_MS),
  };
}

/** Several workers of one job each, so that a slow job holds up nothing but itself. */
async function startWorkers<T extends object>(
  boss: PgBoss,
  queue: string,
  { count, perGroup, retryDelaySeconds = 1, work }: WorkerCount & { work: (job: T) => Promise<void> },
): Promise<Workers> {
  await boss.updateQueue(queue, {
    heartbeatSeconds: HEARTBEAT_SECONDS,
    // What may fail in its own way counts its tries itself; here it is a process that died or a database out of reach.
    retryLimit: 1_000_000,
    retryDelay: retryDelaySeconds,
    deleteAfterSeconds: 3_600,
  });
  const workersNow = () => boss.getWipData().filter(({ name }) => name === queue);
  let next = 0;
  const wake = () => {
    const idle = workersNow().filter(({ count: jobs }) => jobs === 0);
    if (idle.length > 0) boss.notifyWorker(idle[(next += 1) % idle.length]!.id);
  };
  const options = { pollingIntervalSeconds: 2, localConcurrency: count, localGroupConcurrency: perGroup };
  await boss.work<T>(queue, options, async ([job]) => {
    // Where one job is there may be more.
    wake();
    try {
      await withoutValues(() => work(job!.data));
    } finally {
      // Whoever is at work, this worker too, looks again before it rests.
      for (const { id, count: jobs } of workersNow()) if (jobs > 0) boss.notifyWorker(id);
    }
  });
  return { wake };
}

import { PgBoss } from 'pg-boss';
import type { ParameterOrJSON } from 'postgres';

import type { Sql } from './sql.ts';

/** Work for later, put on a queue in the transaction of what it is about: both happen, or neither. */
export interface Job {
  readonly queue: string;
  readonly data: { readonly [key: string]: string | number };
  /** Jobs of one group do not take all workers. */
  readonly group: string;
  /** Not before. Null: at once. */
  readonly startAfter: Date | null;
}

export type EnqueueJob = (sql: Sql, job: Job) => Promise<void>;

const TEXT = 25;

/** pg-boss writing through a connection of ours. This one is never started: workers have one of their own (live/jobs.ts). */
export function openQueues(pool: Sql): EnqueueJob {
  const boss = new PgBoss({ db: through(pool), migrate: false, supervise: false, schedule: false });
  return async (sql, { queue, data, group, startAfter }) => {
    await boss.send(queue, data, { group: { id: group }, ...(startAfter ? { startAfter } : {}), db: through(sql) });
  };
}

const through = (sql: Sql) => ({
  async executeSql(text: string, values: unknown[] = []) {
    // JSON comes as text already; without its type postgres.js would write it as JSON once more.
    const parameters = values.map((value) => (typeof value === 'string' ? sql.typed(value as never, TEXT) : value));
    return { rows: [...(await sql.unsafe(text, parameters as ParameterOrJSON<never>[]))] };
  },
});

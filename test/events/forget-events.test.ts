import { pino } from 'pino';
import { expect, test } from 'vitest';

import { startJobs } from '../../src/live/jobs.ts';
import { atomically, recordFact } from '../../src/services/events/atomically.ts';
import { placeAt } from '../../src/services/events/cursor.ts';
import { forgetEvents } from '../../src/services/events/forget-events.ts';
import { isKept, readSnapshot } from '../../src/services/events/read-events.ts';
import { aScope } from '../support/scopes.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const { database, sql, applicationUrl } = await withDatabase();

const happen = (name: string) =>
  atomically(aScope(database), async (tx) => recordFact(tx, { type: 'customer.updated', streams: [name] }));

test('retention removes what is older, keeps the rest and its versions, and expires the cursors that need what is gone', async () => {
  const atFirst = placeAt(await readSnapshot(sql));
  await happen('customer:old');
  await happen('customer:both');
  // Transactions of other test files run in the same cluster; a place that waits for one of them reaches further back.
  const [newest] = await sql<{ xid: string }[]>`select max(xid)::text as xid from events`;
  const between = placeAt(
    await until(
      () => readSnapshot(sql),
      ({ xmin }) => xmin > BigInt(newest!.xid),
    ),
  );
  const [moment] = await sql<{ at: Date }[]>`select clock_timestamp() as at`;
  await happen('customer:both');

  const { removed, isDone } = await forgetEvents(sql, moment!.at);

  expect({ removed, isDone }).toEqual({ removed: 2, isDone: true });
  expect(await sql`select stream, version from event_streams`).toEqual([{ stream: 'customer:both', version: 2 }]);
  expect(await isKept(sql, atFirst)).toBe(false);
  expect(await isKept(sql, between)).toBe(true);
  await happen('customer:old');
  expect(await sql`select version from stream_heads where stream = 'customer:old'`).toEqual([{ version: 2 }]);
});

test('the application’s role can run the recurring jobs', async () => {
  const jobs = await startJobs({
    database,
    databaseUrl: applicationUrl,
    journalHours: 72,
    idempotencyHours: 48,
    activityDays: 400,
    log: pino({ level: 'silent' }),
  });

  const schedules = await sql<{ name: string }[]>`select name from pgboss.schedule order by name`;
  await jobs.close();

  expect(schedules.map(({ name }) => name)).toEqual(['forget-activities', 'forget-events', 'forget-idempotency-keys']);
});

import { pino } from 'pino';
import { describe, expect, inject, test } from 'vitest';

import { knownMigrations, migrate } from '../../src/database/migrate.ts';
import { ensureDatabase } from '../../src/database/roles.ts';
import { singleConnection } from '../../src/database/single-connection.ts';
import { startJobs } from '../../src/live/jobs.ts';
import { atomically, recordFact } from '../../src/services/events/atomically.ts';
import { placeAt } from '../../src/services/events/cursor.ts';
import { areKept, readBatch, readFloor, readMissed, readSnapshot } from '../../src/services/events/read-events.ts';
import { turnJournal } from '../../src/services/events/turn-journal.ts';
import { aScope } from '../support/scopes.ts';
import { ownerUrl, superuserUrl } from '../support/test-cluster.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const cluster = inject('cluster');
const { database, sql, applicationUrl, superuserUrl: lookBehind } = await withDatabase();

const happen = (...streams: string[]) =>
  atomically(aScope(database), async (tx) => recordFact(tx, { type: 'customer.updated', streams }));

const LATER = new Date('2100-01-01T00:00:00Z');
const NEVER = new Date(0);
/** Begins a slice whatever the time, and drops what ended before a moment. */
const turn = (endedBefore = NEVER) => turnJournal(sql, { begunBefore: LATER, preparedBefore: LATER, endedBefore });
const slices = async () =>
  (await sql<{ slice: number }[]>`select slice from journal_slices where started_at is not null order by slice`).map(
    ({ slice }) => slice,
  );
const partitions = async () =>
  (
    await sql<{ name: string }[]>`
      select relname as name from pg_class where relispartition and relname ~ '^event(s|_streams)_[0-9]+$' order by relname`
  ).map(({ name }) => name);
const now = async () => (await sql<{ at: Date }[]>`select clock_timestamp() as at`)[0]!.at;

/** Transactions of other test files run in the same cluster; a place that waits for one of them reaches further back. */
async function placeAfterAll() {
  const [newest] = await sql<{ xid: string }[]>`select max(xid)::text as xid from events`;
  return placeAt(
    await until(
      () => readSnapshot(sql),
      ({ xmin }) => xmin > BigInt(newest!.xid),
    ),
  );
}

describe('the journal', () => {
  test('drops slices whose time is over, keeps the rest and the versions, and expires the cursors that need what is gone', async () => {
    const atFirst = placeAt(await readSnapshot(sql));
    await turn();
    await happen('customer:old');
    await happen('customer:both');
    const between = await placeAfterAll();
    expect(await slices()).toEqual([0]);
    await turn();
    expect(await slices()).toEqual([0, 1]);
    await happen('customer:both');
    // The end of a slice is the beginning of the next one, and the newest never ends.
    expect(await turn(await now())).toEqual({ dropped: [0], isHeldUp: false });

    expect(await sql`select stream, version, position >> 32 as slice from event_streams`).toEqual([
      { stream: 'customer:both', version: 2, slice: 1 },
    ]);
    expect(await partitions()).toEqual([
      'event_streams_1',
      'event_streams_2',
      'event_streams_3',
      'events_1',
      'events_2',
      'events_3',
    ]);
    expect(await areKept(sql, [atFirst])).toEqual([false]);
    expect(await areKept(sql, [between])).toEqual([true]);
    await happen('customer:old');
    expect(await sql`select version from stream_heads where stream = 'customer:old'`).toEqual([{ version: 2 }]);
  });

  test('a slice in which nothing happened goes on, and one that is not due does not end', async () => {
    await turn();
    const was = await slices();

    await turn();
    await turnJournal(sql, { begunBefore: NEVER, preparedBefore: LATER, endedBefore: NEVER });
    await turnJournal(sql, { begunBefore: LATER, preparedBefore: NEVER, endedBefore: NEVER });

    expect(await slices()).toEqual(was);
  });

  test('turned again and again under writers, a reader with its floor misses nothing and hears nothing twice', async () => {
    let place = await readSnapshot(sql);
    const heard: number[] = [];
    const read = async () => {
      const batch = await readBatch(database.journal, place, await readFloor(sql, place));
      heard.push(...batch.events.map(({ position }) => position));
      place = batch.after;
    };
    let over = false;
    let dropBefore = NEVER;
    const writers = Array.from({ length: 6 }, async (_, writer) => {
      let count = 0;
      for (; !over; count += 1) await happen(`customer:w${writer}`, 'customer:all');
      return count;
    });
    const before = await slices();
    const reading = (async () => {
      while (!over) await read();
    })();
    for (let count = 1; count <= 4; count += 1) {
      const endedBefore = count === 3 ? (dropBefore = await now()) : NEVER;
      // A statement that began before a partition was there does not know it: as the job does, wait until none can be left.
      const turned = async () => {
        await turnJournal(sql, { begunBefore: LATER, preparedBefore: new Date(Date.now() - 2_500), endedBefore });
        return (await slices()).at(-1)!;
      };
      await until(turned, (newest) => newest >= before.at(-1)! + count, 60_000);
    }
    over = true;
    const written = (await Promise.all(writers)).reduce((sum, count) => sum + count, 0);
    await reading;
    await until(read, () => heard.length >= written);

    expect(heard).toHaveLength(written);
    expect(new Set(heard).size).toBe(written);
    // A drop does not wait for readers; what it left is for the next time.
    await until(
      () => turnJournal(sql, { begunBefore: NEVER, preparedBefore: NEVER, endedBefore: dropBefore }).then(slices),
      (left) => !left.includes(before[0]!),
    );
    expect(
      await sql`select count(*)::int as count from journal_slices where from_xid is null and started_at is not null`,
    ).toEqual([{ count: 0 }]);
  });

  test('an event whose transaction is open while the journal turns is not below the floor of who still misses it', async () => {
    await happen('customer:before');
    let release!: () => void;
    const released = new Promise<void>((resolve) => (release = resolve));
    let isAppended = false;
    const late = database.begin(async (tx) => {
      await tx`
        insert into events (type, streams, versions, topics, actor, occurred_at, received_at, recorded_at, details)
        values ('customer.updated', '{customer:late}', '{1}', '{}', 'test', now(), now(), now(), '{}')`;
      isAppended = true;
      await released;
    });
    await until(() => isAppended, Boolean);
    const place = await readSnapshot(sql);
    await turn();
    await happen('customer:after');
    await turn();
    await happen('customer:last');
    release();
    await late;

    const { events } = await readBatch(database.journal, place, await readFloor(sql, place));
    const missed = await readMissed(sql, placeAt(place), {
      until: await readSnapshot(sql),
      interest: { streams: [], topics: [] },
      limit: 10,
    });

    const all = [['customer:late'], ['customer:after'], ['customer:last']];
    expect(events.map(({ streams }) => streams)).toEqual(all);
    expect(missed.map(({ event }) => event.streams)).toEqual(all);
  });

  test('who reads long is not disturbed and disturbs nobody: the drop is left for the next time', async () => {
    await happen('customer:long');
    await turn();
    await happen('customer:long');
    const was = await partitions();
    let release!: () => void;
    const released = new Promise<void>((resolve) => (release = resolve));
    let isReading = false;
    const reader = database.begin(async (tx) => {
      await tx`select count(*) from events`;
      isReading = true;
      await released;
      return tx`select count(*)::int as count from events where streams = '{customer:long}'`;
    });
    await until(() => isReading, Boolean);

    const held = await turn(await now());
    await happen('customer:long');

    expect(held).toEqual({ dropped: [], isHeldUp: true });
    expect(await partitions()).toEqual(expect.arrayContaining(was));
    release();
    expect(await reader).toEqual([{ count: 3 }]);
    expect((await turn(await now())).dropped).not.toEqual([]);
  });

  test('of a hundred slices a look at what is new touches the newest only', async () => {
    const owner = singleConnection(lookBehind);
    const [{ newest } = { newest: 0 }] = await owner<
      { newest: number }[]
    >`select max(slice) as newest from journal_slices`;
    for (let slice = newest + 1; slice <= newest + 100; slice += 1) {
      await owner`select journal_make_partitions(${slice})`;
      await owner`insert into journal_slices (slice, started_at, from_xid) values (${slice}, now(), pg_current_xact_id())`;
    }
    await owner`select setval('journal_positions', ${newest + 100}::bigint << 32, false)`;
    await owner.end();
    // A transaction that runs beside this, in whatever database of the cluster, may have begun before the newest slice.
    let place = await readSnapshot(sql);
    const floor = await until(
      async () => readFloor(sql, (place = await readSnapshot(sql))),
      (position) => position / 2 ** 32 === newest + 100,
      60_000,
    );
    await happen('customer:newest');
    const look = () => readBatch(explained(database.journal), place, floor);

    const plan = (await look().catch(({ plan }: { plan: string }) => plan)) as string;

    expect([...new Set(plan.match(/events_\d+/g))]).toEqual([`events_${newest + 100}`]);
    console.log(
      plan
        .split('\n')
        .filter((line) => /Buffers|Time/.test(line))
        .join('\n'),
    );
  });

  test('the application’s role can turn it and can make no table', async () => {
    await expect(sql`select journal_make_partitions(9999)`).rejects.toMatchObject({ code: '42501' });

    const jobs = await startJobs({
      ...{ database, databaseUrl: applicationUrl, journalHours: 72, idempotencyHours: 48, activityDays: 400 },
      auditDays: 400,
      webhookLedgerDays: 30,
      log: pino({ level: 'silent' }),
    });
    const schedules = await sql<{ name: string }[]>`select name from pgboss.schedule order by name`;
    await jobs.close();

    expect(schedules.map(({ name }) => name)).toEqual([
      'forget-activities',
      'forget-audit-entries',
      'forget-full-budgets',
      'forget-idempotency-keys',
      'forget-visitor-sessions',
      'forget-webhook-deliveries',
      'turn-journal',
    ]);
  });
});

test('a journal from before there were slices goes on with all its rows', async () => {
  const name = 'test_unsliced_journal';
  const superuser = singleConnection(superuserUrl(cluster));
  await superuser.unsafe(`drop database if exists ${name} with (force)`);
  await ensureDatabase(superuser, name);
  const url = ownerUrl(cluster, name);
  const hashes = knownMigrations().map(({ hash }) => hash);
  await migrate(url, { log: () => undefined, only: hashes.slice(0, 16) });
  const owner = singleConnection(url);
  await owner`
    insert into events (type, streams, versions, topics, actor, occurred_at, received_at, recorded_at, details)
    select 'customer.updated', array['customer:' || n, 'order:1'], array[1, n], '{}', 'test', now(), now(), now(), '{}'
    from generate_series(1, 50) n`;
  await owner`insert into event_streams select unnest(streams), unnest(versions), position from events`;
  const rows = () => owner`select position, xid::text, streams, versions from events order by position`;
  const before = await rows();

  await migrate(url, { log: () => undefined });

  expect(await rows()).toEqual(before);
  expect(
    await owner`
      select count(*)::int as count, count(*) filter (where s.xid = e.xid)::int as right
      from event_streams s join events e using (position)`,
  ).toEqual([{ count: 100, right: 100 }]);
  const [next] = await owner<{ position: number }[]>`
    insert into events (type, streams, versions, topics, actor, occurred_at, received_at, recorded_at, details)
    values ('customer.updated', '{}', '{}', '{}', 'test', now(), now(), now(), '{}') returning position`;
  expect(next!.position).toBe(51);
  await owner.end();
  await superuser.unsafe(`drop database ${name} with (force)`);
  await superuser.end();
});

/** The same connection, that explains what it is asked instead of answering. Throws the plan. */
function explained(pool: typeof sql): typeof sql {
  return new Proxy(pool, {
    apply(target, self, args: [TemplateStringsArray, ...unknown[]]) {
      const [strings, ...values] = args;
      if (!strings.raw || !/^\s*select pg_current_snapshot/.test(strings[0]!))
        return Reflect.apply(target as never, self, args) as unknown;
      const texts = ['explain (analyze, buffers, costs off) ' + strings[0], ...strings.slice(1)];
      const asked = Object.assign(texts, { raw: texts });
      return (Reflect.apply(target as never, self, [asked, ...values]) as Promise<Record<string, string>[]>).then(
        (rows) => {
          throw Object.assign(new Error('explained'), { plan: rows.map((row) => Object.values(row)[0]).join('\n') });
        },
      );
    },
  });
}

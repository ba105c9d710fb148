import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';

import type { Sql } from '../../../src/database/open-database.ts';
import { singleConnection } from '../../../src/database/single-connection.ts';
import { openAuditSpool, type AuditSpool } from '../../../src/services/access/audit-spool.ts';
import { openAuditTrail, type Reading } from '../../../src/services/access/audit-trail.ts';
import { forgetAuditEntries } from '../../../src/services/access/forget-audit-entries.ts';
import { NotAudited } from '../../../src/values/not-audited.ts';
import { countStatements } from '../../support/count-statements.ts';
import { aViewer } from '../../support/scopes.ts';
import { until } from '../../support/until.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql, superuserUrl } = await withDatabase();
const open: { close(): Promise<void> }[] = [];
afterAll(() => Promise.all(open.map((trail) => trail.close())));

function aTrail(db: Pick<typeof database, 'aside'> = database, windowMs?: number, spool?: AuditSpool) {
  const trail = openAuditTrail(db, { ...(windowMs === undefined ? {} : { windowMs }), ...(spool ? { spool } : {}) });
  open.push(trail);
  return trail;
}
let readers = 0;
const aReading = (but: Partial<Reading> = {}): Reading => ({
  viewer: aViewer('agent', { principal: `key_${(readers += 1)}` }),
  dataClasses: ['profile', 'orders'],
  ...but,
});
const persons = (count: number) => new Set(Array.from({ length: count }, (_, i) => `cus_${i}`));

interface Row {
  process: string;
  at: Date;
  number: number;
  act: string;
  viewer: string | null;
  subjects: string[];
  dataClasses: string[] | null;
  purposes: string[] | null;
  stream: string | null;
  versions: (number | null)[] | null;
  repeatOf: number | null;
  repeats: number | null;
}
const rowsOf = (reading: Reading) => sql<Row[]>`
  select *, to_json(versions) as versions from audit_entries where viewer = ${reading.viewer.principal} order by process, number`;

test('I9: who reads whom, what of them and what for is written before it is shown, and repeats within the window are counted', async () => {
  const trail = aTrail(database, 300);
  const reading = aReading();

  await trail.reads(reading, new Set(['cus_anna']));
  const [row, ...others] = await rowsOf(reading);
  expect(others).toEqual([]);
  expect(row).toMatchObject({
    act: 'read',
    subjects: ['cus_anna'],
    purposes: ['service', 'order_updates', 'marketing', 'personalisation', 'profiling'],
    repeats: null,
  });
  expect(row!.dataClasses).toEqual(['profile', 'orders']);

  expect(trail.reads(reading, new Set(['cus_anna']))).toBeUndefined();
  expect(trail.reads(reading, new Set(['cus_anna']))).toBeUndefined();
  const repeated = await until(
    () =>
      sql<
        Row[]
      >`select *, to_json(versions) as versions from audit_entries where process = ${row!.process} and repeat_of = ${row!.number}`,
    (rows) => rows.length > 0,
  );
  expect(repeated).toMatchObject([{ act: 'repeated', repeats: 2, viewer: null, subjects: [] }]);

  await trail.reads(reading, new Set(['cus_anna']));
  expect(await rowsOf(reading)).toHaveLength(2);
});

test('I9: who is asked for by name is written while the answer is made: shown once, that is one read; never shown, the row says so later', async () => {
  const trail = aTrail(database, 300);
  const [shown, missed, shownLater] = [aReading(), aReading(), aReading()];
  const repeatsOf = (row: Row | undefined) =>
    sql<Row[]>`select * from audit_entries where process = ${row!.process} and repeat_of = ${row!.number}`;

  trail.asks(shown, 'cus_anna');
  await trail.reads(shown, new Set(['cus_anna']));
  trail.asks(missed, 'cus_anna');
  trail.asks(missed, 'cus_anna');
  trail.asks(shownLater, 'cus_anna');
  trail.asks(shownLater, 'cus_anna');
  await trail.reads(shownLater, new Set(['cus_anna', 'cus_berta']));
  await trail.reads(shownLater, new Set(['cus_anna']));

  const [ofMissed] = await until(
    () => rowsOf(missed),
    (rows) => rows.length > 0,
  );
  expect(ofMissed).toMatchObject({ act: 'read', subjects: ['cus_anna'] });
  const [ofLater, ...others] = await rowsOf(shownLater);
  expect(others).toMatchObject([{ subjects: ['cus_berta'] }]);
  const counted = (row: Row | undefined) =>
    until(
      () => repeatsOf(row),
      (rows) => rows.length > 0,
    );
  expect(await counted(ofMissed)).toMatchObject([{ repeats: -1 }]);
  expect(await counted(ofLater)).toMatchObject([{ repeats: 1 }]);
  expect(await rowsOf(shown)).toHaveLength(1);
  expect(await repeatsOf((await rowsOf(shown))[0])).toEqual([]);
});

test('I10: who is asked for while nothing takes a row is not shown', async () => {
  const failing = { aside: (() => Promise.reject(new Error('no'))) as never };
  const trail = aTrail(failing);
  const reading = aReading();
  trail.asks(reading, 'cus_anna');
  await expect(trail.reads(reading, new Set(['cus_anna']))).rejects.toThrow(NotAudited);
});

test('I9: another viewer, another person and other kinds of data are rows of their own', async () => {
  const trail = aTrail();
  const reading = aReading();
  const anna = new Set(['cus_anna']);
  const colleague = aReading();
  // The tokens of one subject may speak for different customers.
  const asAnother = { ...reading, viewer: { ...reading.viewer, customerId: 'cus_x' as never } };
  for (const each of [reading, colleague, asAnother, { ...reading, dataClasses: ['content'] as const }])
    await trail.reads(each, anna);
  await trail.reads(reading, new Set(['cus_anna', 'cus_berta']));

  expect((await rowsOf(reading)).map(({ subjects, dataClasses }) => [subjects, dataClasses])).toEqual([
    [['cus_anna'], ['profile', 'orders']],
    [['cus_anna'], ['profile', 'orders']],
    [['cus_anna'], ['content']],
    [['cus_berta'], ['profile', 'orders']],
  ]);
  expect(await rowsOf(colleague)).toHaveLength(1);
});

test('I10: a list of 100 customers is one row with 100 ids', async () => {
  const reading = aReading();
  await aTrail().reads(reading, persons(100));

  expect((await rowsOf(reading)).map(({ subjects }) => subjects)).toEqual([[...persons(100)]]);
});

test('all first reads of one turn share one statement, and what was read a moment ago takes none', async () => {
  const counted = countStatements(database);
  const trail = aTrail(counted.database);
  const readings = Array.from({ length: 50 }, () => aReading());

  await Promise.all(readings.map((reading) => Promise.resolve(trail.reads(reading, new Set(['cus_anna'])))));
  expect(counted.count()).toBe(1);
  for (const reading of readings) expect(trail.reads(reading, new Set(['cus_anna']))).toBeUndefined();
  expect(counted.count()).toBe(1);
});

/** A database whose statements fail when the dice say so: before they run, or after, when nobody hears that they ran. */
function failing(fails: () => 'before' | 'after' | null): Pick<typeof database, 'aside'> {
  const failure = () => Object.assign(new Error('The wire was cut.'), { code: 'CONNECTION_CLOSED' });
  return {
    aside: new Proxy(sql, {
      apply(target, self, given: unknown[]) {
        const when = fails();
        if (when === 'before') return Promise.reject(failure());
        const made = Reflect.apply(target as never, self, given) as Promise<unknown>;
        return when === 'after' ? made.then(() => Promise.reject(failure())) : made;
      },
    }) as Sql,
  };
}

test('I10: what could not be written down is refused, not remembered, and tried again', async () => {
  let isDown = true;
  const trail = aTrail(failing(() => (isDown ? 'before' : null)));
  const reading = aReading();
  const both = [trail.reads(reading, new Set(['cus_anna'])), trail.reads(reading, new Set(['cus_anna']))];

  for (const each of both) await expect(each).rejects.toBeInstanceOf(NotAudited);
  await expect(trail.stream('s').opens(reading, [])).rejects.toBeInstanceOf(NotAudited);
  await expect(trail.stream('s').shows(reading, new Set(['cus_anna']))).rejects.toBeInstanceOf(NotAudited);
  expect(await rowsOf(reading)).toEqual([]);

  isDown = false;
  await trail.reads(reading, new Set(['cus_anna']));
  expect((await rowsOf(reading)).map(({ act, subjects }) => [act, subjects])).toEqual([['read', ['cus_anna']]]);
});

test('I9: the numbers of a process have no gap, whatever fails and whoever reads at once; what was let through is there', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(null, null, null, 'before', 'after'), { minLength: 1, maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 8 }),
      async (failures, crowds) => {
        const dice = [...failures];
        const trail = aTrail(failing(() => dice.shift() ?? null));
        const through: Reading[] = [];
        for (const crowd of crowds)
          await Promise.all(
            Array.from({ length: crowd }, async () => {
              const reading = aReading();
              await trail.reads(reading, new Set(['cus_anna']))!.then(
                () => through.push(reading),
                () => undefined,
              );
            }),
          );
        await trail.close();
        const last = aReading();
        await aTrail().reads(last, new Set(['cus_anna']));

        const written = await Promise.all(through.map((reading) => rowsOf(reading)));
        expect(written.map((rows) => rows.length)).toEqual(through.map(() => 1));
        const [process] = written.flat().map((row) => row.process);
        if (!process) return;
        const numbers = await sql<{ number: number }[]>`
          select number from audit_entries where process = ${process} order by number`;
        expect(numbers.map(({ number }) => number)).toEqual(numbers.map((_, index) => index + 1));
      },
    ),
    { numRuns: 25 },
  );
});

const rooms: string[] = [];
afterAll(() => rooms.forEach((room) => rmSync(room, { recursive: true })));
function aRoom(): string {
  const room = mkdtempSync(join(tmpdir(), 'punos-audit-'));
  rooms.push(room);
  return room;
}

test('I9: while the database takes no rows, who reads is on our disk before it is shown, and is in the table later: once, with its time, without a gap', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(null, null, 'before', 'after'), { minLength: 1, maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 8 }),
      async (failures, crowds) => {
        const dice = [...failures];
        const room = aRoom();
        const trail = aTrail(
          failing(() => dice.shift() ?? null),
          undefined,
          openAuditSpool(room),
        );
        const shown: Reading[] = [];
        for (const crowd of crowds)
          await Promise.all(
            Array.from({ length: crowd }, async () => {
              const reading = aReading();
              await trail.reads(reading, new Set(['cus_anna']));
              shown.push(reading);
            }),
          );
        // The database rounds to milliseconds, we cut.
        const until = new Date(Date.now() + 1);
        await trail.close();
        // What this process could not move any more is moved by the next.
        const next = aTrail(database, undefined, openAuditSpool(room));
        await next.close();

        expect(readdirSync(room, { recursive: true })).toEqual([]);
        const written = await Promise.all(shown.map((reading) => rowsOf(reading)));
        expect(written.map((rows) => rows.length)).toEqual(shown.map(() => 1));
        expect(written.flat().filter(({ at }) => at > until)).toEqual([]);
        const { process } = written[0]![0]!;
        const numbers = await sql<{ number: number }[]>`
          select number from audit_entries where process = ${process} order by number`;
        expect(numbers.map(({ number }) => number)).toEqual(numbers.map((_, index) => index + 1));
      },
    ),
    { numRuns: 25 },
  );
});

test('I9: rows on our disk that cannot be read now are kept', async () => {
  const room = aRoom();
  const spool = openAuditSpool(room);
  const { viewer, dataClasses } = aReading();
  const draft = { act: 'read', viewer: viewer.principal, dataClasses, subjects: ['cus_anna'] } as const;
  await spool.keep({ process: 'p', first: 1, drafts: [draft] });
  // What stands under such a name and is no file cannot be read by anybody, root included.
  mkdirSync(join(room, 'o-000000000001.json'));

  await expect(spool.empty(() => Promise.resolve())).rejects.toMatchObject({ code: 'EISDIR' });
  expect(readdirSync(room).sort()).toEqual(['o-000000000001.json', 'p-000000000001.json']);
});

test('I10: what neither the database nor our disk takes is refused', async () => {
  let isDown = true;
  const room = aRoom();
  writeFileSync(join(room, 'audit'), 'a file where the directory should be');
  const trail = aTrail(
    failing(() => (isDown ? 'before' : null)),
    undefined,
    openAuditSpool(join(room, 'audit')),
  );
  const reading = aReading();
  await expect(trail.reads(reading, new Set(['cus_anna']))).rejects.toBeInstanceOf(NotAudited);

  isDown = false;
  await until(
    () =>
      Promise.resolve(trail.reads(reading, new Set(['cus_anna']))).then(
        () => rowsOf(reading),
        () => [],
      ),
    (rows) => rows.length > 0,
  );
  expect((await rowsOf(reading)).map(({ act }) => act)).toEqual(['read']);
});

test('I9: a subscription is written down when it opens, when it shows somebody and when it closes, with versions', async () => {
  const trail = aTrail();
  const [first, second] = [aReading(), aReading()];
  const stream = trail.stream('packets of anna');
  await stream.opens(first, ['cus_anna']);
  await stream.shows(first, new Set(['cus_anna']), () => 7);
  expect(stream.shows(first, new Set(['cus_anna']), () => 9)).toBeUndefined();
  expect(trail.stream('packets of anna')).toBe(stream);

  // Who comes later is shown what comes later: that is put down once more.
  await stream.opens(second, ['cus_anna']);
  await stream.shows(first, new Set(['cus_anna']), () => 11);
  stream.closes(first);
  stream.closes(second);
  await trail.close();

  const [opened, closed] = await rowsOf(first);
  const shown = await sql<Row[]>`
    select *, to_json(versions) as versions from audit_entries where process = ${opened!.process} and stream = ${opened!.stream} and act = 'shown' order by number`;
  expect(opened).toMatchObject({ act: 'opened', subjects: ['cus_anna'], versions: [null] });
  expect(shown.map(({ subjects, versions, viewer }) => [subjects, versions, viewer])).toEqual([
    [['cus_anna'], [7], null],
    [['cus_anna'], [11], null],
  ]);
  expect(closed).toMatchObject({ act: 'closed', subjects: ['cus_anna'], versions: [11], stream: opened!.stream });
  expect((await rowsOf(second)).map(({ act }) => act)).toEqual(['opened', 'closed']);
  expect(trail.stream('packets of anna')).not.toBe(stream);
});

test('I9: the application can add to the audit, and neither change nor remove what is there', async () => {
  const reading = aReading();
  await aTrail().reads(reading, new Set(['cus_anna']));
  const before = await rowsOf(reading);
  const denied = { code: '42501' };

  await expect(sql`update audit_entries set viewer = 'nobody'`).rejects.toMatchObject(denied);
  await expect(sql`delete from audit_entries`).rejects.toMatchObject(denied);
  await expect(sql`truncate audit_entries`).rejects.toMatchObject(denied);
  await expect(sql`alter table audit_entries disable row level security`).rejects.toMatchObject(denied);
  expect(await rowsOf(reading)).toEqual(before);
});

test('what is older than it is kept goes, and nothing of the last 30 days, whatever is asked', async () => {
  const [old, young] = [aReading(), aReading()];
  const trail = aTrail();
  await trail.reads(old, new Set(['cus_anna']));
  await trail.reads(young, new Set(['cus_anna']));
  const behind = singleConnection(superuserUrl);
  await behind`update audit_entries set at = now() - interval '31 days' where viewer = ${old.viewer.principal}`;
  await behind`update audit_entries set at = now() - interval '29 days' where viewer = ${young.viewer.principal}`;
  await behind.end();

  expect(await forgetAuditEntries(sql, new Date())).toEqual({ removed: 1, isDone: false });
  expect(await forgetAuditEntries(sql, new Date(Date.now() + 1e10))).toEqual({ removed: 0, isDone: true });
  expect(await rowsOf(old)).toEqual([]);
  expect(await rowsOf(young)).toHaveLength(1);
});

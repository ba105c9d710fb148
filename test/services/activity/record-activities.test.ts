import { describe, expect, test } from 'vitest';

import type { ToldActivity } from '../../../src/services/activity/activity.ts';
import { activitiesOfPersons } from '../../../src/services/activity/read-activities.ts';
import { recordActivities, recordActivity } from '../../../src/services/activity/record-activities.ts';
import { identifyCustomer } from '../../../src/services/customers/identify-customer.ts';
import { atomically } from '../../../src/services/events/atomically.ts';
import { recordLocations } from '../../../src/services/inventory/record-locations.ts';
import { countStatements } from '../../support/count-statements.ts';
import { journalOf } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database, 'integration');
const admin = aScope(database);

let count = 0;
const aCustomer = async () => {
  const { customerId } = await atomically(admin, (tx) =>
    identifyCustomer(tx, { kind: 'visitor_id', value: `v${(count += 1)}`, source: 'test' }),
  );
  return customerId;
};
const at = (minute: number) => new Date(Date.parse('2026-11-20T10:00:00.000Z') + minute * 60_000);
const basketOf = async (customerId: string) => {
  const [row] = await sql<{ lines: { sku: string }[]; changedAt: Date }[]>`
    select lines, changed_at from baskets where customer_id = ${customerId}`;
  return row ? { skus: row.lines.map(({ sku }) => sku), changedAt: row.changedAt } : null;
};
const basket = (customerId: string, minute: number, ...skus: string[]): ToldActivity => ({
  customerId,
  source: 'shop',
  occurredAt: at(minute),
  basketChange: { lines: skus.map((sku) => ({ sku, quantity: 1, unitPrice: { amountMinor: 1990, currency: 'EUR' } })) },
});
const rows = async () => (await sql<{ n: number }[]>`select count(*)::int as n from activities`)[0]!.n;
const refusal = async (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error as { code: string; field: string[] },
  );

describe('a batch', () => {
  test('stores the good ones and names the bad ones by their place', async () => {
    const customerId = await aCustomer();
    const before = await rows();

    const done = await recordActivities(scope, [
      { customerId, source: 'shop', visit: { url: '/lamps?session=secret#top' } },
      { customerId, source: 'shop', visit: { url: '/lamps' }, search: { query: 'lamp' } },
      { customerId, source: 'shop' },
      { customerId: 'cus_00000000000000000000000000', source: 'shop', search: { query: 'lamp' } },
      { customerId, source: 'shop', review: { rating: 6 } },
      { customerId, source: 'shop', storeVisit: { location: 'nowhere' } },
      { customerId, source: 'shop', occurredAt: new Date('2027-01-01'), search: { query: 'lamp' } },
      { customerId, search: { query: 'lamp' } },
      { source: 'shop', search: { query: 'lamp' } },
      { identity: { kind: 'phone', value: '12' }, source: 'shop', search: { query: 'lamp' } },
      { customerId, source: 'shop', search: { query: 'lamp', hitCount: 0 } },
    ]);

    expect(done.refused.map(({ index, code, field }) => [index, code, field])).toEqual([
      [1, 'INVALID_INPUT', ['visit']],
      [2, 'INVALID_INPUT', null],
      [3, 'NOT_FOUND', ['customerId']],
      [4, 'INVALID_INPUT', ['review', 'rating']],
      [5, 'NOT_FOUND', ['storeVisit', 'location']],
      [6, 'INVALID_INPUT', ['occurredAt']],
      [7, 'INVALID_INPUT', ['source']],
      [8, 'INVALID_INPUT', ['customerId']],
      [9, 'INVALID_INPUT', ['identity', 'value']],
    ]);
    expect(done).toMatchObject({ recorded: 2, repeated: 0 });
    expect(done.ids.map((id) => id !== null)).toEqual([true, ...Array<boolean>(9).fill(false), true]);
    expect(await rows()).toBe(before + 2);
    const [page] = await activitiesOfPersons(admin, [customerId], { first: 10, after: null, kinds: ['visit'] });
    expect(page!.nodes.map(({ details }) => details)).toEqual([
      { url: '/lamps', title: null, referrer: null, durationSeconds: null },
    ]);
  });

  test('sent again, also at once and in another order, is stored once', async () => {
    const customerId = await aCustomer();
    const before = await rows();
    const told = Array.from({ length: 50 }, (_, i): ToldActivity => ({
      ...{ customerId, source: 'shop', externalId: `again-${i}`, productView: { sku: `S${i}` } },
    }));

    const done = await Promise.all([
      recordActivities(scope, told),
      recordActivities(scope, told.toReversed()),
      recordActivities(scope, [...told, ...told]),
    ]);

    expect(await rows()).toBe(before + 50);
    expect(done.reduce((sum, { recorded }) => sum + recorded, 0)).toBe(50);
    expect(done.map(({ recorded, repeated }) => recorded + repeated)).toEqual([50, 50, 100]);
    expect(done[1]!.ids.toReversed()).toEqual(done[0]!.ids);
    expect(done[2]!.ids.slice(50)).toEqual(done[0]!.ids);
  });

  test('takes as many statements for a thousand as for three', async () => {
    await recordLocations(admin, [{ externalId: 'helsinki', name: 'Helsinki', kind: 'store' }]);
    const batch = (name: string, size: number) =>
      Array.from({ length: size }, (_, i): ToldActivity => {
        const identity = { kind: 'visitor_id', value: `${name}${i % 300}` } as const;
        const told = { identity, source: 'shop', externalId: `${name}${i}`, occurredAt: at(i / 10) };
        if (i % 3 === 0) return { ...told, visit: { url: `/page/${i}` } };
        if (i % 3 === 1) return { ...told, basketChange: { lines: [{ sku: `S${i}`, quantity: 1 }] } };
        return { ...told, storeVisit: { location: 'helsinki' } };
      });
    const counted = async (told: ToldActivity[]) => {
      const { database: db, count: statements } = countStatements(database);
      expect((await recordActivities({ ...scope, db }, told)).recorded).toBe(told.length);
      return statements();
    };

    expect(await counted(batch('many', 1_000))).toBe(await counted(batch('few', 3)));
  });

  test('is refused when it is empty or too long', async () => {
    const customerId = await aCustomer();
    const before = await rows();
    const many = Array.from({ length: 1_001 }, (): ToldActivity => ({ customerId, source: 's', visit: { url: '/' } }));

    expect(await refusal(recordActivities(scope, []))).toMatchObject({ code: 'INVALID_INPUT' });
    expect(await refusal(recordActivities(scope, many))).toMatchObject({ code: 'INVALID_INPUT' });
    expect(await rows()).toBe(before);
  });
});

describe('a basket', () => {
  test('is the newest one by the source’s clock; an older one that comes late is history', async () => {
    const customerId = await aCustomer();

    await recordActivity(scope, basket(customerId, 5, 'LAMP', 'BULB'));
    await recordActivity(scope, basket(customerId, 3, 'OLD'));

    expect(await basketOf(customerId)).toEqual({ skus: ['LAMP', 'BULB'], changedAt: at(5) });
    const [page] = await activitiesOfPersons(admin, [customerId], { first: 10, after: null, kinds: null });
    expect(page!.nodes.map(({ occurredAt }) => occurredAt)).toEqual([at(5), at(3)]);
  });

  test('is the newest of a batch in any order, and empty when it was emptied', async () => {
    const customerId = await aCustomer();

    await recordActivities(scope, [basket(customerId, 9), basket(customerId, 2, 'A'), basket(customerId, 8, 'B')]);

    expect(await basketOf(customerId)).toEqual({ skus: [], changedAt: at(9) });
  });

  test('with two currencies is refused', async () => {
    const customerId = await aCustomer();
    const lines = ['EUR', 'SEK'].map((currency) => ({
      sku: 'A',
      quantity: 1,
      unitPrice: { amountMinor: 1, currency },
    }));

    expect(await refusal(recordActivity(scope, { customerId, source: 'shop', basketChange: { lines } }))).toMatchObject(
      { code: 'INVALID_INPUT', field: ['activities', '0', 'basketChange', 'lines', '1', 'unitPrice'] },
    );
    expect(await basketOf(customerId)).toBeNull();
  });
});

describe('C3: a customer', () => {
  test('records for itself without saying who it is', async () => {
    const customerId = await aCustomer();
    const own = aScope(database, 'customer', { customerId });

    const { id } = await recordActivity(own, { source: 'shop', externalId: 'mine', visit: { url: '/me' } });

    const [row] = await sql`select customer_id, source from activities where id = ${id}`;
    expect(row).toEqual({ customerId, source: `customer:${customerId}` });
  });

  test('that names another customer in any place is refused whole, and nothing is written', async () => {
    const customerId = await aCustomer();
    const other = await aCustomer();
    const own = aScope(database, 'customer', { customerId });
    const before = await rows();
    const good: ToldActivity = { visit: { url: '/' } };
    const identity = { kind: 'visitor_id', value: `v${count}` } as const;
    const survey = { survey: 'nps', question: 'q', score: 1, conversationId: 'cnv_00000000000000000000000000' };

    for (const bad of [
      { ...good, customerId: other },
      { ...good, customerId: 'cus_00000000000000000000000000' },
      { ...good, identity },
      { surveyAnswer: survey },
    ])
      expect((await refusal(recordActivities(own, [good, bad, good])))?.field.slice(0, 2)).toEqual(['activities', '1']);
    expect(await rows()).toBe(before);
  });

  test('cannot claim a purchase at a till, nor another source’s ids', async () => {
    const customerId = await aCustomer();
    const own = aScope(database, 'customer', { customerId });
    const total = { amountMinor: 1, currency: 'EUR' };
    await recordActivity(own, { source: 'shop', externalId: 'stolen', visit: { url: '/' } });

    expect(await refusal(recordActivity(own, { tillPurchase: { location: 'x', lines: [], total } }))).toMatchObject({
      code: 'NOT_ALLOWED',
    });
    expect(
      await recordActivity(scope, { customerId, source: 'shop', externalId: 'stolen', visit: { url: '/' } }),
    ).toMatchObject({ isRepeat: false });
    expect(
      await refusal(recordActivity(scope, { customerId, source: `customer:${customerId}`, visit: { url: '/' } })),
    ).toMatchObject({ code: 'INVALID_INPUT' });
  });
});

describe('the journal', () => {
  test('has no event of what nobody watches, and one for each person and batch of what is watched', async () => {
    const [watched, unwatched] = [await aCustomer(), await aCustomer()];
    await sql`insert into packet_watches values (${watched}, 'a process', clock_timestamp() + interval '1 minute')`;
    await sql`insert into packet_watches values (${unwatched}, 'a dead one', clock_timestamp() - interval '1 second')`;

    await recordActivities(scope, [
      { customerId: watched, source: 'shop', occurredAt: at(1), visit: { url: '/1' } },
      { customerId: unwatched, source: 'shop', occurredAt: at(2), visit: { url: '/2' } },
      { customerId: watched, source: 'shop', occurredAt: at(3), visit: { url: '/3' } },
    ]);

    const told = async (id: string) =>
      (await journalOf(sql, `customer:${id}`)).filter(({ type }) => type === 'activity.recorded');
    expect(await told(unwatched)).toEqual([]);
    expect(await told(watched)).toMatchObject([
      { details: { customerId: watched, kinds: { visit: 2 }, activityIds: [expect.any(String), expect.any(String)] } },
    ]);
    expect(JSON.stringify(await told(watched))).not.toContain('/1');
  });

  test('always tells of a review and a survey answer', async () => {
    const customerId = await aCustomer();

    await recordActivities(scope, [
      { customerId, source: 'shop', visit: { url: '/1' } },
      { customerId, source: 'shop', review: { rating: 2, text: 'Broke on the first day', sku: 'LAMP' } },
      { customerId, source: 'shop', surveyAnswer: { survey: 'nps', question: 'recommend', score: 9 } },
    ]);

    const told = await journalOf(sql, `customer:${customerId}`);
    expect(told.slice(1)).toMatchObject([
      { type: 'activity.recorded', details: { kinds: { review: 1, survey_answer: 1 } } },
    ]);
    expect(JSON.stringify(told)).not.toContain('Broke');
  });
});

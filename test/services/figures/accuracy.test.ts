import { expect, test } from 'vitest';

import { identifyCustomer } from '../../../src/services/customers/identify-customer.ts';
import { atomically } from '../../../src/services/events/atomically.ts';
import { judgeServed } from '../../../src/services/figures/judge-served.ts';
import { readAccuracy } from '../../../src/services/figures/read-accuracy.ts';
import { readFreshnessReport } from '../../../src/services/figures/read-freshness-report.ts';
import { recordServed } from '../../../src/services/figures/record-served.ts';
import { recordOrderFacts } from '../../../src/services/orders/record-order-facts.ts';
import { recordTrackingEvents } from '../../../src/services/orders/record-tracking-events.ts';
import { AccessDenied } from '../../../src/values/access-denied.ts';
import { InvalidRequest } from '../../../src/values/invalid-request.ts';
import type { ServedStatus } from '../../../src/values/served.ts';
import { factsOf } from '../../support/orders.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
// By the clock of the machine: versions of statuses stand by the database's.
const now = new Date();
const later = (seconds: number) => new Date(now.getTime() + seconds * 1_000);
const scope = aScope(database, 'admin', { now });
const tomorrow = { ...scope, now: later(86_400) };

let count = 0;
async function anOrder() {
  const number = `A${(count += 1)}`;
  const { customerId } = await atomically(scope, (tx) =>
    identifyCustomer(tx, { kind: 'email', value: `buyer${count}@example.com`, source: 'shop' }),
  );
  const facts = factsOf(number, customerId);
  const { orderIds } = await recordOrderFacts(scope, [
    facts.placed({ occurredAt: later(-30), source: `shop ${number}` }),
  ]);
  // As if it had been known for an hour.
  await sql`update order_versions set valid_from = ${later(-3_600)} where order_id = ${orderIds[0]!}`;
  return { number, id: orderIds[0]!, facts };
}
const served = (orderId: string, status: string, but: Partial<ServedStatus> = {}): ServedStatus => ({
  ...{ touchpoint: 'bot.query', channel: 'graph', orderId, status, servedAt: later(-120) },
  ...but,
});
const accuracyOf = async (touchpoint: string) =>
  // Two days: what was served two minutes ago may have been yesterday.
  (await readAccuracy(scope, 2)).flatMap(({ touchpoints }) => touchpoints).find((one) => one.touchpoint === touchpoint);

test('what was served right is right, and the figure falls with what was served wrong', async () => {
  const { id } = await anOrder();
  await recordServed(
    scope,
    Array.from({ length: 19 }, () => served(id, 'pending')),
  );
  expect(await judgeServed(scope)).toBe(19);
  expect(await accuracyOf('bot.query')).toMatchObject({ served: 19, wrong: 0, share: 1, isMet: true });

  await recordServed(scope, [served(id, 'delivered')]);
  await judgeServed(scope);
  expect(await accuracyOf('bot.query')).toMatchObject({ served: 20, wrong: 1, share: 0.95, isMet: true });

  await recordServed(scope, [served(id, 'delivered')]);
  await judgeServed(scope);
  expect(await accuracyOf('bot.query')).toMatchObject({ served: 21, wrong: 2, isMet: false });
  const [day] = await readAccuracy(scope, 2);
  expect(day).toMatchObject({ day: later(-120).toISOString().slice(0, 10), isMet: false });
});

test('what notices said is compared with what sources and carriers had told by then, channel by channel', async () => {
  const { id, number, facts } = await anOrder();
  const [packed, told] = [{ occurredAt: later(-25) }, { occurredAt: later(-20) }];
  await recordOrderFacts(scope, [
    facts.money('payment_recorded', 3_000, packed),
    facts.money('refund_recorded', 500, told),
    facts.shipped({ ...packed, lineExternalIds: ['1'] }),
    facts.shipped({ ...packed, externalId: 'parcel-2', trackingNumber: `U-${number}`, lineExternalIds: ['2'] }),
    facts.returned({ ...told, status: 'received' }),
    facts.returned({ ...told, externalId: 'return-2', lines: [{ lineExternalId: '2', quantity: 1 }] }),
  ]);
  const scan = { source: 'posti', ...told };
  await recordTrackingEvents(scope, [
    { ...scan, trackingNumber: `T-${number}`, sourceEventId: `${number} 1`, status: 'ready_for_pickup' },
    { ...scan, trackingNumber: `U-${number}`, sourceEventId: `${number} 2`, status: 'in_transit' },
  ]);
  const said = (kind: string, about: string, channel: 'email' | 'sms') =>
    served(id, kind, { touchpoint: 'notice', channel, about, servedAt: later(3_600) });
  // By e-mail what is so, by SMS what is not.
  await recordServed(scope, [
    ...[said('ready_for_pickup', 'parcel-1', 'email'), said('ready_for_pickup', 'parcel-2', 'sms')],
    ...[said('delay', 'parcel-2', 'email'), said('delay', 'parcel-1', 'sms')],
    ...[said('refund_sent', 'card-1', 'email'), said('refund_sent', 'card-2', 'sms')],
    ...[said('return_received', 'return-1', 'email'), said('return_received', 'return-2', 'sms')],
  ]);

  await judgeServed(tomorrow);

  const verdicts = await sql<{ status: string; about: string; isRight: boolean }[]>`
    select status, about, is_right from served_statuses where touchpoint = 'notice' order by status, is_right desc`;
  expect(verdicts.map(({ status, about, isRight }) => [status, about, isRight])).toEqual([
    ...[
      ['delay', 'parcel-2', true],
      ['delay', 'parcel-1', false],
    ],
    ...[
      ['ready_for_pickup', 'parcel-1', true],
      ['ready_for_pickup', 'parcel-2', false],
    ],
    ...[
      ['refund_sent', 'card-1', true],
      ['refund_sent', 'card-2', false],
    ],
    ...[
      ['return_received', 'return-1', true],
      ['return_received', 'return-2', false],
    ],
  ]);
  const figures = (await readAccuracy(scope, 2)).flatMap(({ touchpoints }) => touchpoints);
  expect(figures.filter(({ touchpoint }) => touchpoint === 'notice')).toMatchObject([
    { channel: 'sms', served: 4, wrong: 4, share: 0, isMet: false },
    { channel: 'email', served: 4, wrong: 0, share: 1, isMet: true },
  ]);
});

test('a touchpoint has a figure of its own, the worst first', async () => {
  const { id } = await anOrder();
  await recordServed(scope, [
    served(id, 'pending', { touchpoint: 'agent.subscription' }),
    served(id, 'cancelled', { touchpoint: 'customer.query', channel: 'live_chat' }),
  ]);

  await judgeServed(scope);

  expect(await accuracyOf('agent.subscription')).toMatchObject({ served: 1, wrong: 0, isMet: true });
  // Around midnight what others served here is of another day.
  const [worst] = (await readAccuracy(scope, 2))
    .flatMap(({ touchpoints }) => touchpoints)
    .filter(({ touchpoint }) => touchpoint !== 'notice');
  expect(worst).toMatchObject({ touchpoint: 'customer.query', channel: 'live_chat', wrong: 1, share: 0 });
});

test('it is measured by what was known at that moment: either status while it changes, no other before or after', async () => {
  const { id } = await anOrder();
  await sql`update order_versions set valid_to = ${later(-600)} where order_id = ${id}`;
  await sql`
    insert into order_versions (order_id, valid_from, status, payment_status) values (${id}, ${later(-600)}, 'in_transit', 'paid')`;
  const at = (seconds: number, status: string) =>
    served(id, status, { touchpoint: `${status} ${seconds}`, servedAt: later(seconds) });
  const samples = [
    ...[at(-603, 'pending'), at(-598, 'pending'), at(-598, 'in_transit'), at(-300, 'in_transit')],
    ...[at(-590, 'pending'), at(-620, 'in_transit')],
  ];
  await recordServed(scope, samples);

  await judgeServed(scope);

  const verdicts = await Promise.all(samples.map(async ({ touchpoint }) => (await accuracyOf(touchpoint))!.wrong));
  expect(verdicts).toEqual([0, 0, 0, 0, 1, 1]);
});

test('counted again it is the same; what is too new waits, of an order that is gone nothing counts', async () => {
  const { id } = await anOrder();
  await recordServed(scope, [
    served(id, 'pending', { touchpoint: 'again' }),
    served(id, 'pending', { touchpoint: 'new', servedAt: later(-1) }),
    served('ord_00000000000000000000000000', 'pending', { touchpoint: 'gone' }),
  ]);

  await judgeServed(scope);
  await judgeServed(scope);

  expect(await accuracyOf('again')).toMatchObject({ served: 1 });
  expect([await accuracyOf('new'), await accuracyOf('gone')]).toEqual([undefined, undefined]);
  await judgeServed(tomorrow);
  expect(await accuracyOf('new')).toMatchObject({ served: 1, wrong: 0 });
});

test('a day stays after its samples are forgotten', async () => {
  const { id } = await anOrder();
  await recordServed(scope, [served(id, 'pending', { touchpoint: 'kept' })]);
  await judgeServed(scope);

  await judgeServed({ ...scope, now: later(10 * 86_400) });

  expect(await sql`select 1 from served_statuses`).toHaveLength(0);
  expect(await accuracyOf('kept')).toMatchObject({ served: 1, wrong: 0 });
});

test('a source is measured from when something happened to when readers could know; an archive is not', async () => {
  const { number, facts } = await anOrder();
  const source = `measured ${number}`;
  const recorded = await sql<{ at: Date }[]>`select now() as at`;
  const ago = (seconds: number) => new Date(recorded[0]!.at.getTime() - seconds * 1_000);
  await recordOrderFacts(scope, [
    facts.money('payment_recorded', 3_000, { source, occurredAt: ago(2), sourceEventId: 'quick' }),
    facts.cancelled('late', { source, occurredAt: ago(600), sourceEventId: 'late' }),
    facts.returned({ source, occurredAt: ago(7_200), sourceEventId: 'return' }),
    facts.reached('order_processed', { source, occurredAt: ago(30 * 86_400), sourceEventId: 'archive' }),
  ]);

  const { sources } = await readFreshnessReport({ ...scope, now: new Date() }, 1);

  const [returns, status] = sources.filter(({ name }) => name === source);
  expect(returns).toMatchObject({
    measure: 'returns',
    count: 1,
    shareInTime: 1,
    goalSeconds: 86_400,
    archivedCount: 0,
  });
  expect(status).toMatchObject({
    kind: 'orders',
    measure: 'status',
    count: 2,
    shareInTime: 0.5,
    goalSeconds: 60,
    archivedCount: 1,
  });
  expect(status!.p95Seconds).toBeGreaterThan(status!.p50Seconds!);
});

test('a touchpoint is as far behind as what had happened and was not known', async () => {
  const { id, number, facts } = await anOrder();
  await recordOrderFacts(scope, [facts.shipped({ occurredAt: later(-20) })]);
  const touchpoint = `behind ${number}`;
  const at = (seconds: number) => served(id, 'processed', { touchpoint, servedAt: later(seconds) });
  await recordServed(scope, [at(-110), at(-50), at(-1)]);
  await recordTrackingEvents(scope, [
    {
      ...{ trackingNumber: `T-${number}`, source: 'posti', sourceEventId: `late ${number}`, status: 'in_transit' },
      ...{ occurredAt: later(-100) },
    },
  ]);

  const { touchpoints } = await readFreshnessReport({ ...scope, now: new Date() }, 1);

  const [returns, status] = touchpoints.filter((one) => one.touchpoint === touchpoint);
  expect(returns).toMatchObject({ measure: 'returns', count: 3, shareInTime: 1 });
  expect(status).toMatchObject({ measure: 'status', count: 3, p50Seconds: 50 });
  expect(status!.shareInTime).toBeCloseTo(2 / 3);
});

test('figures are for staff, and of as much as was asked within bounds', async () => {
  const customer = aScope(database, 'customer');
  for (const days of [0, 367, 1.5, Number.NaN]) await expect(readAccuracy(scope, days)).rejects.toThrow(InvalidRequest);
  for (const hours of [0, 169]) await expect(readFreshnessReport(scope, hours)).rejects.toThrow(InvalidRequest);

  await expect(readAccuracy(customer, 1)).rejects.toThrow(AccessDenied);
  await expect(readFreshnessReport(customer, 1)).rejects.toThrow(AccessDenied);
});

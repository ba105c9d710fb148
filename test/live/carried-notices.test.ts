import { expect, test } from 'vitest';

import { deliveriesOfMessages } from '../../src/services/conversations/read-deliveries.ts';
import { identifyCustomer } from '../../src/services/customers/identify-customer.ts';
import { atomically } from '../../src/services/events/atomically.ts';
import { judgeServed } from '../../src/services/figures/judge-served.ts';
import { readAccuracy } from '../../src/services/figures/read-accuracy.ts';
import { systemViewer } from '../../src/services/access/system-viewer.ts';
import { recordOrderFacts } from '../../src/services/orders/record-order-facts.ts';
import { recordTrackingEvents } from '../../src/services/orders/record-tracking-events.ts';
import { sendNotices } from '../../src/services/orders/send-notices.ts';
import type { MessageId } from '../../src/values/ids.ts';
import { NOTICE_KINDS } from '../../src/values/notices.ts';
import type { ShipmentStatus } from '../../src/values/vocabulary.ts';
import { aBridgedInbox, aReceiver } from '../support/bridge.ts';
import { factsOf } from '../support/orders.ts';
import { systemScope, withApp } from '../support/start-app.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const { sql } = database;
/** What the bridge does with its first message before it says that it cannot carry it. */
let atFirst = (): PromiseLike<unknown> => Promise.resolve();
const receiver = await aReceiver((_, response, nth) => {
  if (nth > 1) return void response.end();
  void atFirst().then(() => response.writeHead(500).end());
});
const app = await withApp(database, {
  OUTBOUND_ALLOW: receiver.place,
  DELIVERY_RETRY_BASE_MS: '10',
  ACCURACY_SAMPLE_PERCENT: '100',
});
await aBridgedInbox(database, { externalId: 'sms', channel: 'sms', name: 'SMS' }, receiver.url);

let count = 0;
/** A parcel of which its carrier says this, and its buyer, who has a phone. */
async function aParcel(status: ShipmentStatus) {
  const scope = systemScope(database);
  const number = `C${(count += 1)}`;
  const { customerId } = await atomically(scope, (tx) =>
    identifyCustomer(tx, { kind: 'phone', value: `+35840555000${count}`, source: 'shop' }),
  );
  const facts = factsOf(number, customerId);
  const occurredAt = new Date(scope.now.getTime() - 60_000);
  const { orderIds } = await recordOrderFacts(scope, [facts.placed({ occurredAt }), facts.shipped({ occurredAt })]);
  const scan = { trackingNumber: `T-${number}`, source: 'posti', sourceEventId: number, status, occurredAt: scope.now };
  await recordTrackingEvents(scope, [scan]);
  return { customerId, orderId: orderIds[0]! };
}
async function tell(customerId: string): Promise<MessageId> {
  const viewer = systemViewer('notices', 'integration');
  await sendNotices({ ...systemScope(database), viewer }, NOTICE_KINDS);
  // The minute's job may have been faster.
  const [told] = await until(
    () =>
      sql<{ id: MessageId }[]>`select id from messages where customer_id = ${customerId} and direction = 'outbound'`,
    ({ length }) => length > 0,
  );
  return told!.id;
}
const deliveryOf = async (id: MessageId) => (await deliveriesOfMessages(systemScope(database), [id]))[0]!;
const isSent = (id: MessageId) =>
  until(
    () => deliveryOf(id),
    ({ state }) => state === 'sent',
  );
async function accuracy() {
  const scope = systemScope(database);
  await judgeServed({ ...scope, now: new Date(scope.now.getTime() + 120_000) });
  // Midnight may have come between.
  const figures = (await readAccuracy(scope, 2)).flatMap(({ touchpoints }) => touchpoints);
  const of = figures.filter(({ touchpoint, channel }) => touchpoint === 'notice' && channel === 'sms');
  return {
    served: of.reduce((sum, one) => sum + one.served, 0),
    wrong: of.reduce((sum, one) => sum + one.wrong, 0),
    isMet: of.every(({ isMet }) => isMet),
  };
}

test('when night falls between two tries the message waits for the morning, and goes out then once', async () => {
  const hour = (hours: number) => `${String((new Date().getUTCHours() + hours + 24) % 24).padStart(2, '0')}:00`;
  const quietHours = { timeZone: 'UTC', from: hour(-1), to: hour(3) };
  atFirst = () => sql`update customers set preferences = ${sql.json({ quietHours })}`;
  const { customerId } = await aParcel('ready_for_pickup');

  const id = await tell(customerId);

  const waiting = await until(
    () => deliveryOf(id),
    ({ nextAttemptAt }) => nextAttemptAt?.toISOString().slice(11) === `${quietHours.to}:00.000Z`,
  );
  expect(waiting).toMatchObject({ state: 'queued', attemptCount: 1, failure: null });
  expect(receiver.posts).toHaveLength(1);
  await sql`update customers set preferences = null where id = ${customerId}`;
  await sql`update pgboss.job set start_after = now() where data ->> 'messageId' = ${id} and state = 'created'`;
  await isSent(id);
  expect(receiver.posts.map(({ headers }) => headers['webhook-id'])).toEqual([id, id]);
});

test('what notices say is sampled as it goes out, and the figure falls when it is not so', async () => {
  const samples = async () => (await sql`select 1 from served_statuses where touchpoint = 'notice'`).length;
  await until(samples, (length) => length === 1);
  expect(await accuracy()).toEqual({ served: 1, wrong: 0, isMet: true });

  // As if two parcels had been mixed up: the row says what its carrier never said.
  const { customerId, orderId } = await aParcel('in_transit');
  await sql`update shipments set status = 'ready_for_pickup' where order_id = ${orderId}`;
  await sql`
    insert into notices (id, customer_id, order_id, kind, about, state, due_at, raised_at)
    values ('ntc_wrong', ${customerId}, ${orderId}, 'ready_for_pickup', 'parcel-1', 'raised', now(), now())`;
  await isSent(await tell(customerId));
  // What was not written yet is written at the end.
  await app.close();

  expect(await accuracy()).toEqual({ served: 2, wrong: 1, isMet: false });
});

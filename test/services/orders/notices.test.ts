import fc from 'fast-check';
import { pino } from 'pino';
import { beforeEach, expect, test } from 'vitest';

import { tellCustomers } from '../../../src/live/tell-customers.ts';
import { sendMessage } from '../../../src/services/conversations/send-message.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { deliveriesOfMessages } from '../../../src/services/conversations/read-deliveries.ts';
import { recordAttempt } from '../../../src/services/conversations/record-attempt.ts';
import { reportDelivery } from '../../../src/services/conversations/report-delivery.ts';
import { addIdentity } from '../../../src/services/customers/add-identity.ts';
import { identifyCustomer } from '../../../src/services/customers/identify-customer.ts';
import { atomically } from '../../../src/services/events/atomically.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { linkOrder } from '../../../src/services/orders/link-order.ts';
import { noticesOfOrders } from '../../../src/services/orders/read-notices.ts';
import { recordOrderFacts } from '../../../src/services/orders/record-order-facts.ts';
import { recordTrackingEvents, type TrackingReport } from '../../../src/services/orders/record-tracking-events.ts';
import { sendNotices } from '../../../src/services/orders/send-notices.ts';
import { tellAgain } from '../../../src/services/orders/tell-again.ts';
import { weighMessage } from '../../../src/services/orders/weigh-message.ts';
import { setConsents } from '../../../src/services/privacy/set-consents.ts';
import type { CustomerId, MessageId, OrderId } from '../../../src/values/ids.ts';
import { NOTICE_KINDS, type NoticeKind } from '../../../src/values/notices.ts';
import { Refusal } from '../../../src/values/refusal.ts';
import { readPageRequest } from '../../../src/values/page.ts';
import type { Scope } from '../../../src/services/scope.ts';
import { journalOf } from '../../support/journal.ts';
import { factsOf } from '../../support/orders.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
// By the clock of the machine, for what is due and what is news goes by the database's.
const now = new Date();
const scope = aScope(database, 'integration', { now });
const agent = aScope(database, 'agent', { now });
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
for (const channel of ['email', 'sms', 'live_chat'] as const)
  await ensureInbox(scope, { externalId: channel, channel, name: channel });
await sql`update inboxes set bridge_url = 'https://bridge.example/' where channel = 'sms'`;

let count = 0;
interface Wishes {
  language?: string;
  preferredChannel?: 'email' | 'sms';
  preferences?: { quietHours?: { timeZone: string; from: string; to: string } | null; doNotContact?: boolean };
}

/** A buyer with an e-mail address and a phone, who never wrote, and a parcel on its way. */
async function aParcel(wishes: Wishes = {}, estimatedDeliveryAt: Date | null = null) {
  const number = `N${(count += 1)}`;
  const customerId = await aBuyer(wishes);
  const facts = factsOf(number, customerId);
  const { orderIds } = await recordOrderFacts(scope, [
    facts.placed({ occurredAt: later(-300) }),
    facts.money('payment_recorded', 3_000, { occurredAt: later(-290) }),
    facts.shipped({ occurredAt: later(-200), estimatedDeliveryAt: estimatedDeliveryAt?.toISOString() ?? null }),
  ]);
  const scanned = (status: TrackingReport['status'], but: Partial<TrackingReport> = {}) =>
    recordTrackingEvents(scope, [
      {
        ...{ trackingNumber: `T-${number}`, source: 'posti', sourceEventId: `${number} ${(count += 1)}`, status },
        ...{ occurredAt: later(-5), place: 'Kallio', ...but },
      },
    ]);
  return { number, customerId, orderId: orderIds[0]!, facts, scanned };
}
async function aBuyer({ language, preferredChannel, preferences }: Wishes): Promise<CustomerId> {
  const { customerId } = await atomically(scope, (tx) =>
    identifyCustomer(tx, { kind: 'email', value: `buyer${count}@example.com`, source: 'shop' }),
  );
  const value = `+35840555${String(count).padStart(4, '0')}`;
  await addIdentity(scope, customerId, { kind: 'phone', value, source: 'shop' });
  await sql`
    update customers set language = ${language ?? null}, preferred_channel = ${preferredChannel ?? null},
      preferences = ${preferences ? sql.json(preferences) : null} where id = ${customerId}`;
  return customerId;
}
const send = (kinds: readonly NoticeKind[] = NOTICE_KINDS) => sendNotices({ ...scope, now: new Date() }, kinds);
const isDue = (orderId: string) =>
  sql`update notices set due_at = now() - interval '1 second' where order_id = ${orderId}`;
const toldOf = (customerId: string) =>
  sql<{ id: MessageId; text: string; channel: string; authorKind: string; status: string; conversationId: string }[]>`
    select m.id, m.text, i.channel, m.author_kind, c.status, c.id as conversation_id
    from messages m join conversations c on c.id = m.conversation_id join inboxes i on i.id = m.inbox_id
    where c.customer_id = ${customerId} and m.direction = 'outbound' order by m.id`;
const noticesOf = async (orderId: OrderId) =>
  (await noticesOfOrders(scope, [orderId], readPageRequest()))[0]!.nodes.map(({ kind, state, reason }) => [
    kind,
    state,
    reason,
  ]);
const raisedOf = async (customerId: string) =>
  (await journalOf(sql, `customer:${customerId}`)).filter(({ type }) => type === 'notice.raised');

/** On the day of the test, or some days later. */
const at = (clock: string, days = 0) => {
  const midnight = Date.parse(`${now.toISOString().slice(0, 10)}T${clock}:00.000Z`);
  return { ...scope, now: new Date(midnight + days * 86_400_000) };
};
const NIGHT = { quietHours: { timeZone: 'UTC', from: '21:00', to: '07:00' } };
/** And what the courier does then. */
const failsForGood = async (messageId: MessageId, scopeThen = scope) => {
  const { now: occurredAt } = scopeThen;
  await reportDelivery(scopeThen, { messageId, state: 'failed', failure: 'rejected', occurredAt });
  await tellAgain(scopeThen, messageId, NOTICE_KINDS);
};

beforeEach(async () => {
  // What a test leaves planned or waiting is not the next one's.
  await sql`update notices set state = 'overtaken' where state in ('planned', 'raised')`;
});

test('a parcel that waits at a pickup point is told once, in the language and over the channel of the customer', async () => {
  const { number, customerId, orderId, scanned } = await aParcel({ language: 'fi', preferredChannel: 'sms' });
  await scanned('ready_for_pickup', { place: 'K-Market Kallio' });

  expect(await send()).toBe(1);
  expect(await send()).toBe(0);

  const text = `Tilauksesi ${number} (Thing 1 + 1) on noudettavissa: K-Market Kallio.`;
  const [told, ...more] = await toldOf(customerId);
  expect(told).toMatchObject({ text, channel: 'sms', authorKind: 'system', status: 'resolved' });
  expect(more).toEqual([]);
  expect(await noticesOf(orderId)).toEqual([['ready_for_pickup', 'sent', null]]);
  expect(await sql`select 1 from pgboss.job where data ->> 'messageId' = ${told!.id}`).toHaveLength(1);
  expect(await sql`select order_id from conversation_orders where conversation_id = ${told!.conversationId}`).toEqual([
    { orderId },
  ]);
  const [raised, ...again] = await raisedOf(customerId);
  expect(raised).toMatchObject({ details: { noticeKind: 'ready_for_pickup', orderId, customerId } });
  expect(again).toEqual([]);
  expect(JSON.stringify(raised)).not.toContain('Kallio');
});

test('told again, late and out of order, and sent by several at once, it is one message', async () => {
  const { customerId, scanned } = await aParcel();
  await scanned('ready_for_pickup', { sourceEventId: `same ${customerId}` });
  await scanned('ready_for_pickup', { sourceEventId: `same ${customerId}` });
  await scanned('in_transit', { occurredAt: later(-100) });
  await scanned('ready_for_pickup', { occurredAt: later(-2) });

  await Promise.all([send(), send(), send()]);

  expect(await toldOf(customerId)).toHaveLength(1);
  expect(await raisedOf(customerId)).toHaveLength(1);
});

test('refund and return are told with the amount and the day of the policy', async () => {
  const { number, customerId, orderId, facts } = await aParcel();
  await recordOrderFacts(scope, [
    facts.reached('order_delivered', { occurredAt: later(-100) }),
    facts.returned({ occurredAt: later(-50) }),
    facts.returned({ status: 'received', occurredAt: later(-40) }),
  ]);
  expect(await send()).toBe(0);
  await isDue(orderId);
  await send();
  await recordOrderFacts(scope, [facts.money('refund_recorded', 1_250, { occurredAt: later(-1) })]);
  await isDue(orderId);
  await send();

  const texts = (await toldOf(customerId)).map(({ text }) => text);
  expect(texts).toEqual([
    expect.stringMatching(
      new RegExp(`^Your return of order ${number} \\(Thing 1\\) has arrived\\. You have the money by`),
    ),
    expect.stringMatching(
      new RegExp(`^We have refunded €12\\.50 of your order ${number} \\(Thing 1 \\+ 1\\)\\. You have`),
    ),
  ]);
  expect(new Set((await toldOf(customerId)).map(({ conversationId }) => conversationId)).size).toBe(1);
  expect(await raisedOf(customerId)).toHaveLength(2);
});

test('an estimate that passes is a delay, and one that does not is none', async () => {
  const [late, early] = [await aParcel({}, later(-180)), await aParcel({}, later(60))];
  await isDue(early.orderId);

  await send();

  expect(await noticesOf(late.orderId)).toEqual([['delay', 'sent', null]]);
  expect((await toldOf(late.customerId))[0]!.text).toMatch(/is late\. It was expected on/);
  expect(await raisedOf(late.customerId)).toHaveLength(1);
  expect(await noticesOf(early.orderId)).toEqual([['delay', 'planned', null]]);
  expect(await toldOf(early.customerId)).toEqual([]);
  expect(await raisedOf(early.customerId)).toEqual([]);
});

test('a parcel that came in time was never late', async () => {
  const { customerId, orderId, scanned } = await aParcel({}, later(60));
  await scanned('delivered');
  await isDue(orderId);

  await send();

  expect(await noticesOf(orderId)).toEqual([['delay', 'overtaken', null]]);
  expect(await toldOf(customerId)).toEqual([]);
  expect(await raisedOf(customerId)).toEqual([]);
});

test('a carrier that moves its estimate says so once; what it tells is expected from then on', async () => {
  const { customerId, orderId, scanned } = await aParcel({}, later(60));
  await scanned('in_transit', { estimatedDeliveryAt: later(120) });
  expect(await send()).toBe(0);
  await scanned('in_transit', { occurredAt: later(-4), estimatedDeliveryAt: later(200) });

  await send();
  await send();

  const told = await toldOf(customerId);
  expect(told.map(({ text }) => text)).toEqual([
    expect.stringMatching(/is late\. It is now expected on .*: Kallio\.$/),
  ]);
  expect(await noticesOf(orderId)).toEqual([
    ['delay', 'planned', null],
    ['delay', 'sent', null],
  ]);
  await scanned('in_transit', { occurredAt: later(-3), estimatedDeliveryAt: later(210) });
  expect(await send()).toBe(0);
  await scanned('in_transit', { occurredAt: later(-2), estimatedDeliveryAt: later(2_000) });
  await send();
  expect(await toldOf(customerId)).toHaveLength(2);
});

test('an estimate that moves away and back, or trouble that is over before anybody was told, is no delay until its time', async () => {
  const [moved, troubled] = [await aParcel({}, later(60)), await aParcel({}, later(60))];
  await moved.scanned('in_transit', { estimatedDeliveryAt: later(2_000) });
  await moved.scanned('in_transit', { occurredAt: later(-4), estimatedDeliveryAt: later(60) });
  await troubled.scanned('exception');
  await troubled.scanned('in_transit', { occurredAt: later(-4) });

  await send();

  for (const { customerId, orderId } of [moved, troubled]) {
    expect(await toldOf(customerId)).toEqual([]);
    await sql`update shipments set estimated_delivery_at = ${later(-180)} where order_id = ${orderId}`;
    await isDue(orderId);
  }
  await send();
  await send();
  for (const { customerId } of [moved, troubled]) {
    expect((await toldOf(customerId)).map(({ text }) => text)).toEqual([expect.stringMatching(/It was expected on/)]);
    expect(await raisedOf(customerId)).toHaveLength(1);
  }
});

test('a carrier in trouble is a delay also where nobody said when', async () => {
  const { customerId, scanned } = await aParcel();
  await scanned('exception', { place: null });
  await scanned('in_transit', { occurredAt: later(-4), place: null });
  await scanned('exception', { occurredAt: later(-3), place: null });

  await send();

  expect((await toldOf(customerId)).map(({ text }) => text)).toEqual([expect.stringMatching(/is late\.$/)]);
});

test('who does not want to hear is not told; who watches the customer is', async () => {
  const { customerId, orderId, scanned } = await aParcel({ preferences: { doNotContact: true } });
  await scanned('ready_for_pickup');

  await send();

  expect(await noticesOf(orderId)).toEqual([['ready_for_pickup', 'withheld', 'do_not_contact']]);
  expect(await toldOf(customerId)).toEqual([]);
  expect(await raisedOf(customerId)).toHaveLength(1);
});

test('who sleeps is told in the morning', async () => {
  const hour = (hours: number) => `${String((now.getUTCHours() + hours + 24) % 24).padStart(2, '0')}:00`;
  const quietHours = { timeZone: 'UTC', from: hour(-1), to: hour(3) };
  const { customerId, orderId, scanned } = await aParcel({ preferences: { quietHours } });
  await scanned('ready_for_pickup');

  await send();

  expect(await noticesOf(orderId)).toEqual([['ready_for_pickup', 'raised', null]]);
  expect(await toldOf(customerId)).toEqual([]);
  const [{ dueAt }] = await sql<[{ dueAt: Date }]>`select due_at from notices where order_id = ${orderId}`;
  expect(dueAt.toISOString().slice(11)).toBe(`${quietHours.to}:00.000Z`);
  await sql`update customers set preferences = null where id = ${customerId}`;
  await isDue(orderId);
  await send();
  expect(await toldOf(customerId)).toHaveLength(1);
});

test('whom nothing of ours reaches is not told, nor is anybody of a kind that is switched off', async () => {
  const [lost, off] = [await aParcel(), await aParcel()];
  await sql`delete from identities where customer_id = ${lost.customerId}`;
  await lost.scanned('ready_for_pickup');
  await send();
  await off.scanned('ready_for_pickup');
  await send(['delay']);

  expect(await noticesOf(lost.orderId)).toEqual([['ready_for_pickup', 'withheld', 'no_address']]);
  expect(await noticesOf(off.orderId)).toEqual([['ready_for_pickup', 'withheld', 'switched_off']]);
  expect([...(await toldOf(lost.customerId)), ...(await toldOf(off.customerId))]).toEqual([]);
});

test('an archive is read in silence', async () => {
  const { customerId, orderId, facts, scanned } = await aParcel({}, later(-10_000));
  await scanned('ready_for_pickup', { occurredAt: later(-9_000) });
  await recordOrderFacts(scope, [
    facts.returned({ status: 'received', occurredAt: later(-8_000) }),
    facts.money('refund_recorded', 1_000, { occurredAt: later(-7_000) }),
  ]);

  expect(await noticesOf(orderId)).toEqual([]);
  expect(await raisedOf(customerId)).toEqual([]);
});

test('a channel that fails hands over to the next one the customer has', async () => {
  const { customerId, orderId, scanned } = await aParcel({ preferredChannel: 'email' });
  await scanned('ready_for_pickup');
  await send();
  const [mail] = await toldOf(customerId);

  await failsForGood(mail!.id);

  const told = await toldOf(customerId);
  expect(told.map(({ channel, text }) => [channel, text])).toEqual([
    ['email', mail!.text],
    ['sms', mail!.text],
  ]);
  expect(await noticesOf(orderId)).toEqual([['ready_for_pickup', 'sent', null]]);
  // Told of the same failure once more, nothing goes out again; after the last channel there is none.
  await tellAgain(scope, mail!.id, NOTICE_KINDS);
  await failsForGood(told[1]!.id);
  expect(await toldOf(customerId)).toHaveLength(2);
  expect(await noticesOf(orderId)).toEqual([['ready_for_pickup', 'withheld', 'no_address']]);
});

test('a notice that failed at 20:59 is not tried at 23:00 but in the morning, as the same message, once', async () => {
  const { customerId, orderId, scanned } = await aParcel({ preferredChannel: 'sms', preferences: NIGHT });
  await scanned('ready_for_pickup');
  await sendNotices(at('20:58'), NOTICE_KINDS);
  const [told] = await toldOf(customerId);
  const failure = { state: 'failed', failure: 'channel_down', failureText: null, isGone: false } as const;
  const retryAt = at('23:00').now;
  await recordAttempt(at('20:59'), { messageId: told!.id, attemptCount: 0 }, { ...failure, retryAt });

  const tries: boolean[] = [];
  // A job may be given twice.
  for (const scopeThen of [at('23:00'), at('23:00'), at('07:00', 1)])
    tries.push((await weighMessage(scopeThen, told!.id, NOTICE_KINDS)).mayGo);

  expect(tries).toEqual([false, false, true]);
  const morning = at('07:00', 1).now;
  const jobs = await sql`
    select 1 from pgboss.job where data ->> 'messageId' = ${told!.id} and start_after = ${morning}`;
  expect(jobs).toHaveLength(1);
  expect(await deliveriesOfMessages(scope, [told!.id])).toMatchObject([
    { state: 'queued', attemptCount: 1, nextAttemptAt: morning, failure: null },
  ]);
  expect(await toldOf(customerId)).toHaveLength(1);
  expect(await noticesOf(orderId)).toEqual([['ready_for_pickup', 'sent', null]]);
});

test('what fails for good at night goes on over the next channel in the morning, as the same notice, once', async () => {
  const { customerId, orderId, scanned } = await aParcel({ preferredChannel: 'email', preferences: NIGHT });
  await scanned('ready_for_pickup');
  await sendNotices(at('20:58'), NOTICE_KINDS);
  const [mail] = await toldOf(customerId);

  await failsForGood(mail!.id, at('23:00'));
  await tellAgain(at('23:05'), mail!.id, NOTICE_KINDS);
  await isDue(orderId);
  await sendNotices(at('03:00', 1), NOTICE_KINDS);

  expect(await toldOf(customerId)).toHaveLength(1);
  const [row] = await sql`select state, due_at, settled_at from notices where order_id = ${orderId}`;
  expect(row).toEqual({ state: 'raised', dueAt: at('07:00', 1).now, settledAt: null });

  await isDue(orderId);
  await sendNotices(at('07:00', 1), NOTICE_KINDS);
  await tellAgain(at('07:01', 1), mail!.id, NOTICE_KINDS);

  expect((await toldOf(customerId)).map(({ channel }) => channel)).toEqual(['email', 'sms']);
  expect(await noticesOf(orderId)).toEqual([['ready_for_pickup', 'sent', null]]);
  expect(await raisedOf(customerId)).toHaveLength(1);
});

test.each([
  ['the person wants to hear nothing any more', 'withheld', 'do_not_contact'],
  ['the parcel was picked up', 'overtaken', null],
] as const)('before each try: %s, and the message is taken back', async (_, state, reason) => {
  const { customerId, orderId, scanned } = await aParcel();
  await scanned('ready_for_pickup');
  await send();
  const [told] = await toldOf(customerId);
  expect(await weighMessage(scope, told!.id, NOTICE_KINDS)).toEqual({
    mayGo: true,
    says: { orderId, kind: 'ready_for_pickup', about: 'parcel-1' },
  });
  if (state === 'overtaken') await scanned('delivered', { occurredAt: later(-1) });
  else await sql`update customers set preferences = ${sql.json({ doNotContact: true })} where id = ${customerId}`;

  expect(await weighMessage(scope, told!.id, NOTICE_KINDS)).toEqual({ mayGo: false, says: null });
  await tellAgain(scope, told!.id, NOTICE_KINDS);

  expect(await noticesOf(orderId)).toEqual([['ready_for_pickup', state, reason]]);
  expect(await deliveriesOfMessages(scope, [told!.id])).toMatchObject([{ state: 'failed', failure: 'withdrawn' }]);
  expect(await toldOf(customerId)).toHaveLength(1);
});

test('a message that arrived after all is not followed by another', async () => {
  const { customerId, orderId, scanned } = await aParcel({ preferredChannel: 'email', preferences: NIGHT });
  await scanned('ready_for_pickup');
  await sendNotices(at('20:58'), NOTICE_KINDS);
  const [mail] = await toldOf(customerId);
  await failsForGood(mail!.id, at('23:00'));
  await reportDelivery(scope, { messageId: mail!.id, state: 'delivered', occurredAt: now });

  await isDue(orderId);
  await sendNotices(at('07:00', 1), NOTICE_KINDS);

  expect(await toldOf(customerId)).toHaveLength(1);
  expect(await noticesOf(orderId)).toEqual([['ready_for_pickup', 'sent', null]]);
});

test('whatever fails and changes, asked by several at once: nothing goes out at night or unwanted, and each channel is tried once', async () => {
  const step = fc.constantFrom('fails', 'tries', 'decides', 'minute', 'wants nothing', 'wants it again', 'picked up');
  const steps = fc.array(fc.record({ what: step, hoursOn: fc.integer({ min: 0, max: 9 }) }), { maxLength: 14 });
  const twice = <T>(act: () => Promise<T>) => Promise.all([act(), act()]);
  await fc.assert(
    fc.asyncProperty(steps, async (told) => {
      const { customerId, orderId, scanned } = await aParcel({ preferences: NIGHT });
      const wants = (preferences: object) =>
        sql`update customers set preferences = ${sql.json(preferences as never)} where id = ${customerId}`;
      await scanned('ready_for_pickup');
      await sendNotices(at('20:00'), NOTICE_KINDS);
      let [hours, isWanted, isThere] = [20, true, true];
      const acts: Record<(typeof told)[number]['what'], (then: Scope, last: MessageId) => Promise<unknown>> = {
        fails: (then, messageId) => {
          const report = { messageId, state: 'failed', failure: 'rejected', occurredAt: then.now } as const;
          return twice(() => reportDelivery(then, report));
        },
        async tries(then, last) {
          const [{ mayGo }] = await twice(() => weighMessage(then, last, NOTICE_KINDS));
          const isDay = hours % 24 >= 7 && hours % 24 < 21;
          // A message that has failed is tried no more.
          const [delivery] = await deliveriesOfMessages(scope, [last]);
          if (mayGo && delivery!.state === 'queued') expect({ isDay, isWanted, isThere }).toEqual(ALL_TRUE);
        },
        async decides(then) {
          for (const { id } of await toldOf(customerId)) await twice(() => tellAgain(then, id, NOTICE_KINDS));
        },
        async minute(then) {
          await sql`
            update notices set due_at = now() - interval '1 second'
            where order_id = ${orderId} and state = 'raised' and due_at <= ${then.now}`;
          await twice(() => sendNotices(then, NOTICE_KINDS));
        },
        'wants nothing': () => ((isWanted = false), wants({ ...NIGHT, doNotContact: true })),
        'wants it again': () => ((isWanted = true), wants(NIGHT)),
        'picked up': () => ((isThere = false), scanned('delivered', { occurredAt: later(-1) })),
      };
      for (const { what, hoursOn } of [...told, { what: 'decides', hoursOn: 0 } as const]) {
        hours += hoursOn;
        const then = at(`${String(hours % 24).padStart(2, '0')}:00`, Math.floor(hours / 24));
        await acts[what](then, (await toldOf(customerId)).at(-1)!.id);
      }
      // By the next noon nothing is left lying.
      const noon = at('12:00', Math.floor(hours / 24) + 1);
      await acts.minute(noon, 'msg_' as MessageId);
      const messages = await toldOf(customerId);
      const [[, state]] = (await noticesOf(orderId)) as [[string, string]];
      expect(['sent', 'withheld', 'overtaken']).toContain(state);
      const [last] = await deliveriesOfMessages(scope, [messages.at(-1)!.id]);
      if (state === 'sent' && last!.state === 'queued')
        expect((await weighMessage(noon, last!.messageId, NOTICE_KINDS)).mayGo).toBe(isWanted && isThere);
      expect(new Set(messages.map(({ channel }) => channel)).size).toBe(messages.length);
      expect(await raisedOf(customerId)).toHaveLength(1);
    }),
    { numRuns: 15 },
  );
});
const ALL_TRUE = { isDay: true, isWanted: true, isThere: true };

test('a conversation about the order takes it in and goes on where it was', async () => {
  const { customerId, orderId, number, scanned } = await aParcel({ preferredChannel: 'email' });
  const [{ value }] = await sql<[{ value: string }]>`
    select value from identities where customer_id = ${customerId} and kind = 'phone'`;
  const sender = { kind: 'phone', value } as const;
  const said = { inbox: 'sms', sender, externalId: `ask ${number}`, text: 'Where is it?', occurredAt: now };
  const asked = await receiveMessage(scope, said);
  await linkOrder(agent, asked.conversationId, orderId);
  await scanned('ready_for_pickup');

  await send();
  const [mail] = await toldOf(customerId);
  await failsForGood(mail!.id);

  expect(mail).toMatchObject({ conversationId: asked.conversationId, channel: 'email', status: 'open' });
  const [row] = await sql`
    select channel, waiting_since is not null as is_waiting from conversations where id = ${asked.conversationId}`;
  expect(row).toEqual({ channel: 'sms', isWaiting: true });
  const [leg] = await sql`
    select i.channel from legs l join endpoints e on e.id = l.endpoint_id join inboxes i on i.id = e.inbox_id
    where l.conversation_id = ${asked.conversationId} order by l.turned_to_at desc, l.id desc limit 1`;
  expect(leg).toEqual({ channel: 'sms' });
});

test('what fails for one keeps none of the others, and is tried again', async () => {
  const nowhere = { timeZone: 'Nowhere/At all', from: '22:00', to: '07:00' };
  const [broken, other] = [await aParcel({ preferences: { quietHours: nowhere } }), await aParcel()];
  await broken.scanned('ready_for_pickup');
  await other.scanned('ready_for_pickup');

  await expect(send()).rejects.toThrow('1 of 2');

  expect(await toldOf(other.customerId)).toHaveLength(1);
  expect(await noticesOf(broken.orderId)).toEqual([['ready_for_pickup', 'raised', null]]);
  expect(await send()).toBe(0);
});

test('by the minute whoever is due is told, and what fails is said in the log and ends nothing', async () => {
  const nowhere = { timeZone: 'Nowhere/At all', from: '22:00', to: '07:00' };
  const [broken, other] = [await aParcel({ preferences: { quietHours: nowhere } }), await aParcel()];
  await broken.scanned('ready_for_pickup');
  await other.scanned('ready_for_pickup');
  const minutely: (() => Promise<void>)[] = [];
  const lines: string[] = [];
  await tellCustomers({
    ...{ database, kinds: NOTICE_KINDS, log: pino({}, { write: (line) => void lines.push(line) }) },
    jobs: { recur: (_name, _times, work) => Promise.resolve(void minutely.push(work)) },
  });

  await minutely[0]!();

  expect(await toldOf(other.customerId)).toMatchObject([{ authorKind: 'system' }]);
  expect(lines.map((line) => (JSON.parse(line) as { level: number; job: string }).job)).toEqual(['send-notices']);
});

const closes = (customerId: string, channel: string | null) =>
  setConsents(aScope(database, 'admin', { now: new Date() }), customerId, [
    { purpose: 'order_updates', channel, state: 'withdrawn', source: 'app' },
  ]);

test('who said STOP on one channel is told over the next one, and who wants no news at all is not told', async () => {
  const [onSms, nowhere] = [await aParcel({ preferredChannel: 'sms' }), await aParcel({ preferredChannel: 'sms' })];
  await closes(onSms.customerId, 'sms');
  await closes(nowhere.customerId, null);
  for (const { scanned } of [onSms, nowhere]) await scanned('ready_for_pickup');
  await send();

  expect((await toldOf(onSms.customerId)).map(({ channel }) => channel)).toEqual(['email']);
  expect(await noticesOf(onSms.orderId)).toEqual([['ready_for_pickup', 'sent', null]]);
  expect(await toldOf(nowhere.customerId)).toEqual([]);
  expect(await noticesOf(nowhere.orderId)).toEqual([['ready_for_pickup', 'withheld', 'no_consent']]);
});

test('a notice that waits when STOP is said is taken back and told over the channel that is open, or not at all', async () => {
  const { customerId, orderId, scanned } = await aParcel({ preferredChannel: 'sms' });
  await scanned('ready_for_pickup');
  await send();
  const [first] = await toldOf(customerId);
  await closes(customerId, 'sms');

  expect(await weighMessage(scope, first!.id, NOTICE_KINDS)).toEqual({ mayGo: false, says: null });
  const [, second] = await toldOf(customerId);
  expect(second).toMatchObject({ channel: 'email', text: first!.text });
  expect(await deliveriesOfMessages(scope, [first!.id])).toMatchObject([{ state: 'failed', failure: 'withdrawn' }]);

  await closes(customerId, 'email');
  expect(await weighMessage(scope, second!.id, NOTICE_KINDS)).toEqual({ mayGo: false, says: null });
  expect(await toldOf(customerId)).toHaveLength(2);
  expect(await noticesOf(orderId)).toEqual([['ready_for_pickup', 'withheld', 'no_consent']]);
});

/** Somebody at the desk, who holds nothing and may write. */
const desk = aScope(database, 'admin', { now });
async function aParcelTalkedAbout() {
  const parcel = await aParcel();
  const [mail] = await sql<{ value: string }[]>`
    select value from identities where customer_id = ${parcel.customerId} and kind = 'email'`;
  const { conversationId } = await receiveMessage(scope, {
    ...{ inbox: 'email', externalId: `talk ${(count += 1)}`, sender: { kind: 'email', value: mail!.value } },
    ...{ text: 'Where is it?', occurredAt: later(-10) },
  });
  const tell = async (about: string, limits = {}, orderId: string = parcel.orderId, then = desk) => {
    try {
      const wish = { purpose: 'order_updates', about, orderId, limits } as const;
      await sendMessage(then, conversationId, 'It is there.', wish);
      return 'sent';
    } catch (error) {
      if (error instanceof Refusal) return error.code;
      throw error;
    }
  };
  return { ...parcel, tell };
}

test('what somebody told by hand no notice tells again, and what a notice told nobody tells by hand', async () => {
  const byHand = await aParcelTalkedAbout();
  expect(await byHand.tell('Ready for pickup')).toBe('sent');
  await byHand.scanned('ready_for_pickup');
  await send();
  expect(await noticesOf(byHand.orderId)).toEqual([['ready_for_pickup', 'withheld', 'already_contacted']]);
  expect(await toldOf(byHand.customerId)).toHaveLength(1);

  const byNotice = await aParcelTalkedAbout();
  await byNotice.scanned('ready_for_pickup');
  await send();
  expect(await noticesOf(byNotice.orderId)).toEqual([['ready_for_pickup', 'sent', null]]);
  expect(await byNotice.tell('ready-for-pickup')).toBe('ALREADY_CONTACTED');
  // Something else of the order is news, and so is the same after the window; of another person's order nothing can be said.
  expect(await byNotice.tell('delay')).toBe('sent');
  expect(await byNotice.tell('ready for pickup', {}, byHand.orderId)).toBe('NOT_FOUND');
  const nextWeek = { ...desk, now: later(7 * 24 * 60) };
  expect(await byNotice.tell('ready for pickup', { repeatAfterDays: 8 }, byNotice.orderId, nextWeek)).toBe(
    'ALREADY_CONTACTED',
  );
  expect(await byNotice.tell('ready for pickup', { repeatAfterDays: 6 }, byNotice.orderId, nextWeek)).toBe('sent');
  expect(await toldOf(byNotice.customerId)).toHaveLength(3);
});

test('a notice and somebody by hand at once: one of the two tells it', async () => {
  for (let round = 0; round < 8; round += 1) {
    const { customerId, tell, scanned } = await aParcelTalkedAbout();
    await scanned('ready_for_pickup');

    const [, first, second] = await Promise.all([send(), tell('ready for pickup'), tell('Ready for pickup')]);

    const told = await toldOf(customerId);
    expect([first, second].filter((code) => code === 'sent').length).toBeLessThanOrEqual(1);
    expect({ round, told: told.length }).toEqual({ round, told: 1 });
  }
});

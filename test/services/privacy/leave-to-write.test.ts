import { afterAll, describe, expect, test } from 'vitest';

import { openDatabase } from '../../../src/database/open-database.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { deliveriesOfMessages } from '../../../src/services/conversations/read-deliveries.ts';
import { sendMessage } from '../../../src/services/conversations/send-message.ts';
import { weighReply } from '../../../src/services/conversations/weigh-reply.ts';
import { setPreferences } from '../../../src/services/customers/set-preferences.ts';
import { upsertCustomer } from '../../../src/services/customers/upsert-customer.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { type ConsentAnswer, setConsents } from '../../../src/services/privacy/set-consents.ts';
import { journalOf, rowCounts } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql, applicationUrl } = await withDatabase();
const scope = aScope(database);
const secondProcess = openDatabase(applicationUrl, { poolSize: 4, statementTimeoutMs: 20_000 });
afterAll(() => secondProcess.close());
const at = (hours: number) => ({ ...scope, now: new Date(scope.now.getTime() + hours * 3_600_000) });
for (const channel of ['email', 'sms', 'whatsapp'])
  await ensureInbox(scope, { externalId: channel, channel, name: channel });
await sql`update inboxes set bridge_url = 'https://bridge.example/'`;

let count = 0;
/** Somebody of a market who wrote over both channels. */
async function aPerson(market: string | null = 'FI') {
  const [email, phone] = [`p${(count += 1)}@example.com`, `+35840777${String(count).padStart(4, '0')}`];
  const { customerId } = await upsertCustomer(scope, {
    identities: [
      { kind: 'email', value: email },
      { kind: 'phone', value: phone },
    ],
    ...(market ? { profile: { market } } : {}),
    source: 'shop',
  });
  const write = async (inbox: string, kind: 'email' | 'phone', value: string) =>
    (
      await receiveMessage(scope, {
        ...{ inbox, sender: { kind, value }, externalId: `m${(count += 1)}`, text: 'Hi', threadId: inbox },
        occurredAt: scope.now,
      })
    ).conversationId;
  return { customerId, mail: await write('email', 'email', email), text: await write('sms', 'phone', phone) };
}
const advertise = (conversationId: string, about: string, scopeThen = scope) =>
  sendMessage(scopeThen, conversationId, 'Half price!', { purpose: 'marketing', about });
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'sent',
    ({ code }: { code: string }) => code,
  );
const agree = (customerId: string, but: Partial<ConsentAnswer> = {}) =>
  setConsents(scope, customerId, [
    { purpose: 'marketing', channel: 'email', state: 'granted', source: 'form', ...but },
  ]);

describe('advertising', () => {
  test('asks for an agreement, over that channel and under the law of the person', async () => {
    const { customerId, mail, text } = await aPerson('FI');
    const before = await rowCounts(sql);
    expect(await codeOf(advertise(mail, 'sale'))).toBe('CONSENT_MISSING');
    await agree(customerId, { jurisdiction: 'US' });
    expect(await codeOf(advertise(mail, 'sale'))).toBe('CONSENT_MISSING');
    expect({ ...(await rowCounts(sql)), events: 0 }).toEqual({ ...before, events: 0 });
    await agree(customerId, { jurisdiction: 'EU' });
    expect(await codeOf(advertise(mail, 'sale'))).toBe('sent');
    expect(await codeOf(advertise(text, 'other sale'))).toBe('CONSENT_MISSING');
  });

  test('needs a confirmed address in Germany, and none but silence for mail in the United States', async () => {
    const german = await aPerson('DE');
    await agree(german.customerId, { optInLevel: 'single' });
    expect(await codeOf(advertise(german.mail, 'sale'))).toBe('CONSENT_MISSING');
    await agree(german.customerId, { optInLevel: 'confirmed' });
    expect(await codeOf(advertise(german.mail, 'sale'))).toBe('sent');

    const american = await aPerson('US');
    expect(await codeOf(advertise(american.mail, 'sale'))).toBe('sent');
    expect(await codeOf(advertise(american.text, 'other sale'))).toBe('CONSENT_MISSING');
    await agree(american.customerId, { state: 'withdrawn' });
    expect(await codeOf(advertise(american.mail, 'third sale'))).toBe('CONSENT_WITHDRAWN');
  });

  test('is refused to who wants no contact, while an answer goes', async () => {
    const { customerId, mail } = await aPerson();
    await agree(customerId);
    await setPreferences(scope, customerId, { doNotContact: true });
    expect(await codeOf(advertise(mail, 'sale'))).toBe('CONSENT_WITHDRAWN');
    expect(await codeOf(sendMessage(scope, mail, 'It is late.', { purpose: 'order_updates', about: 'delay 1' }))).toBe(
      'CONSENT_WITHDRAWN',
    );
    expect(await codeOf(sendMessage(scope, mail, 'You asked.'))).toBe('sent');
  });

  test('tells nobody twice about one thing, over whichever channel and member, nor too often in a week', async () => {
    const { customerId, mail, text } = await aPerson();
    await agree(customerId, { channel: null });
    expect(await codeOf(advertise(mail, 'sale'))).toBe('sent');
    expect(await codeOf(advertise(text, 'sale'))).toBe('ALREADY_CONTACTED');
    const member = await aPerson();
    await agree(member.customerId, { channel: null });
    await sql`insert into person_links values (${member.customerId}, ${customerId}, now())`;
    expect(await codeOf(advertise(member.mail, 'sale'))).toBe('ALREADY_CONTACTED');

    for (const about of ['two', 'three']) expect(await codeOf(advertise(mail, about, at(1)))).toBe('sent');
    expect(await codeOf(advertise(mail, 'four', at(2)))).toBe('ALREADY_CONTACTED');
    expect(await codeOf(advertise(mail, 'four', at(7 * 24 + 1)))).toBe('sent');
    expect(await codeOf(advertise(mail, 'sale', at(365 * 24)))).toBe('ALREADY_CONTACTED');
  });

  test('8.5: of two processes that say the same at once one does, and both together no more than a week allows', async () => {
    const other = { ...scope, db: secondProcess };
    for (let round = 0; round < 10; round += 1) {
      const { customerId, mail, text } = await aPerson();
      await agree(customerId, { channel: null });
      const codes = await Promise.all([advertise(mail, 'race'), advertise(text, 'race', other)].map(codeOf));
      expect(codes.sort()).toEqual(['ALREADY_CONTACTED', 'sent']);
      const more = Array.from({ length: 6 }, (_, n) =>
        advertise(n % 2 ? mail : text, `race ${n}`, n % 2 ? scope : other),
      );
      expect((await Promise.all(more.map(codeOf))).sort()).toEqual([
        ...Array.from({ length: 4 }, () => 'ALREADY_CONTACTED'),
        ...['sent', 'sent'],
      ]);
    }
  });

  test('says what about, and only where somebody may be written to for it', async () => {
    const { mail } = await aPerson();
    for (const wish of [
      { purpose: 'marketing' },
      { purpose: 'profiling', about: 'x' },
      { about: 'x' },
      { purpose: 'marketing', about: 'x'.repeat(201) },
    ] as const)
      expect(await codeOf(sendMessage(scope, mail, 'Hello', wish))).toBe('INVALID_INPUT');
  });

  test('I1: what waits to go out is taken back when consent is, and waits for the morning of the person', async () => {
    const { customerId, mail } = await aPerson();
    await agree(customerId);
    const messageId = await advertise(mail, 'sale');
    expect(await weighReply(scope, messageId)).toBe(true);
    await setPreferences(scope, customerId, { quietHours: { timeZone: 'UTC', from: '11:00', to: '18:00' } });
    expect(await weighReply(scope, messageId)).toBe(false);
    const deliveryOf = async () => (await deliveriesOfMessages(scope, [messageId]))[0];
    expect(await deliveryOf()).toMatchObject({ state: 'queued', nextAttemptAt: at(6).now });
    await agree(customerId, { state: 'withdrawn' });
    expect(await weighReply(at(6), messageId)).toBe(false);
    expect(await deliveryOf()).toMatchObject({
      ...{ state: 'failed', failure: 'withdrawn', failureText: 'CONSENT_WITHDRAWN' },
    });
    // Never went out: the person may be told another time.
    await agree(customerId);
    expect(await codeOf(advertise(mail, 'sale'))).toBe('sent');
  });
});

test('a reply that waits is taken back by STOP, and nothing carries it elsewhere', async () => {
  const { customerId, text } = await aPerson();
  const messageId = await sendMessage(scope, text, 'On its way.');
  const [{ value }] = (await sql`
    select value from identities where customer_id = ${customerId} and kind = 'phone'`) as unknown as [
    { value: string },
  ];
  await receiveMessage(scope, {
    ...{ inbox: 'sms', sender: { kind: 'phone', value }, externalId: `m${(count += 1)}`, text: 'Stop' },
    occurredAt: scope.now,
  });
  expect(await weighReply(scope, messageId)).toBe(false);
  expect(
    await sql`select delivery_state from messages where conversation_id = ${text} and direction = 'outbound'`,
  ).toEqual([{ deliveryState: 'failed' }]);
});

test('I2: of a withdrawal and a message at the same moment one comes first, and the message is there only if it did', async () => {
  const rounds = 40;
  const outcomes = await Promise.all(
    Array.from({ length: rounds }, async (_, round) => {
      const { customerId, mail } = await aPerson();
      await agree(customerId);
      const withdraw = () => agree(customerId, { state: 'withdrawn' });
      const send = () => codeOf(advertise(mail, 'sale'));
      const [, code] =
        round % 2 ? await Promise.all([withdraw(), send()]) : (await Promise.all([send(), withdraw()])).reverse();
      const told = (await journalOf(sql, `customer:${customerId}`)).map(({ type }) => type);
      const [withdrawn, sent] = [told.lastIndexOf('consent.changed'), told.indexOf('message.sent')];
      expect(code).toBe(sent < 0 ? 'CONSENT_WITHDRAWN' : 'sent');
      expect(sent).toBeLessThan(withdrawn);
      return code;
    }),
  );
  expect(outcomes).toHaveLength(rounds);
});

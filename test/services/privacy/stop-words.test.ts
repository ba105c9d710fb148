import { expect, test } from 'vitest';

import { CHANNELS } from '../../../src/channels/channels.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { addIdentity } from '../../../src/services/customers/add-identity.ts';
import { sendMessage } from '../../../src/services/conversations/send-message.ts';
import { switchChannel } from '../../../src/services/conversations/switch-channel.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { receiveMessages } from '../../../src/services/intake/receive-messages.ts';
import { consentsOfPersons } from '../../../src/services/privacy/read-consents.ts';
import { setConsents } from '../../../src/services/privacy/set-consents.ts';
import type { CustomerId } from '../../../src/values/ids.ts';
import { journalOf, rowCounts } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database);
let seconds = 0;
/** Each act a second after the one before. */
const next = () => ({ ...scope, now: new Date(scope.now.getTime() + (seconds += 1) * 1_000) });
for (const { name } of CHANNELS) await ensureInbox(scope, { externalId: name, channel: name, name });

let count = 0;
const aSender = (channel: string) => {
  const { senderKind } = CHANNELS.find(({ name }) => name === channel)!;
  const value = {
    ...{ email: `s${(count += 1)}@example.com`, phone: `+35840123${String(count).padStart(4, '0')}` },
    ...{ social_handle: `x:s${count}`, visitor_id: `v${count}`, external_id: `app:${count}`, loyalty_id: `l${count}` },
  }[senderKind];
  return { kind: senderKind, value };
};
const say = (sender: ReturnType<typeof aSender>, channel: string, text: string, occurredAt?: Date) => {
  const then = next();
  const externalId = `m${(count += 1)}`;
  return receiveMessage(then, { inbox: channel, sender, externalId, text, occurredAt: occurredAt ?? then.now });
};
const statesOf = async (id: CustomerId) =>
  Object.fromEntries(
    (await consentsOfPersons(scope, [id]))[0]!.map((one) => [`${one.purpose} ${one.channel ?? '*'}`, one.state]),
  );
const SMS_STOPPED = { 'marketing sms': 'withdrawn', 'order_updates sms': 'withdrawn', 'service sms': 'withdrawn' };

test.each(CHANNELS.map(({ name }) => name))('STOP on %s counts with the message that says it', async (channel) => {
  const sender = aSender(channel);
  const { customerId, conversationId } = await say(sender, channel, 'Hi');
  const { messageId } = await say(sender, channel, ' Stop. ');

  const closed = { [`marketing ${channel}`]: 'withdrawn', [`order_updates ${channel}`]: 'withdrawn' };
  expect(await statesOf(customerId)).toEqual(channel === 'sms' ? SMS_STOPPED : closed);
  expect((await consentsOfPersons(scope, [customerId]))[0]![0]).toMatchObject({ messageId, source: channel });
  // One transaction: the position of what follows from the message is that of the message.
  const [together] = await sql`
    select count(distinct xid)::int as transactions from events
    where streams @> array[${`customer:${customerId}`}] and (type = 'consent.changed' or details ->> 'messageId' = ${messageId})`;
  expect(together).toEqual({ transactions: 1 });
  const before = await rowCounts(sql);
  const reply = sendMessage(next(), conversationId, 'We are here.').then(
    () => 'sent',
    ({ code }: { code: string }) => code,
  );
  expect(await reply).toBe(channel === 'sms' ? 'CONSENT_WITHDRAWN' : 'sent');
  if (channel === 'sms') expect(await rowCounts(sql)).toEqual(before);
});

test('who says STOP twice says it once, and a sentence with the word in it is talk', async () => {
  const sender = aSender('sms');
  const { customerId } = await say(sender, 'sms', 'Can you stop by at five?');
  expect(await statesOf(customerId)).toEqual({});
  for (const text of ['STOP', 'stop', 'CANCEL']) await say(sender, 'sms', text);
  const told = (await journalOf(sql, `customer:${customerId}`)).filter(({ type }) => type === 'consent.changed');
  expect(told).toHaveLength(3);
  expect(JSON.stringify(told)).not.toContain(sender.value);
});

test('START opens what STOP closed, advertising only where it was agreed to before', async () => {
  const [asked, unasked] = [aSender('sms'), aSender('sms')];
  const { customerId, conversationId } = await say(asked, 'sms', 'Hi');
  await setConsents(next(), customerId, [{ purpose: 'marketing', channel: 'sms', state: 'granted', source: 'till' }]);
  const { customerId: other } = await say(unasked, 'sms', 'Hi');
  for (const sender of [asked, unasked]) for (const text of ['STOP', 'START']) await say(sender, 'sms', text);

  const open = { 'marketing sms': 'granted', 'order_updates sms': 'granted', 'service sms': 'granted' };
  expect(await statesOf(customerId)).toEqual(open);
  expect(await statesOf(other)).toEqual({ ...open, 'marketing sms': 'withdrawn' });
  await sendMessage(next(), conversationId, 'Welcome back.');
});

test('who agrees anew under one law after STOP has agreed under that one, and says STOP again as well', async () => {
  const sender = aSender('sms');
  const { customerId } = await say(sender, 'sms', 'Hi');
  const agrees = (jurisdiction: string) =>
    setConsents(next(), customerId, [
      { purpose: 'marketing', channel: 'sms', jurisdiction, state: 'granted', source: 'till' },
    ]);
  const marketing = async () =>
    (await consentsOfPersons(scope, [customerId]))[0]!
      .filter(({ purpose }) => purpose === 'marketing')
      .map(({ jurisdiction, state }) => [jurisdiction, state]);
  await say(sender, 'sms', 'STOP');
  await agrees('FI');
  expect(await marketing()).toEqual([['FI', 'granted']]);
  await say(sender, 'sms', 'STOP');
  expect(await marketing()).toEqual([
    [null, 'withdrawn'],
    ['FI', 'granted'],
  ]);
  await setConsents(next(), customerId, [{ purpose: 'marketing', channel: 'sms', state: 'withdrawn', source: 'app' }]);
  await agrees('FI');
  expect(await marketing()).toEqual([['FI', 'granted']]);
});

test('what a person withdrew elsewhere is not opened by START', async () => {
  const sender = aSender('sms');
  const { customerId } = await say(sender, 'sms', 'Hi');
  await setConsents(next(), customerId, [
    { purpose: 'order_updates', channel: 'sms', state: 'withdrawn', source: 'app' },
  ]);
  await say(sender, 'sms', 'START');
  expect(await statesOf(customerId)).toEqual({ 'order_updates sms': 'withdrawn' });
});

test('YES confirms what waits to be confirmed on that channel, and nothing else', async () => {
  const sender = aSender('sms');
  const { customerId } = await say(sender, 'sms', 'yes');
  await setConsents(next(), customerId, [
    { purpose: 'marketing', channel: 'sms', jurisdiction: 'DE', state: 'pending', source: 'form' },
    { purpose: 'marketing', channel: 'email', state: 'pending', source: 'form' },
  ]);
  await say(sender, 'sms', 'Yes!');
  expect((await consentsOfPersons(scope, [customerId]))[0]).toMatchObject([
    { channel: 'email', state: 'pending' },
    { channel: 'sms', jurisdiction: 'DE', state: 'granted', optInLevel: 'confirmed' },
  ]);
});

test('STOP counts however late it comes; START that comes late does not open what was closed since', async () => {
  const sender = aSender('sms');
  const { customerId } = await say(sender, 'sms', 'Hi');
  const weekAgo = new Date(scope.now.getTime() - 7 * 86_400_000);
  await setConsents(next(), customerId, [{ purpose: 'marketing', channel: 'sms', state: 'granted', source: 'till' }]);
  await say(sender, 'sms', 'STOP', weekAgo);
  expect(await statesOf(customerId)).toEqual(SMS_STOPPED);
  await say(sender, 'sms', 'START', new Date(weekAgo.getTime() - 1_000));
  expect(await statesOf(customerId)).toEqual(SMS_STOPPED);
});

test('in an archive words count by their clocks: the last one wins, and nothing said since is changed', async () => {
  const [stopped, came, since] = [aSender('sms'), aSender('sms'), aSender('sms')];
  const { customerId: agreed } = await say(since, 'sms', 'Hi');
  const about = { purpose: 'marketing', channel: 'sms', source: 'till' } as const;
  await setConsents(next(), agreed, [{ ...about, state: 'granted' }]);
  const yearAgo = scope.now.getTime() - 365 * 86_400_000;
  const archive = (
    [
      [stopped, 'START', 1],
      [stopped, 'STOP', 2],
      [came, 'START', 4],
      [came, 'STOP', 3],
      [since, 'STOP', 5],
    ] as const
  ).map(([sender, text, minute]) => ({
    ...{ inbox: 'sms', sender, text, externalId: `a${(count += 1)}`, threadId: sender.value },
    occurredAt: new Date(yearAgo + minute * 60_000),
  }));
  const receipts = await receiveMessages(next(), archive);

  expect(await statesOf(receipts[0]!.customerId)).toEqual(SMS_STOPPED);
  expect(await statesOf(receipts[2]!.customerId)).toMatchObject({ 'service sms': 'granted' });
  expect(await statesOf(agreed)).toMatchObject({ 'marketing sms': 'granted' });
});

test('the word of one member counts for the person, and is the member’s still when they are parted', async () => {
  const [phone, mail] = [aSender('sms'), aSender('email')];
  const { customerId: member } = await say(phone, 'sms', 'Hi');
  const { customerId: person } = await say(mail, 'email', 'Hi');
  await sql`insert into person_links values (${member}, ${person}, now())`;
  await say(phone, 'sms', 'STOP');
  expect(await statesOf(person)).toEqual(SMS_STOPPED);
  await sql`delete from person_links where member_id = ${member}`;
  expect([await statesOf(person), await statesOf(member)]).toEqual([{}, SMS_STOPPED]);
});

test('who said STOP where a conversation was is told on the new channel where it goes on', async () => {
  const sender = aSender('sms');
  const { customerId, conversationId } = await say(sender, 'sms', 'Hi');
  await addIdentity(scope, customerId, { kind: 'email', value: aSender('email').value, source: 'crm', verified: true });
  await say(sender, 'sms', 'STOP');
  await switchChannel(next(), conversationId, { toChannel: 'email', reason: 'convenience' });
  const sent = await sql`
    select i.channel from messages m join inboxes i on i.id = m.inbox_id
    where m.conversation_id = ${conversationId} and m.direction = 'outbound'`;
  expect(sent).toEqual([{ channel: 'email' }]);
});

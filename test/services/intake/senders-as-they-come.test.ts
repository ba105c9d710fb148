import { beforeAll, expect, test } from 'vitest';

import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { customerByIdentity } from '../../../src/services/customers/read-customers.ts';
import { droppedOfPersons } from '../../../src/services/customers/resolving/read-dropped.ts';
import type { InboundMessage } from '../../../src/services/intake/inbound-message.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { receiveMessages, type ThreadMessage } from '../../../src/services/intake/receive-messages.ts';
import { rowCounts } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database, 'integration');

beforeAll(async () => {
  for (const [externalId, market] of [
    ['mail', null],
    ['sms', 'FI'],
  ] as const)
    await ensureInbox(scope, {
      externalId,
      channel: externalId === 'mail' ? 'email' : 'sms',
      name: externalId,
      market,
    });
});

let count = 0;
const aMessage = (sender: InboundMessage['sender'], but: Partial<InboundMessage> = {}): InboundMessage => ({
  inbox: sender.kind === 'phone' ? 'sms' : 'mail',
  ...{ sender, externalId: `e-${(count += 1)}`, text: 'Where is my parcel?', occurredAt: scope.now, ...but },
});
const evidenceOf = async (customerId: string) =>
  (await droppedOfPersons(scope, [customerId as never]))[0]!.map(({ kind, value, reason }) => ({
    kind,
    value,
    reason,
  }));

test.each([
  ['phone', 'anonymous', 'blocked'],
  ['phone', 'N/A', 'blocked'],
  ['phone', '', 'blocked'],
  ['phone', '0000000000', 'blocked'],
  ['phone', '+358 000 000 000', 'blocked'],
  ['phone', '1', 'malformed'],
  ['phone', 'VODAFONE', 'malformed'],
  ['email', 'null', 'blocked'],
  ['email', 'test@test.com', 'blocked'],
  ['email', 'xxxxxx@example.com', 'blocked'],
  ['email', 'me', 'malformed'],
  ['email', 'aino laine@example.com', 'malformed'],
  ['email', 'a\0b@example.com', 'malformed'],
  ['email', `${'x'.repeat(100_000)}@example.com`, 'blocked'],
  ['email', `${'xy'.repeat(100_000)}@example.com`, 'malformed'],
  ['visitor_id', 'a\ud83d', 'malformed'],
  ['loyalty_id', '000', 'blocked'],
] as const)(
  'a message of %s "%.30s" is kept, as a guest’s; the identifier is dropped: %s',
  async (kind, value, reason) => {
    const message = aMessage({ kind, value });

    const receipt = await receiveMessage(scope, message);
    const other = await receiveMessage(scope, aMessage({ kind, value }));
    const before = await rowCounts(sql);
    const again = await receiveMessage(scope, message);

    expect(other.customerId).not.toBe(receipt.customerId);
    expect(again).toEqual({ ...receipt, isRedelivery: true });
    expect(await rowCounts(sql)).toEqual(before);
    const evidence = await evidenceOf(receipt.customerId);
    expect(evidence).toEqual([{ kind, value: expect.any(String), reason }]);
    expect(evidence[0]!.value.length).toBeLessThanOrEqual(320);
  },
);

test('a national number without a country is that of the one person whose number is written so; of two it is nobody’s', async () => {
  const one = await receiveMessage(scope, aMessage({ kind: 'phone', value: '+358 45 777 1234' }));
  const asked = { kind: 'email', value: 'national@example.com' } as const;
  const write = (value: string, to: string) =>
    receiveMessage(scope, aMessage({ ...asked, value: to, identities: [{ kind: 'phone', value }] }));

  const known = await write('045 777-1234', 'national-1@example.com');
  await receiveMessage(scope, aMessage({ kind: 'phone', value: '+46 45 777 1234' }));
  const ambiguous = await write('0457771234', 'national-2@example.com');

  expect((await customerByIdentity(aScope(database), 'phone', '+358457771234'))!.id).toBe(one.customerId);
  expect(known.customerId).toBe(one.customerId);
  expect(ambiguous.customerId).not.toBe(one.customerId);
  expect(await evidenceOf(ambiguous.customerId)).toEqual([{ kind: 'phone', value: '0457771234', reason: 'malformed' }]);
});

test('messages of a guest in one thread are one guest’s', async () => {
  const sender = { kind: 'phone', value: 'unknown' } as const;
  const one = await receiveMessage(scope, aMessage(sender, { threadId: 'call-1' }));
  const two = await receiveMessage(scope, aMessage(sender, { threadId: 'call-1' }));
  const three = await receiveMessage(scope, aMessage(sender, { threadId: 'call-2' }));

  expect([two.customerId, two.conversationId]).toEqual([one.customerId, one.conversationId]);
  expect(three.customerId).not.toBe(one.customerId);
});

test('of several identities those that cannot be used are dropped, and the others say who it is', async () => {
  const card = { kind: 'loyalty_id', value: 'L-dirty' } as const;
  const known = await receiveMessage(
    scope,
    aMessage({ kind: 'email', value: 'dirty@example.com', identities: [card] }),
  );
  const identities = [
    card,
    { kind: 'email', value: '' },
    { kind: 'phone', value: '040 / 555-12 34' },
    { kind: 'phone', value: 'n/a' },
    { kind: 'external_id', value: 'xy'.repeat(5_000) },
  ] as const;

  const receipt = await receiveMessage(scope, aMessage({ kind: 'phone', value: 'withheld', identities }));

  expect(receipt.customerId).toBe(known.customerId);
  const rows = await sql`select kind, normalized from identities where customer_id = ${known.customerId} order by kind`;
  expect([...rows]).toEqual([
    { kind: 'email', normalized: 'dirty@example.com' },
    { kind: 'loyalty_id', normalized: 'L-dirty' },
    { kind: 'phone', normalized: '+358405551234' },
  ]);
  expect((await evidenceOf(known.customerId)).map(({ kind, reason }) => `${kind} ${reason}`).sort()).toEqual([
    'email blocked',
    'external_id malformed',
    'phone blocked',
    'phone blocked',
  ]);
});

test('in a batch one sender who tells nobody apart holds up nobody', async () => {
  const message = (value: string, threadId: string): ThreadMessage => ({
    ...{ inbox: 'mail', sender: { kind: 'email', value }, threadId, externalId: `b-${(count += 1)}` },
    ...{ text: 'From an archive', occurredAt: scope.now },
  });

  const receipts = await receiveMessages(scope, [
    message('batch@example.com', 't-1'),
    message('undisclosed-recipients:;', 't-2'),
    message('undisclosed-recipients:;', 't-2'),
    message('undisclosed-recipients:;', 't-3'),
  ]);

  const [one, two, three, four] = receipts.map(({ customerId }) => customerId);
  expect(new Set([one, two, four]).size).toBe(3);
  expect(three).toBe(two);
  expect(await evidenceOf(two!)).toEqual([{ kind: 'email', value: 'undisclosed-recipients:;', reason: 'malformed' }]);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { chooseConversation, type Joinable } from '../../../src/services/intake/choose-conversation.ts';
import { mentionsIn } from '../../../src/services/intake/mentions.ts';

const HOUR_MS = 3_600_000;
const one = (name: string, but: Partial<Joinable> = {}): Joinable => ({
  id: `cnv_${name}`,
  reference: `C-${name}`,
  mergedReferences: [],
  status: 'open',
  customerId: 'cus_1',
  inboxId: 'inb_1',
  channel: 'email',
  assigneeId: null,
  isHeld: false,
  hasLanguage: true,
  hasTopic: true,
  openedAtMs: 0,
  lastMessageAtMs: 0,
  inThread: false,
  isSpokenOf: false,
  legId: null,
  ...but,
});
const message = { references: [] as string[], occurredAtMs: HOUR_MS, windowMs: 72 * HOUR_MS, hasThread: false };

test('the surest sign wins: thread, reference, what is spoken of, endpoint, window', () => {
  const all = [
    one('window', { lastMessageAtMs: 5 }),
    one('endpoint', { legId: 'leg_1' }),
    one('spoken', { isSpokenOf: true }),
    one('REFERE'),
    one('thread', { inThread: true, status: 'resolved' }),
  ];
  const asked = { ...message, references: ['C-REFERE'] };

  const chosen = [5, 4, 3, 2, 1].map((n) => chooseConversation(all.slice(0, n), asked)?.by);

  expect(chosen).toEqual(['thread', 'reference', 'mention', 'endpoint', 'window']);
});

test('of several in the window the newest is joined', () => {
  const chosen = chooseConversation([one('a', { lastMessageAtMs: 1 }), one('b', { lastMessageAtMs: 2 })], message);

  expect(chosen?.conversation.id).toBe('cnv_b');
});

test('a message from long before a conversation does not join it by the window', () => {
  const later = one('later', { openedAtMs: 100 * HOUR_MS, lastMessageAtMs: 100 * HOUR_MS });

  expect(chooseConversation([later], message)).toBeNull();
});

test('an unknown thread is a new issue', () => {
  expect(chooseConversation([one('a', { legId: 'leg_1' })], { ...message, hasThread: true })).toBeNull();
});

test('only a thread ever joins a resolved conversation', () => {
  const candidate = fc.record({
    status: fc.constantFrom('open' as const, 'resolved' as const),
    lastMessageAtMs: fc.nat(100 * HOUR_MS),
    inThread: fc.boolean(),
    isSpokenOf: fc.boolean(),
    legId: fc.constantFrom(null, 'leg_1' as const),
  });
  fc.assert(
    fc.property(fc.array(candidate), fc.boolean(), (given, hasThread) => {
      const candidates = given.map((but, i) => one(String(i), but));
      const chosen = chooseConversation(candidates, { ...message, hasThread, references: ['C-0', 'C-3'] });
      if (chosen?.conversation.status === 'resolved') expect(chosen.by).toBe('thread');
      expect(
        chooseConversation([...candidates].reverse(), { ...message, hasThread, references: ['C-0', 'C-3'] }),
      ).toEqual(chosen);
    }),
  );
});

test('a text names references, addresses and order numbers', () => {
  expect(
    mentionsIn(
      'Order #W1234567 (C-abc234) of Me@Example.com, call +358 40 555 1234. Tilaus: 99887766; my 2 shoes cost 1234',
    ),
  ).toEqual({
    references: ['C-ABC234'],
    addresses: ['me@example.com', '+358405551234'],
    orderNumbers: ['W1234567', '99887766'],
  });
});

test('a long hostile text is read in no time', () => {
  const before = process.cpuUsage();
  for (const part of ['a@', '+1 ', 'a.', '#', 'order ', 'C-']) mentionsIn(part.repeat(50_000));
  // Of this process, whatever else the machine does.
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(1_000);
});

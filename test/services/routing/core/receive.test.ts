import { describe, expect, test } from 'vitest';

import { policyOf, readPolicy } from '../../../../src/services/routing/core/read-policy.ts';
import { receive } from '../../../../src/services/routing/core/receive.ts';
import type { SignalValue } from '../../../../src/services/routing/core/routing-state.ts';

/** A Friday, noon in Helsinki. */
const NOON = new Date('2026-11-20T10:00:00.000Z');
const shipped = policyOf({});
const known = (values: Readonly<Record<string, SignalValue>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, source: 'test', at: +NOON }]));
const ruleFor = (values: Readonly<Record<string, SignalValue>>, at = NOON, policy = shipped) => {
  const { rule } = receive(policy, known(values), at);
  return [rule.by, rule.name];
};
const faultsOf = (reception: unknown, more: object = {}) =>
  readPolicy({ reception, ...more }).faults.map(({ path, sentence }) => `${path.join('.')}: ${sentence}`);

describe('as shipped', () => {
  test('a shop without a bot gives everybody to a person', () => {
    expect(ruleFor({ has_bot: false, channel: 'live_chat' })).toEqual(['person', 'there is no bot']);
  });

  test.each([
    [{ channel: 'voice' }, 'a call'],
    [{ priority: 'urgent' }, 'urgent'],
    [{ sentiment: -0.5 }, 'angry'],
    [{ complexity: 4 }, 'a hard one'],
    [{ waiting_seconds: 60 }, 'has waited a minute'],
    [{ repeated_contacts: 3 }, 'came back again'],
    [{ open_issues: 2 }, 'more than one open issue'],
  ])('a shop with one gives %o to a person', (signals, rule) => {
    expect(ruleFor({ has_bot: true, channel: 'live_chat', ...signals })).toEqual(['person', rule]);
  });

  test('and everything else to the bot', () => {
    const calm = { sentiment: -0.4, complexity: 3, waiting_seconds: 59, repeated_contacts: 2, open_issues: 1 };
    expect(ruleFor({ has_bot: true, channel: 'live_chat', priority: 'normal', ...calm })).toEqual([
      'bot',
      'everything else',
    ]);
  });
});

test('what was looked at is told apart from what is the reason', () => {
  const signals = known({ has_bot: true, channel: 'live_chat', sentiment: -0.9, value: 5_000 });

  expect(receive(shipped, signals, NOON)).toMatchObject({
    rule: { name: 'angry' },
    signalsUsed: ['channel', 'has_bot', 'sentiment'],
    reasons: ['sentiment'],
  });
});

test('hours count: people while the office is open, the bot at night, good customers never', () => {
  const policy = policyOf({
    calendars: {
      office: {
        timeZone: 'Europe/Helsinki',
        weekly: [{ days: ['friday'], opensAt: '09:00', closesAt: '17:00' }],
      },
    },
    reception: [
      { name: 'gold', by: 'person', when: [{ signal: 'segment', is: ['gold'] }] },
      { name: 'night', by: 'bot', outside: 'office' },
      { name: 'refunds by day', by: 'person', during: 'office', when: [{ signal: 'intent', is: ['refund'] }] },
      { name: 'rest', by: 'bot' },
    ],
  });
  const night = new Date('2026-11-20T15:00:00.000Z');

  expect(ruleFor({ intent: 'refund' }, NOON, policy)).toEqual(['person', 'refunds by day']);
  expect(ruleFor({ intent: 'refund' }, night, policy)).toEqual(['bot', 'night']);
  expect(ruleFor({ segment: ['gold', 'new'] }, night, policy)).toEqual(['person', 'gold']);
  expect(ruleFor({}, NOON, policy)).toEqual(['bot', 'rest']);
});

test('what is wrong is said with its place', () => {
  expect(faultsOf([{ name: 'a', by: 'robot' }])).toHaveLength(1);
  expect(faultsOf([])).toHaveLength(1);
  const rest = { name: 'rest', by: 'bot' };
  expect(faultsOf([{ name: 'a', by: 'bot', during: 'office' }, rest])).toEqual([
    'reception.0.during: There is no calendar "office".',
  ]);
  expect(faultsOf([rest, { ...rest, name: 'more' }])).toEqual([
    'reception.0: This rule holds for everybody, so that those after it never do. Give it conditions, or put it last.',
  ]);
  expect(faultsOf([{ name: 'angry', by: 'person', when: [{ signal: 'sentiment', atMost: 0 }] }])).toEqual([
    'reception.0: The last rule is for all others: it has no conditions and no hours.',
  ]);
  const twice = { name: 'rest', by: 'person', when: [{ signal: 'sentiment', atMost: 0 }] };
  expect(faultsOf([twice, rest])).toEqual(['reception.1.name: There is another rule "rest".']);
});

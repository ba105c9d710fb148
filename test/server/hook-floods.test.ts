import { expect, test, vi } from 'vitest';

import * as inboxSecrets from '../../src/services/conversations/inbox-secrets.ts';
import { FailureBuckets } from '../../src/server/failure-buckets.ts';
import { anInboxWithHook, postHook, signed } from '../support/hooks.ts';
import { withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

vi.mock(import('../../src/services/conversations/inbox-secrets.ts'), { spy: true });

const database = await withDatabase();
const app = await withApp(database, { MAX_BAD_SIGNATURES_PER_MINUTE: '2' });
const inbox = await anInboxWithHook(database, { channel: 'sms', externalId: 'sms' });
const reads = vi.mocked(inboxSecrets.readHookInbox);

const body = JSON.stringify({
  type: 'message',
  externalId: 'm-1',
  sender: { value: '+358401234567' },
  text: 'Hello',
  occurredAt: new Date().toISOString(),
});

test('E17: a flood of bad signatures is told to wait and reads nothing from the database, while the true sender goes on', async () => {
  const forged = () => signed(`whsec_${Buffer.alloc(32).toString('base64')}`, body);
  const statuses: number[] = [];
  for (let i = 0; i < 8; i += 1) statuses.push((await postHook(`${app.url}${inbox.path}`, forged(), body)).status);
  expect(statuses.slice(0, 2)).toEqual([401, 401]);
  expect(statuses.slice(3)).toEqual([429, 429, 429, 429, 429]);

  reads.mockClear();
  const began = performance.now();
  const flood = await Promise.all(
    Array.from({ length: 200 }, (_, i) =>
      postHook(`${app.url}/hooks/sms/${i % 2 === 0 ? 'sms' : `guess-${i}`}`, forged(), body),
    ),
  );
  const untouched = reads.mock.calls.length;
  const seconds = (performance.now() - began) / 1_000;

  expect(new Set(flood.map(({ status }) => status))).toEqual(new Set([429]));
  expect(flood[0]!.headers['retry-after']).toBe('60');
  // The inbox that is known is looked at again each second at most, whoever asks.
  expect(untouched).toBeLessThanOrEqual(2 + Math.ceil(seconds));
  expect(reads.mock.calls.every(([, , name]) => name === 'sms')).toBe(true);
  expect((await postHook(`${app.url}${inbox.path}`, signed(inbox.secret, body), body)).status).toBe(200);
});

test('a source is forgiven bit by bit, and its neighbours are not blamed', () => {
  const buckets = new FailureBuckets(60);
  const start = 1_795_000_000_000;
  for (let i = 0; i < 60; i += 1) buckets.add('203.0.113.7', start);

  expect(buckets.isFull('203.0.113.7', start)).toBe(true);
  expect(buckets.isFull('203.0.113.8', start)).toBe(false);
  expect(buckets.isFull('::ffff:203.0.113.7', start)).toBe(true);
  expect(buckets.isFull('203.0.113.7', start + 1_001)).toBe(false);
});

test('an IPv6 source is the network that one household has', () => {
  const buckets = new FailureBuckets(1);
  buckets.add('2001:db8:1:2:aaaa::1', 0);

  expect(buckets.isFull('2001:db8:1:2::ffff', 0)).toBe(true);
  expect(buckets.isFull('2001:db8:1:3::1', 0)).toBe(false);
  buckets.add('2001:db8::1', 0);
  expect(buckets.isFull('2001:db8:0:0:9::', 0)).toBe(true);
});

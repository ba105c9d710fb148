import { expect, test } from 'vitest';

import { sendMessage } from '../../src/services/conversations/send-message.ts';
import { atomically } from '../../src/services/events/atomically.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
import { aBridgedInbox, aReceiver } from '../support/bridge.ts';
import { systemScope, withApp } from '../support/start-app.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const receiver = await aReceiver((_, response) => void response.end());
await withApp(database, {
  OUTBOUND_ALLOW: receiver.place,
  DELIVERY_WORKERS: '1',
  DELIVERY_WORKERS_PER_INBOX: '1',
});
await aBridgedInbox(database, { externalId: 'sms', channel: 'sms', name: 'SMS' }, receiver.url);

test('a bridge hears of a message when it commits, not when the queue is looked at anyway', async () => {
  const scope = systemScope(database);
  const sender = { kind: 'phone', value: '+358401234567' } as const;
  const message = { inbox: 'sms', sender, externalId: 'in-1', text: 'Hi', occurredAt: scope.now };
  const { conversationId } = await receiveMessage(scope, message);
  const waits: number[] = [];

  for (let sent = 1; sent <= 15; sent += 1) {
    await sendMessage(scope, conversationId, `Message ${sent}`);
    const committedAt = Date.now();
    await until(
      () => receiver.posts.length,
      (length) => length === sent,
    );
    waits.push(Math.max(0, receiver.posts.at(-1)!.at - committedAt));
  }

  // The one worker looks by itself every two seconds: were it not woken, each wait would be about that. On a busy machine some are as long.
  expect(waits.toSorted((a, b) => a - b)[3]).toBeLessThan(1_000);
  console.log(`commit to bridge, ms: ${waits.join(' ')}`);
});

test('F7: what a worker held when it was killed is given to another', async () => {
  const scope = systemScope(database);
  const sender = { kind: 'phone', value: '+358401234568' } as const;
  const message = { inbox: 'sms', sender, externalId: 'in-2', text: 'Hi', occurredAt: scope.now };
  const { conversationId } = await receiveMessage(scope, message);

  // As a killed worker leaves it: taken, and without a sign of life for longer than a heartbeat.
  const messageId = await atomically(scope, async (tx) => {
    const id = await sendMessage(tx, conversationId, 'Held by the dead');
    const held = await tx.db.sql`
      update pgboss.job set state = 'active', started_on = now() - interval '1 minute', heartbeat_on = now() - interval '1 minute'
      where data ->> 'messageId' = ${id} and heartbeat_seconds <= 30
      returning id`;
    expect(held).toHaveLength(1);
    return id;
  });

  const isHere = () => receiver.posts.filter(({ headers }) => headers['webhook-id'] === messageId).length;
  expect(await until(isHere, (length) => length > 0)).toBe(1);
});

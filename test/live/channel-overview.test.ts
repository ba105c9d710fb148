import { createClient } from 'graphql-ws';
import { afterAll, expect, test } from 'vitest';

import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
import { aScope } from '../support/scopes.ts';
import { aKey, withApp } from '../support/start-app.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const app = await withApp(database);
const scope = aScope(database.database);
await ensureInbox(scope, { externalId: 'mail', channel: 'email', name: 'Mail' });

interface Payload {
  channelOverview: { cursor: string; overview: { channels: { channel: string; waitingCount: number }[] } | null };
}
const DOCUMENT = 'subscription { channelOverview { cursor overview { channels { channel waitingCount } } } }';

function watch(secret: string) {
  const client = createClient({
    url: `${app.socketUrl}/graphql`,
    connectionParams: { authorization: `Bearer ${secret}` },
    retryAttempts: 0,
  });
  const seen: Payload['channelOverview'][] = [];
  let ending: unknown = null;
  client.subscribe<Payload>(
    { query: DOCUMENT },
    {
      next: ({ data, errors }) => (data ? seen.push(data.channelOverview) : (ending = errors)),
      error: (error) => (ending = error),
      complete: () => undefined,
    },
  );
  afterAll(() => client.dispose());
  return { seen, ending: () => ending };
}

test('the figures come at once and again after a change, and many changes make few deliveries', async () => {
  const { secret } = await aKey(database, 'supervisor');
  const { seen } = watch(secret);
  await until(
    () => seen.length,
    (count) => count === 1,
  );
  expect(seen[0]!.overview).toEqual({ channels: [] });

  for (let i = 1; i <= 30; i += 1)
    await receiveMessage(
      { ...scope, now: new Date() },
      {
        ...{ inbox: 'mail', externalId: `m${i}`, text: 'Hello', occurredAt: new Date() },
        sender: { kind: 'email', value: `c${i}@example.org` },
      },
    );

  const last = await until(
    () => seen.at(-1)!.overview,
    (overview) => overview?.channels[0]?.waitingCount === 30,
  );
  expect(last).toEqual({ channels: [{ channel: 'EMAIL', waitingCount: 30 }] });
  expect(seen.length).toBeLessThan(30);
});

test('a key without the right is refused at subscribe and hears nothing', async () => {
  const { secret } = await aKey(database, 'bot');
  const { seen, ending } = watch(secret);

  const refused = await until(ending, (end) => end !== null);

  expect(JSON.stringify(refused)).toContain('FORBIDDEN');
  expect(seen).toEqual([]);
});

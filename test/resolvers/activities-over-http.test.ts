import { expect, test } from 'vitest';

import { post } from '../support/graphql.ts';
import { aKey, withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const app = await withApp(database);
const shop = await aKey(database, 'integration');

const RECORD = `mutation ($activities: [ActivityInput!]!, $key: String) {
  activitiesRecord(activities: $activities, idempotencyKey: $key) {
    recorded repeated errors { index error { code field } } userErrors { code field }
  }
}`;
const FRAGMENT = `mutation ($activities: [ActivityInput!]!) { ...F }
  fragment F on Mutation { activitiesRecord(activities: $activities) { recorded } }`;
const pages = (count: number, name: string) =>
  Array.from({ length: count }, (_, n) => ({
    identity: { kind: 'VISITOR_ID', value: `visitor-${n % 100}` },
    occurredAt: new Date(Date.now() - n).toISOString(),
    ...{ source: 'shop', externalId: `${name}-${n}`, visit: { url: `/products/lamp-${n}` } },
  }));

test('a thousand activities fit into one request under the limits as they are', async () => {
  const activities = pages(1_000, 'first');

  const first = await post(app.url, shop.secret, RECORD, { activities });
  const again = await post(app.url, shop.secret, RECORD, { activities });

  expect(first.body.data).toEqual({ activitiesRecord: { recorded: 1_000, repeated: 0, errors: [], userErrors: [] } });
  expect(first.body.extensions).toMatchObject({ cost: { requested: 520 } });
  expect(again.body.data).toMatchObject({ activitiesRecord: { recorded: 0, repeated: 1_000 } });
});

test('the same batch with the same key answers as before, also what was wrong in it', async () => {
  const activities = [...pages(2, 'keyed'), { source: 'shop', visit: { url: '/nobody' } }];
  const send = () => post(app.url, shop.secret, RECORD, { activities, key: 'batch-1' });

  const [first, again] = [await send(), await send()];

  expect(first.body.data).toEqual({
    activitiesRecord: {
      ...{ recorded: 2, repeated: 0, userErrors: [] },
      errors: [{ index: 2, error: { code: 'INVALID_INPUT', field: ['customerId'] } }],
    },
  });
  expect(again.body.data).toEqual(first.body.data);
});

test('a customer pays for each activity, also where the mutation stands in a fragment', async () => {
  const [row] = await database.sql<{ id: string }[]>`select id from customers limit 1`;
  const customer = await aKey(database, 'customer', { customerId: row!.id });
  const activities = Array.from({ length: 800 }, () => ({ visit: { url: '/' } }));

  const first = await post(app.url, customer.secret, RECORD, { activities });
  const next = [];
  for (let i = 0; i < 3; i += 1) next.push(await post(app.url, customer.secret, FRAGMENT, { activities }));

  expect(first.body.data).toMatchObject({ activitiesRecord: { recorded: 800 } });
  expect(next.at(-1)!.body.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
});

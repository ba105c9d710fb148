import { createClient } from 'graphql-ws';
import { afterAll, expect, test } from 'vitest';

import { upsertCustomer } from '../../src/services/customers/upsert-customer.ts';
import { singleConnection } from '../../src/database/single-connection.ts';
import { post } from '../support/graphql.ts';
import { aKey, systemScope, withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const app = await withApp(database);
const scope = systemScope(database);
const [aino, bertta] = await Promise.all(
  ['aino', 'bertta'].map((name) =>
    upsertCustomer(scope, {
      identities: [{ kind: 'email', value: `${name}@example.org` }],
      profile: { displayName: name },
      source: 'shop',
    }),
  ),
);
const ofAino = await aKey(database, 'customer', { customerId: aino!.customerId });
const admin = await aKey(database, 'admin');

test('C13: two viewers who ask for the same rows in the same moment each get their own answer, in the order asked', async () => {
  const document =
    'query ($a: ID!, $b: ID!, $none: ID!) { none: customer(id: $none) { id } b: customer(id: $b) { displayName } a: customer(id: $a) { displayName } again: node(id: $b) { id } }';
  const variables = { a: aino!.customerId, b: bertta!.customerId, none: `cus_${'0'.repeat(26)}` };

  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, i) => post(app.url, (i % 2 ? admin : ofAino).secret, document, variables)),
  );

  for (const [i, { body }] of answers.entries())
    expect(body.data).toEqual(
      i % 2
        ? { none: null, a: { displayName: 'aino' }, b: { displayName: 'bertta' }, again: { id: bertta!.customerId } }
        : { none: null, a: { displayName: 'aino' }, b: null, again: null },
    );
});

test('C26: an error of the database says nothing of itself, over HTTP and over the socket', async () => {
  const owner = singleConnection(database.superuserUrl);
  await owner`alter table partners rename column name to "canary_secret"`;
  const document = '{ partners(first: 1) { nodes { name } } }';
  const { body } = await post(app.url, admin.secret, document);
  const client = createClient({
    url: `${app.socketUrl}/graphql`,
    connectionParams: { authorization: `Bearer ${admin.secret}` },
    retryAttempts: 0,
  });
  afterAll(() => client.dispose());
  const said: unknown[] = [];
  await new Promise<void>((resolve) => {
    client.subscribe(
      { query: document },
      { next: (result) => said.push(result), error: (error) => (said.push(error), resolve()), complete: resolve },
    );
  });
  await owner`alter table partners rename column "canary_secret" to name`;
  await owner.end();

  expect(body.errors![0]!.extensions).toEqual({
    code: 'INTERNAL_SERVER_ERROR',
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  for (const text of [JSON.stringify(body), JSON.stringify(said)]) {
    expect(text).toContain('INTERNAL_SERVER_ERROR');
    expect(text).not.toMatch(/canary|select|partners\.|stack|postgres/i);
  }
});

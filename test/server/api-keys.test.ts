import { expect, test } from 'vitest';

import { post } from '../support/graphql.ts';
import { aKey, withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const app = await withApp(database);
const admin = await aKey(database, 'admin');

const CREATE = /* GraphQL */ `
  mutation ($input: ApiKeyCreateInput!, $key: String) {
    apiKeyCreate(input: $input, idempotencyKey: $key) {
      apiKey {
        id
        name
        prefix
        role
        scopes
      }
      secret
      userErrors {
        code
        message
        field
      }
    }
  }
`;

test('nobody anonymous is answered', async () => {
  const answer = await post(app.url, null, '{ viewer { role } }');

  expect(answer.status).toBe(401);
  expect(answer.body.errors?.[0]?.extensions['code']).toBe('UNAUTHENTICATED');
});

test('a key is told who it is', async () => {
  const answer = await post(app.url, admin.secret, '{ viewer { principal role } cursor }');

  expect(answer.status).toBe(200);
  expect(answer.body.data).toMatchObject({ viewer: { principal: admin.id, role: 'ADMIN' } });
  expect(answer.body.data?.['cursor']).toMatch(/^[\w-]{40,}$/);
  expect(answer.body.extensions?.['cost']).toMatchObject({ requested: 1 });
});

test('a secret is shown once, and a repeat makes no second key', async () => {
  const variables = { input: { name: 'Chat bot', role: 'BOT', scopes: ['GRAPH_READ'] }, key: 'once' };

  const first = (await post(app.url, admin.secret, CREATE, variables)).body.data as never as Created;
  const second = (await post(app.url, admin.secret, CREATE, variables)).body.data as never as Created;

  expect(first.apiKeyCreate.userErrors).toEqual([]);
  expect(first.apiKeyCreate.secret).toMatch(/^pk_bot_[a-z2-7]{52}$/);
  expect(first.apiKeyCreate.secret?.startsWith(first.apiKeyCreate.apiKey?.prefix ?? '-')).toBe(true);
  expect(second.apiKeyCreate).toMatchObject({ apiKey: first.apiKeyCreate.apiKey, secret: null, userErrors: [] });
  const [{ count }] = (await database.sql`select count(*) from api_keys where name = 'Chat bot'`) as never as [
    { count: number },
  ];
  expect(count).toBe(1);
});

test('a key may give no right that it does not have', async () => {
  const narrow = await aKey(database, 'admin', { scopes: ['graph:read', 'access:write', 'access:read'] });

  const answer = await post(app.url, narrow.secret, CREATE, { input: { name: 'More', role: 'ADMIN' } });

  const { apiKeyCreate } = answer.body.data as never as Created;
  expect(apiKeyCreate.apiKey).toBeNull();
  expect(apiKeyCreate.userErrors[0]?.code).toBe('NOT_ALLOWED');
  expect(await database.sql`select 1 from api_keys where name = 'More'`).toHaveLength(0);
});

test('what a key has no right for is refused before it runs, with the field and the right', async () => {
  const bot = await aKey(database, 'bot');

  const answer = await post(app.url, bot.secret, CREATE, { input: { name: 'Mine', role: 'BOT' } });

  expect(answer.status).toBe(403);
  expect(answer.body.data).toBeUndefined();
  expect(answer.body.errors?.[0]?.extensions).toEqual({
    code: 'FORBIDDEN',
    field: 'apiKeyCreate',
    right: 'access:write',
  });
  expect(await database.sql`select 1 from api_keys where name = 'Mine'`).toHaveLength(0);
});

test('a key without rights is refused everything', async () => {
  const nothing = await aKey(database, 'admin', { scopes: [] });

  const answer = await post(app.url, nothing.secret, '{ viewer { role } }');

  expect(answer.status).toBe(403);
});

test('a revoked key is refused at once after a second at most', async () => {
  const bot = await aKey(database, 'bot');
  expect((await post(app.url, bot.secret, '{ cursor }')).status).toBe(200);

  const revoked = await post(
    app.url,
    admin.secret,
    'mutation ($id: ID!) { apiKeyRevoke(id: $id) { apiKey { revokedAt } userErrors { code } } }',
    { id: bot.id },
  );
  expect(revoked.body.data).toMatchObject({ apiKeyRevoke: { userErrors: [] } });

  await expect
    .poll(async () => (await post(app.url, bot.secret, '{ cursor }')).status, { timeout: 60_000, interval: 50 })
    .toBe(401);
  const again = await post(
    app.url,
    admin.secret,
    'mutation ($id: ID!) { viewerRevoke(principal: $id) { principal userErrors { code } } }',
    { id: bot.id },
  );
  expect(again.body.data).toMatchObject({
    viewerRevoke: { principal: null, userErrors: [{ code: 'ALREADY_REVOKED' }] },
  });
});

test('keys are found by id and listed newest first, without their secrets', async () => {
  const one = await aKey(database, 'bot', { name: 'Listed' });

  const answer = await post(
    app.url,
    admin.secret,
    'query ($id: ID!) { node(id: $id) { __typename id ... on ApiKey { name } } apiKeys(first: 1) { nodes { id name } pageInfo { hasNextPage } } }',
    { id: one.id },
  );

  expect(answer.body.data).toEqual({
    node: { __typename: 'ApiKey', id: one.id, name: 'Listed' },
    apiKeys: { nodes: [{ id: one.id, name: 'Listed' }], pageInfo: { hasNextPage: true } },
  });
  expect(JSON.stringify(answer.body)).not.toContain(one.secret.slice(-20));
});

interface Created {
  apiKeyCreate: {
    apiKey: { id: string; prefix: string } | null;
    secret: string | null;
    userErrors: { code: string }[];
  };
}

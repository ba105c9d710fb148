import { expect, test } from 'vitest';

import { listAccessChanges } from '../../../src/services/access/access-changes.ts';
import { findApiKey } from '../../../src/services/access/api-key.ts';
import { openAuthenticator } from '../../../src/services/access/authenticate.ts';
import { createApiKey, type NewApiKey } from '../../../src/services/access/create-api-key.ts';
import { openKeyUse } from '../../../src/services/access/key-use.ts';
import { revokeApiKey, revokeViewer } from '../../../src/services/access/revoke-viewer.ts';
import { rotateApiKey } from '../../../src/services/access/rotate-api-key.ts';
import { updateApiKey } from '../../../src/services/access/update-api-key.ts';
import { readInstallation } from '../../../src/services/events/installation.ts';
import { Refusal } from '../../../src/values/refusal.ts';
import { AccessDenied } from '../../../src/values/access-denied.ts';
import { SocketReader } from '../../support/socket-reader.ts';
import { aScope } from '../../support/scopes.ts';
import { aKey, systemScope, withApp } from '../../support/start-app.ts';
import { until } from '../../support/until.ts';
import { post } from '../../support/graphql.ts';
import { withDatabase } from '../../support/with-database.ts';

const place = await withDatabase();
const { database, sql } = place;
const installation = await readInstallation(sql);
const scope = systemScope(place);
const rotate = (id: string, overlapHours = 24, idempotencyKey: string | null = null, by = scope) =>
  rotateApiKey(by, installation, { id, overlapHours }, idempotencyKey);
/** Another process, which remembers nothing. */
const whoIs = async (secret: string) =>
  (await openAuthenticator(database, installation, null).authenticate(secret))?.viewer;
const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (error instanceof Refusal ? error.code : error),
  );

test('a rotated key has a new secret, and the old one works beside it for as long as was said', async () => {
  const key = await aKey(place, 'bot', { scopes: ['graph:read'] });
  const { secret } = await rotate(key.id);

  expect(secret).toMatch(/^pk_bot_[a-z2-7]{52}$/);
  const [now, before] = [await whoIs(secret!), await whoIs(key.secret)];
  expect(now).toMatchObject({ principal: key.id, role: 'bot' });
  expect(before).toEqual(now);
  const shown = await findApiKey(scope, key.id);
  expect(shown!.earlierUntil!.getTime() - scope.now.getTime()).toBe(24 * 3_600_000);
  expect(secret!.startsWith(shown!.prefix)).toBe(true);

  await sql`update api_keys set earlier_until = now() where id = ${key.id}`;
  expect(await whoIs(key.secret)).toBeUndefined();
  expect(await whoIs(secret!)).toBeDefined();
  expect((await findApiKey(scope, key.id))!.earlierUntil).toBeNull();
});

test('a third secret never works, and with no overlap the old one is refused at once', async () => {
  const key = await aKey(place, 'bot');
  const second = (await rotate(key.id)).secret!;
  const third = (await rotate(key.id)).secret!;
  expect([await whoIs(key.secret), await whoIs(second), await whoIs(third)].map(Boolean)).toEqual([false, true, true]);

  const fourth = (await rotate(key.id, 0)).secret!;
  expect([await whoIs(second), await whoIs(third), await whoIs(fourth)].map(Boolean)).toEqual([false, false, true]);
});

test('an expired or revoked key works by neither secret', async () => {
  const key = await aKey(place, 'bot', { expiresAt: new Date(Date.now() + 3_600_000) });
  const { secret } = await rotate(key.id);
  await sql`update api_keys set expires_at = now() where id = ${key.id}`;
  expect([await whoIs(key.secret), await whoIs(secret!)]).toEqual([undefined, undefined]);
  await sql`update api_keys set expires_at = null where id = ${key.id}`;
  await revokeApiKey(scope, key.id);
  expect([await whoIs(key.secret), await whoIs(secret!)]).toEqual([undefined, undefined]);
});

test('a rotation under the same idempotency key is one, and shows its secret once', async () => {
  const key = await aKey(place, 'bot');
  const first = await rotate(key.id, 1, 'once');
  const again = await rotate(key.id, 1, 'once');

  expect(again).toEqual({ id: key.id, secret: null });
  expect(await whoIs(first.secret!)).toBeDefined();
  expect(await whoIs(key.secret)).toBeDefined();
  expect(await refusalOf(rotate(key.id, 2, 'once'))).toBe('IDEMPOTENCY_KEY_REUSED');
});

test('C23: nobody rotates a key that may more than they do, one that is gone, or without the right; nothing is changed', async () => {
  const admin = await aKey(place, 'admin');
  const customersOnly = aScope(database, 'admin', { rights: new Set(['graph:read', 'access:write'] as const) });
  const before = await sql`select * from api_keys order by id`;

  expect(await refusalOf(rotate(admin.id, 1, null, customersOnly))).toBe('NOT_ALLOWED');
  expect(await refusalOf(rotate('key_00000000000000000000000000'))).toBe('NOT_FOUND');
  expect(await refusalOf(rotate(admin.id, 721))).toBe('INVALID_INPUT');
  expect(await refusalOf(rotate(admin.id, -1))).toBe('INVALID_INPUT');
  for (const role of ['agent', 'supervisor', 'bot', 'partner', 'customer', 'integration'] as const)
    await expect(rotate(admin.id, 1, null, aScope(database, role))).rejects.toBeInstanceOf(AccessDenied);
  expect(await sql`select * from api_keys order by id`).toEqual(before);
  const revoked = await aKey(place, 'bot');
  await revokeApiKey(scope, revoked.id);
  expect(await refusalOf(rotate(revoked.id))).toBe('ALREADY_REVOKED');
});

test('C15: what the old secret opened goes on over the overlap and ends with it', async () => {
  const app = await withApp(place);
  const key = await aKey(place, 'agent');
  const asked = {
    field: 'conversationEvents',
    document: 'subscription ($after: String) { conversationEvents(after: $after) { cursor } }',
    variables: {},
  };
  const reader = await new SocketReader({ url: () => app.url, secret: key.secret, asked, comesBack: false }).open();
  const { secret } = await rotate(key.id);
  const fresh = await new SocketReader({ url: () => app.url, secret: secret!, asked, comesBack: false }).open();
  expect((await post(app.url, key.secret, '{ viewer { role } }')).status).toBe(200);
  expect(reader.endings).toEqual([]);

  await sql`update api_keys set earlier_until = now() where id = ${key.id}`;
  await until(
    () => reader.endings,
    (endings) => endings.length > 0,
  );
  await until(
    async () => (await post(app.url, key.secret, '{ viewer { role } }')).status,
    (status) => status === 401,
  );
  expect(fresh.endings).toEqual([]);
  expect((await post(app.url, secret!, '{ viewer { role } }')).status).toBe(200);
  await fresh.close();
});

test('it is known when a key was used last, without a statement for each use', async () => {
  const [used, unused] = [await aKey(place, 'bot'), await aKey(place, 'bot')];
  const keyUse = openKeyUse(sql);
  const authenticator = openAuthenticator(database, installation, null, { keyUse });
  for (let i = 0; i < 20; i += 1) await authenticator.authenticate(used.secret);
  expect((await findApiKey(scope, used.id))!.lastUsedAt).toBeNull();
  await keyUse.close();

  expect(Date.now() - (await findApiKey(scope, used.id))!.lastUsedAt!.getTime()).toBeLessThan(60_000);
  expect((await findApiKey(scope, unused.id))!.lastUsedAt).toBeNull();
});

test('who gave whom what is put down with the change itself, and a refused change leaves nothing', async () => {
  const giver = aScope(database, 'admin', { principal: 'key_giver', now: new Date() });
  const wanted: NewApiKey = {
    ...{ name: 'audited', role: 'agent', scopes: ['graph:read'] },
    ...{ agentId: null, partnerId: null, customerId: null, expiresAt: null },
  };
  const { id } = await createApiKey(giver, installation, wanted, null);
  await updateApiKey(giver, id, {
    ...{ name: null, role: 'supervisor', scopes: ['graph:read', 'orders:read'], purposes: ['service'] },
  });
  expect(await refusalOf(updateApiKey(giver, id, { name: '', role: null, scopes: null }))).toBe('INVALID_INPUT');
  await rotate(id, 1, null, giver);
  await revokeApiKey(giver, id);
  const principal = `jwt:${'a'.repeat(22)}`;
  await revokeViewer(giver, principal);

  const changes = await listAccessChanges(scope, { principal: id }, { first: 100, after: null });
  expect(
    changes.nodes
      .map(({ act, doneBy, roleBefore, roleAfter, scopesBefore, scopesAfter }) => ({
        ...{ act, doneBy, roleBefore, roleAfter, scopesBefore, scopesAfter },
      }))
      .reverse(),
  ).toEqual([
    {
      act: 'created',
      doneBy: 'key_giver',
      roleBefore: null,
      roleAfter: 'agent',
      scopesBefore: null,
      scopesAfter: ['graph:read'],
    },
    {
      ...{ act: 'changed', doneBy: 'key_giver', roleBefore: 'agent', roleAfter: 'supervisor' },
      ...{ scopesBefore: ['graph:read'], scopesAfter: ['graph:read', 'orders:read'] },
    },
    {
      ...{ act: 'rotated', doneBy: 'key_giver', roleBefore: 'supervisor', roleAfter: 'supervisor' },
      ...{ scopesBefore: ['graph:read', 'orders:read'], scopesAfter: ['graph:read', 'orders:read'] },
    },
    {
      ...{ act: 'revoked', doneBy: 'key_giver', roleBefore: 'supervisor', roleAfter: null },
      ...{ scopesBefore: ['graph:read', 'orders:read'], scopesAfter: null },
    },
  ]);
  expect(changes.nodes.map(({ purposesAfter }) => purposesAfter).reverse()).toEqual([
    null,
    ['service'],
    ['service'],
    null,
  ]);
  const ofToken = await listAccessChanges(scope, { principal }, { first: 1, after: null });
  expect(ofToken.nodes).toMatchObject([{ act: 'revoked', doneBy: 'key_giver' }]);

  await expect(sql`update access_changes set done_by = 'nobody'`).rejects.toMatchObject({ code: '42501' });
  await expect(sql`delete from access_changes`).rejects.toMatchObject({ code: '42501' });
  await expect(
    listAccessChanges(aScope(database, 'agent'), { principal: null }, { first: 1, after: null }),
  ).rejects.toBeInstanceOf(AccessDenied);
});

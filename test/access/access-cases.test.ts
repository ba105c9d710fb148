import { afterAll, expect, test } from 'vitest';

import { openDatabase } from '../../src/database/open-database.ts';
import { rotateApiKey } from '../../src/services/access/rotate-api-key.ts';
import { revokeApiKey } from '../../src/services/access/revoke-viewer.ts';
import { updateApiKey } from '../../src/services/access/update-api-key.ts';
import { atomically, recordFact } from '../../src/services/events/atomically.ts';
import { stream } from '../../src/services/events/fact.ts';
import { readInstallation } from '../../src/services/events/installation.ts';
import { AccessChanged } from '../../src/values/access-changed.ts';
import { post } from '../support/graphql.ts';
import { aScope } from '../support/scopes.ts';
import { RawSocket } from '../support/socket.ts';
import { aKey, systemScope, withApp } from '../support/start-app.ts';
import { subscriptionCount } from '../support/subscription-count.ts';
import { ensurePartner } from '../../src/services/partners/ensure-partner.ts';
import { upsertCustomer } from '../../src/services/customers/upsert-customer.ts';
import { withDatabase } from '../support/with-database.ts';

const place = await withDatabase();
const { database, sql } = place;
const app = await withApp(place);
const scope = systemScope(place);
const installation = await readInstallation(sql);
const { customerId } = await upsertCustomer(scope, {
  identities: [{ kind: 'email', value: 'anna@example.org' }],
  source: 'shop',
} as never);
const partnerId = await ensurePartner(scope, { externalId: 'posti', name: 'Posti', kind: 'carrier' });
const partner = await aKey(place, 'partner', { partnerId });
const customer = await aKey(place, 'customer', { customerId });

test('C12: a key that never was, one that was revoked, that ended, that was rotated out, and what is no key answer alike', async () => {
  const [revoked, ended, rotated] = [await aKey(place, 'bot'), await aKey(place, 'bot'), await aKey(place, 'bot')];
  await revokeApiKey(scope, revoked.id);
  await sql`update api_keys set expires_at = now() where id = ${ended.id}`;
  await rotateApiKey(scope, installation, { id: rotated.id, overlapHours: 0 }, null);
  const never = `pk_bot_${'a'.repeat(52)}`;

  const answers = await Promise.all(
    [never, revoked.secret, ended.secret, rotated.secret, 'x', 'a.b.c'].map((secret) =>
      post(app.url, secret, '{ viewer { role } }'),
    ),
  );
  expect(new Set(answers.map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(1);
  expect(answers[0]!.status).toBe(401);
});

test('C14: who may not read gets an error at the subscription, and nothing is left running', async () => {
  const other = await upsertCustomer(scope, {
    identities: [{ kind: 'email', value: 'berta@example.org' }],
    source: 'shop',
  } as never);
  const before = await subscriptionCount(app.url);
  const tries: [{ secret: string }, string][] = [
    [partner, `subscription { contextPackets(customerId: "${customerId}") { cursor } }`],
    [partner, 'subscription { conversationEvents { cursor } }'],
    [customer, `subscription { contextPackets(customerId: "${other.customerId}") { cursor } }`],
    [customer, 'subscription { contextPackets(customerId: "cus_00000000000000000000000000") { cursor } }'],
    [customer, 'subscription { contextPackets(conversationId: "cnv_00000000000000000000000000") { cursor } }'],
    [customer, 'subscription { contextPackets(assignedToMe: true) { cursor } }'],
    [customer, 'subscription { routingDecisions { cursor } }'],
  ];
  for (const [key, document] of tries) {
    const socket = await new RawSocket(app.socketUrl).connected(key.secret);
    socket.subscribe('1', document);
    await socket.until(() => socket.of('1').length > 0);
    expect([document, socket.of('1').map(({ type }) => type)]).toEqual([document, ['error']]);
    socket.socket.close();
  }
  expect(await subscriptionCount(app.url)).toBe(before);
});

test('C24: what is fixed about oneself cannot be given, and to give it is an error, not ignored', async () => {
  const admin = await aKey(place, 'admin', { expiresAt: new Date(Date.now() + 3_600_000) });
  const rows = () => sql`select * from api_keys order by id`;
  const profile = () => sql`select * from customers order by id`;
  const [before, profiles] = [await rows(), await profile()];
  const inputs = [
    '{ expiresAt: null }',
    '{ expiresAt: "2099-01-01T00:00:00.000Z" }',
    '{ revokedAt: null }',
    '{ agentId: "agt_x" }',
    '{ customerId: "cus_x" }',
    '{ id: "key_x" }',
    '{ createdBy: "system:me" }',
    '{ __proto__: { role: ADMIN } }',
  ];
  for (const input of inputs) {
    const { status, body } = await post(
      app.url,
      admin.secret,
      `mutation { apiKeyUpdate(id: "${admin.id}", input: ${input}) { apiKey { id } } }`,
    );
    expect([input, status, body.data ?? null]).toEqual([input, 400, null]);
  }
  const variables = { id: admin.id, input: { role: 'ADMIN', tenantId: 'x' } };
  const DOCUMENT =
    'mutation ($id: ID!, $input: ApiKeyUpdateInput!) { apiKeyUpdate(id: $id, input: $input) { apiKey { id } } }';
  expect((await post(app.url, admin.secret, DOCUMENT, variables)).status).toBe(400);
  // Null is absent, as the schema says: it takes nothing away.
  await post(app.url, admin.secret, DOCUMENT, { id: admin.id, input: { role: null, scopes: null, name: null } });
  for (const input of ['{ role: ADMIN }', '{ customerId: "cus_x" }', '{ displayName: null }'])
    expect(
      (
        await post(
          app.url,
          customer.secret,
          `mutation { customerPreferencesSet(customerId: "${customerId}", input: ${input}) { customer { id } } }`,
        )
      ).status,
    ).toBe(400);

  expect(await rows()).toEqual(before);
  expect(await profile()).toEqual(profiles);
});

test('C27: of a request that failed in the middle of its transaction nothing is left on the connection that the next one takes', async () => {
  const single = openDatabase(place.applicationUrl, { poolSize: 1, statementTimeoutMs: 5_000 });
  afterAll(() => single.close());
  const state = async () => {
    const [row] = await single.sql`
      select pg_backend_pid() as pid, pg_current_xact_id_if_assigned() is null as is_idle, current_user as who, current_setting('search_path') as path,
        (select count(*)::int from pg_locks where pid = pg_backend_pid() and locktype = 'advisory') as locks,
        (select count(*)::int from pg_cursors where name <> '') as cursors,
        (select jsonb_object_agg(name, setting) from pg_settings where source = 'session') as settings`;
    return row!;
  };
  const before = await state();
  const fails = atomically(aScope(single), async (tx) => {
    await tx.db.sql`select set_config('search_path', 'pg_catalog, public', true), pg_advisory_xact_lock(7)`;
    await tx.db.sql`select set_config('statement_timeout', '4321', true)`;
    await tx.db.sql`update customers set given_name = 'not to stay' where id = ${customerId}`;
    recordFact(tx, { type: 'customer.updated', streams: [stream.customer(customerId)] });
    throw new Error('in the middle');
  });
  await expect(fails).rejects.toThrow('in the middle');
  const broken = atomically(aScope(single), (tx) => tx.db.sql`select 1 / 0`);
  await expect(broken).rejects.toMatchObject({ code: '22012' });

  expect(await state()).toEqual(before);
  expect(await sql`select 1 from customers where given_name = 'not to stay'`).toEqual([]);
});

test('C29: what a viewer may is decided inside the transaction: taken or changed meanwhile, nothing is written', async () => {
  const doing = async (meanwhile: (id: string) => Promise<unknown>) => {
    const key = await aKey(place, 'agent');
    const viewer = { principal: key.id, now: database.now() };
    const act = atomically(aScope(database, 'agent', viewer), async (tx) => {
      await tx.db.sql`update customers set given_name = ${key.id} where id = ${customerId}`;
      await meanwhile(key.id);
      recordFact(tx, { type: 'customer.updated', streams: [stream.customer(customerId)] });
    });
    const outcome = await act.then(
      () => 'done',
      (error: unknown) => (error instanceof AccessChanged ? 'refused' : error),
    );
    const [row] = await sql<{ givenName: string | null }[]>`select given_name from customers where id = ${customerId}`;
    return [outcome, row!.givenName === key.id];
  };

  expect(await doing(() => Promise.resolve())).toEqual(['done', true]);
  expect(await doing((id) => revokeApiKey(systemScope(place), id))).toEqual(['refused', false]);
  const narrower = { name: null, role: null, scopes: ['graph:read'] as const };
  expect(await doing((id) => updateApiKey(systemScope(place), id, narrower))).toEqual(['refused', false]);
  expect(await doing((id) => rotateApiKey(systemScope(place), installation, { id, overlapHours: 1 }, null))).toEqual([
    'done',
    true,
  ]);
});

test('C29: whoever changes their own access is not held up by it', async () => {
  const admin = await aKey(place, 'admin');
  const own = { ...aScope(database, 'admin', { principal: admin.id, now: database.now() }) };
  await updateApiKey(own, admin.id, { name: 'renamed by itself', role: null, scopes: null });

  expect(await sql`select name from api_keys where id = ${admin.id}`).toEqual([{ name: 'renamed by itself' }]);
});

test('C30: figures, keys, the audit and who changed access are for nobody unknown, for no partner and no customer', async () => {
  // As it comes through a proxy: from this very machine figures may be read by whoever is on it.
  const metrics = (secret: string | null) =>
    fetch(`${app.url}/metrics`, {
      headers: { 'x-forwarded-for': '203.0.113.7', ...(secret ? { authorization: `Bearer ${secret}` } : {}) },
    });
  const supervisor = await aKey(place, 'supervisor');
  const admin = await aKey(place, 'admin');
  const bare = await aKey(place, 'admin', { scopes: ['graph:read'] });
  for (const secret of [null, 'x', partner.secret, customer.secret, supervisor.secret, bare.secret]) {
    const answer = await metrics(secret);
    expect(answer.status).toBe(401);
    expect(await answer.text()).not.toContain('punos_');
  }
  expect((await metrics(admin.secret)).status).toBe(200);

  for (const field of ['apiKeys', 'accessChanges', 'auditEntries']) {
    const ask = (secret: string | null) => post(app.url, secret, `{ ${field} { nodes { id } } }`);
    expect((await ask(null)).status).toBe(401);
    expect((await ask(partner.secret)).status).toBe(403);
    expect((await ask(supervisor.secret)).status).toBe(200);
  }
  expect((await post(app.url, customer.secret, '{ apiKeys { nodes { id } } }')).status).toBe(403);
  expect((await post(app.url, customer.secret, '{ accessChanges { nodes { id } } }')).status).toBe(403);
  const { body } = await post(app.url, customer.secret, '{ auditEntries { nodes { customerIds } } }');
  expect(body.data).toEqual({ auditEntries: { nodes: [] } });
});

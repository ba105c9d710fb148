import { afterAll, expect, test } from 'vitest';

import { openAuditTrail, type Reading } from '../../../src/services/access/audit-trail.ts';
import { listAuditEntries, type AuditFilter } from '../../../src/services/privacy/read-audit-entries.ts';
import { newId, type AgentId, type CustomerId } from '../../../src/values/ids.ts';
import { AccessDenied } from '../../../src/values/access-denied.ts';
import { aScope, aViewer } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const trail = openAuditTrail(database);
afterAll(() => trail.close());

const aCustomer = async (): Promise<CustomerId> => {
  const id = newId('customer');
  await sql`insert into customers (id, created_at, updated_at) values (${id}, now(), now())`;
  return id;
};
const [anna, annasBrowser, berta] = [await aCustomer(), await aCustomer(), await aCustomer()];
await sql`insert into person_links (member_id, person_id, linked_at) values (${annasBrowser}, ${anna}, now())`;
const agentId: AgentId = newId('agent');
const agent: Reading = {
  viewer: aViewer('agent', { principal: 'key_agent', agentId }),
  dataClasses: ['profile'],
};
const bot: Reading = { viewer: aViewer('bot', { principal: 'key_bot' }), dataClasses: ['orders'] };

await trail.reads(agent, new Set([anna, berta]));
await trail.reads(bot, new Set([annasBrowser]));
const stream = trail.stream('an inbox');
await stream.opens(agent, []);
await stream.shows(agent, new Set([berta]), () => 5);
await stream.opens(bot, []);
await stream.shows(agent, new Set([anna]), () => 6);
await trail.reads(agent, new Set([anna]));

const NOTHING: AuditFilter = { viewer: null, customerId: null, since: null, until: null };
const list = async (filter: Partial<AuditFilter> = {}, scope = aScope(database, 'supervisor')) =>
  (await listAuditEntries(scope, { ...NOTHING, ...filter }, { first: 100, after: null })).nodes;
const told = (entries: Awaited<ReturnType<typeof list>>) =>
  entries.map(({ act, customerIds, viewers }) => [act, customerIds, viewers.map(({ principal }) => principal)]);

test('a supervisor sees everything, newest first; of what a subscription shows, who had it open then', async () => {
  expect(told(await list())).toEqual([
    ['shown', [anna], ['key_agent', 'key_bot']],
    ['opened', [], ['key_bot']],
    ['shown', [berta], ['key_agent']],
    ['opened', [], ['key_agent']],
    ['read', [annasBrowser], ['key_bot']],
    ['read', [anna, berta], ['key_agent']],
  ]);
});

test('by viewer: its principal or whom it speaks for, also what subscriptions showed while it had them open', async () => {
  const ofAgent = [
    ['shown', [anna], ['key_agent', 'key_bot']],
    ['shown', [berta], ['key_agent']],
    ['opened', [], ['key_agent']],
    ['read', [anna, berta], ['key_agent']],
  ];
  expect(told(await list({ viewer: 'key_agent' }))).toEqual(ofAgent);
  expect(told(await list({ viewer: agentId }))).toEqual(ofAgent);
  expect(told(await list({ viewer: 'key_bot' }))).toEqual([
    ['shown', [anna], ['key_agent', 'key_bot']],
    ['opened', [], ['key_bot']],
    ['read', [annasBrowser], ['key_bot']],
  ]);
  expect(await list({ viewer: 'key_nobody' })).toEqual([]);
});

test('by person: all that are one with it, by any of their ids; and by time', async () => {
  const ofAnna = [
    ['shown', [anna], ['key_agent', 'key_bot']],
    ['read', [annasBrowser], ['key_bot']],
    ['read', [anna, berta], ['key_agent']],
  ];
  expect(told(await list({ customerId: annasBrowser }))).toEqual(ofAnna);
  expect(told(await list({ customerId: anna, viewer: 'key_bot' }))).toEqual(ofAnna.slice(0, 2));
  expect(await list({ customerId: anna, since: new Date(Date.now() + 60_000) })).toEqual([]);
  expect(await list({ customerId: anna, until: new Date(Date.now() - 60_000) })).toEqual([]);
});

test('a page ends where the next one begins', async () => {
  const all = await list();
  const scope = aScope(database, 'supervisor');
  const seen: string[] = [];
  let after = null;
  for (;;) {
    const page: Awaited<ReturnType<typeof listAuditEntries>> = await listAuditEntries(scope, NOTHING, {
      first: 2,
      after,
    });
    seen.push(...page.nodes.map(({ id }) => id));
    if (!page.hasNextPage) break;
    after = page.keysetOf(page.nodes.at(-1)!);
  }
  expect(seen).toEqual(all.map(({ id }) => id));
});

test('a person learns who looked at the own data by role and purposes, and nothing of whoever else was shown or asked about', async () => {
  const own = aScope(database, 'customer', { customerId: anna, principal: 'key_anna' });
  const entries = await list({}, own);

  expect(entries.map(({ act, customerIds, purposes }) => [act, customerIds, purposes.length])).toEqual([
    ['shown', [anna], 5],
    ['read', [annasBrowser], 5],
    ['read', [anna], 5],
  ]);
  expect(entries[0]!.viewers).toEqual([
    { principal: null, role: 'agent', speaksFor: null },
    { principal: null, role: 'bot', speaksFor: null },
  ]);
  expect(JSON.stringify(entries)).not.toContain(berta);
  // Neither who looked nor who else was shown can be found out by asking.
  for (const filter of [{ viewer: 'key_agent' }, { viewer: agentId }, { customerId: berta }])
    expect(await list(filter, own)).toEqual([]);
  expect(await list({}, aScope(database, 'customer', { customerId: null }))).toEqual([]);
});

test('what the person reads of itself names itself', async () => {
  const own = aScope(database, 'customer', { customerId: berta, principal: 'key_berta' });
  await trail.reads({ viewer: own.viewer, dataClasses: ['orders'] }, new Set([berta]));

  const [newest] = await list({ viewer: berta }, own);
  expect(newest).toMatchObject({
    viewers: [{ principal: 'key_berta', role: 'customer', speaksFor: berta }],
  });
});

test('without the right nobody sees the audit', async () => {
  await expect(list({}, aScope(database, 'agent'))).rejects.toBeInstanceOf(AccessDenied);
});

test('who was asked for by name and not shown is told as such, once the window is over', async () => {
  const brief = openAuditTrail(database, { windowMs: 1 });
  const asking: Reading = { viewer: aViewer('agent', { principal: 'key_asking' }), dataClasses: ['profile'] };
  brief.asks(asking, anna);
  await brief.close();

  const [entry, ...others] = await list({ viewer: 'key_asking' });
  expect(others).toEqual([]);
  expect(entry).toMatchObject({ act: 'read', customerIds: [anna], repeats: 0, wasShown: false });
  expect((await list({ viewer: 'key_bot' })).map(({ wasShown }) => wasShown)).toEqual([true, true, true]);
});

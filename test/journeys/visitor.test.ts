import { expect, test } from 'vitest';

import { readVisitorToken, signVisitorToken } from '../../src/services/access/visitor-token.ts';
import { forgetActivities } from '../../src/services/activity/forget-activities.ts';
import { forgetVisitorSessions } from '../../src/services/activity/forget-visitor-sessions.ts';
import { readInstallation } from '../../src/services/events/installation.ts';
import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
import { newId } from '../../src/values/ids.ts';
import { post } from '../support/graphql.ts';
import { journalOf } from '../support/journal.ts';
import { aScope } from '../support/scopes.ts';
import { RawSocket } from '../support/socket.ts';
import { aKey, withApp } from '../support/start-app.ts';
import { openTokenIssuer } from '../support/token-issuer.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const { sql } = database;
const issuer = await openTokenIssuer();
const app = await withApp(database, issuer.settings);
const installation = await readInstallation(sql);

/** What a shop puts into its page, what its backend holds, and an agent. */
const page = await aKey(database, 'integration', { scopes: ['graph:read', 'sessions:write'] });
const shop = await aKey(database, 'integration');
const admin = await aKey(database, 'admin');
const agent = await aKey(database, 'agent');

const START = `mutation ($input: VisitorSessionStartInput!, $key: String) {
  visitorSessionStart(input: $input, idempotencyKey: $key) { token expiresAt customerId visitorId userErrors { code field } }
}`;
interface Started {
  token: string;
  expiresAt: string;
  customerId: string;
  visitorId: string;
  userErrors: { code: string; field: string[] }[];
}
const start = async (secret: string, input: object = {}, key: string | null = null) =>
  (await post(app.url, secret, START, { input, key })).body.data!['visitorSessionStart'] as unknown as Started;
const fill = (secret: string, ...skus: string[]) =>
  post(
    app.url,
    secret,
    `mutation ($input: ActivityInput!) { activityRecord(input: $input) { activity { id source } userErrors { code field } } }`,
    { input: { basketChange: { lines: skus.map((sku) => ({ sku, quantity: 1 })) } } },
  );
const whoami = async (secret: string) => (await post(app.url, secret, '{ viewer { principal } }')).status;
const basketOf = async (customerId: string) => {
  const query = `query ($id: ID!) { contextPacket(customerId: $id) { customerId basket { lines { sku } } } }`;
  const answer = await post(app.url, agent.secret, query, { id: customerId });
  const packet = answer.body.data!['contextPacket'] as unknown as {
    customerId: string;
    basket: { lines: { sku: string }[] } | null;
  };
  return { customerId: packet.customerId, skus: packet.basket?.lines.map(({ sku }) => sku) };
};
const counts = async () => {
  const [row] = await sql`
    select (select count(*)::int from customers) as customers, (select count(*)::int from visitor_sessions) as sessions,
      (select count(*)::int from person_links) as links, (select count(*)::int from activities) as activities`;
  return row;
};

test('a basket that an anonymous visitor filled on the site is in the packet of the shopper who logs in, on the phone', async () => {
  const visitor = await start(page.secret, { origin: 'https://shop.example' });
  await fill(visitor.token, 'LAMP', 'BULB');
  expect(await basketOf(visitor.customerId)).toEqual({ customerId: visitor.customerId, skus: ['LAMP', 'BULB'] });

  const identity = { kind: 'EMAIL', value: 'aino@example.com' };
  const known = await start(shop.secret, { visitorToken: visitor.token, identity });

  expect(known.userErrors).toEqual([]);
  expect(known.customerId).not.toBe(visitor.customerId);
  expect(await basketOf(known.customerId)).toEqual({ customerId: known.customerId, skus: ['LAMP', 'BULB'] });
  const phone = await start(shop.secret, { identity });
  expect(phone.customerId).toBe(known.customerId);
  await fill(phone.token, 'LAMP');
  expect((await basketOf(known.customerId)).skus).toEqual(['LAMP']);
  for (const id of [known.customerId, visitor.customerId])
    expect((await journalOf(sql, `customer:${id}`)).map(({ type }) => type)).toContain('customer.linked');
});

test('the anonymous token ends with the login, on open sockets too: whoever finds the browser reads nothing of the person', async () => {
  const visitor = await start(page.secret);
  const socket = await new RawSocket(app.socketUrl).connected(visitor.token);

  await start(shop.secret, { visitorToken: visitor.token, identity: { kind: 'EMAIL', value: 'leena@example.com' } });

  await socket.untilClosed();
  await until(
    () => whoami(visitor.token),
    (status) => status === 401,
  );
  const before = await counts();
  expect((await start(page.secret, { visitorToken: visitor.token })).userErrors).toMatchObject([
    { code: 'INVALID_INPUT', field: ['visitorToken'] },
  ]);
  expect(await counts()).toEqual(before);
});

test('the token of an anonymous visitor whom staff merged goes on, for what is the visitor’s own and nothing of the other’s', async () => {
  await ensureInbox(aScope(database.database), { externalId: 'merged-chat', channel: 'live_chat', name: 'Chat' });
  await ensureInbox(aScope(database.database), { externalId: 'merged-mail', channel: 'email', name: 'Mail' });
  const source = aScope(database.database, 'integration');
  const received = await receiveMessage(source, {
    ...{ inbox: 'merged-mail', sender: { kind: 'email', value: 'merged@example.com' }, externalId: 'merged-1' },
    ...{ text: 'Nobody at a browser may read this.', occurredAt: source.now },
  });
  const visitor = await start(page.secret, { inbox: 'merged-chat' });
  const say = (clientMessageId: string, text: string) =>
    post(
      app.url,
      visitor.token,
      `mutation ($input: ChatMessageSendInput!) { chatMessageSend(input: $input) { message { id } userErrors { code } } }`,
      { input: { clientMessageId, text } },
    );
  const seen = async () =>
    JSON.stringify(
      (await post(app.url, visitor.token, '{ conversations { nodes { id messages { nodes { text } } } } }')).body,
    );
  await say('c1', 'before');
  const merge = `mutation ($ids: [ID!]!) { customerMerge(ids: $ids) { customer { id memberIds } userErrors { code } } }`;
  const merged = await post(app.url, agent.secret, merge, { ids: [received.customerId, visitor.customerId] });
  expect(merged.body.data!['customerMerge']).toEqual({
    customer: { id: received.customerId, memberIds: [received.customerId, visitor.customerId] },
    userErrors: [],
  });

  expect(await whoami(visitor.token)).toBe(200);
  await say('c2', 'after');
  await fill(visitor.token, 'MERGED-LAMP');

  const words = await seen();
  expect(words).toContain('before');
  expect(words).toContain('after');
  expect(words).not.toContain('Nobody at a browser');
  expect(await basketOf(received.customerId)).toEqual({ customerId: received.customerId, skus: ['MERGED-LAMP'] });
});

test('two customers that each have a name of their own are never linked by a login', async () => {
  const [first, second] = ['one@example.com', 'two@example.com'].map((value) => ({ kind: 'EMAIL', value }));
  const one = await start(shop.secret, { identity: first });
  const { links } = (await counts())!;

  const two = await start(shop.secret, { identity: second, visitorToken: one.token });

  expect(two.customerId).not.toBe(one.customerId);
  expect((await counts())!['links']).toBe(links);
});

test('a visitor who gave an address in the meantime stays a customer of its own', async () => {
  const visitor = await start(page.secret);
  await sql`
    insert into identities (id, customer_id, kind, value, normalized, source, first_seen_at, last_seen_at)
    values ('idn_00000000000000000000000009', ${visitor.customerId}, 'email', 'x@example.com', 'x@example.com', 'chat', now(), now())`;
  const { links } = (await counts())!;

  await start(shop.secret, { visitorToken: visitor.token, identity: { kind: 'EMAIL', value: 'y@example.com' } });

  expect((await counts())!['links']).toBe(links);
});

test('a visitor goes on as the same one by its token, also after the token has ended', async () => {
  const visitor = await start(page.secret);
  const again = await start(page.secret, { visitorToken: visitor.token });
  expect(again).toMatchObject({ customerId: visitor.customerId, visitorId: visitor.visitorId, userErrors: [] });

  const claims = (await readVisitorToken(installation, visitor.token, { now: new Date(), graceSeconds: 0 }))!;
  const seconds = Math.floor(Date.now() / 1_000);
  const endedBefore = (ago: number) =>
    signVisitorToken(installation, claims, { issuedAt: seconds - ago - 3_600, expiresAt: seconds - ago });
  const lastWeek = await endedBefore(7 * 24 * 3_600);
  expect(await whoami(lastWeek)).toBe(401);
  expect(await start(page.secret, { visitorToken: lastWeek })).toMatchObject({ customerId: visitor.customerId });
  expect((await start(page.secret, { visitorToken: await endedBefore(31 * 24 * 3_600) })).userErrors).toMatchObject([
    { code: 'INVALID_INPUT' },
  ]);
});

test('a token of one kind is never believed as the other, nor one under another algorithm or key', async () => {
  const visitor = await start(page.secret);
  const [head, body] = visitor.token.split('.') as [string, string];
  const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'visitor+jwt' })).toString('base64url');
  const asJwt = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'JWT' })).toString('base64url');
  const issued = await issuer.token(
    { sub: visitor.customerId, role: 'admin', scope: 'graph:read' },
    new Date(Date.now() + 60_000),
  );

  for (const forged of [
    `${none}.${body}.`,
    `${head}.${body}.${'A'.repeat(43)}`,
    `${asJwt}.${body}.${visitor.token.split('.')[2]}`,
    `${head}.${issued.split('.')[1]}.${issued.split('.')[2]}`,
  ])
    expect(await whoami(forged)).toBe(401);
  expect(await whoami(visitor.token)).toBe(200);
});

test('a key that stands in a page starts sessions and nothing else, and names nobody', async () => {
  const before = await counts();
  const identity = { kind: 'EMAIL', value: 'victim@example.com' };

  expect((await start(page.secret, { identity })).userErrors).toMatchObject([
    { code: 'NOT_ALLOWED', field: ['identity'] },
  ]);
  expect((await start(page.secret, { visitorToken: 'vis_00000000000000000000000000' })).userErrors).toMatchObject([
    { code: 'INVALID_INPUT' },
  ]);
  expect((await fill(page.secret, 'LAMP')).body.errors![0]).toMatchObject({ extensions: { code: 'FORBIDDEN' } });
  const known = await start(shop.secret, { identity });
  expect((await start(page.secret, { visitorToken: known.token })).userErrors).toMatchObject([{ code: 'NOT_ALLOWED' }]);
  expect(await counts()).toMatchObject({ links: before!['links'], activities: before!['activities'] });
});

test('an idempotency key that two browsers use hands out no token twice', async () => {
  const [one, two] = [await start(page.secret, {}, 'start'), await start(page.secret, {}, 'start')];

  expect(one.token).not.toBeNull();
  expect(two).toMatchObject({ token: null, visitorId: one.visitorId });
});

test('C3: a visitor may do what a browser needs for its own customer only', async () => {
  const [visitor, other] = [await start(page.secret), await start(page.secret)];
  const asked = (query: string, variables = {}) => post(app.url, visitor.token, query, variables);

  const packet = await asked('query ($id: ID!) { contextPacket(customerId: $id) { version } }', {
    id: visitor.customerId,
  });
  expect(packet.body.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  const orders = await asked('{ orders { nodes { id } } }');
  expect(orders.body.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  const before = await counts();
  const foreign = await asked(
    `mutation ($list: [ActivityInput!]!) { activitiesRecord(activities: $list) { recorded userErrors { code field } } }`,
    { list: [{ visit: { url: '/' } }, { customerId: other.customerId, visit: { url: '/' } }] },
  );
  expect(foreign.body.data!['activitiesRecord']).toEqual({
    recorded: null,
    userErrors: [{ code: 'NOT_FOUND', field: ['activities', '1', 'customerId'] }],
  });
  expect(await counts()).toEqual(before);
});

test('a visitor’s session can be revoked', async () => {
  const visitor = await start(page.secret);
  const answer = await post(
    app.url,
    admin.secret,
    'mutation ($principal: ID!) { viewerRevoke(principal: $principal) { userErrors { code } } }',
    { principal: `visitor:${visitor.visitorId}` },
  );

  expect(answer.body.data!['viewerRevoke']).toEqual({ userErrors: [] });
  await until(
    () => whoami(visitor.token),
    (status) => status === 401,
  );
});

test('activity older than its retention is forgotten, with the basket it left', async () => {
  const visitor = await start(page.secret);
  await fill(visitor.token, 'LAMP');

  expect(await forgetActivities(sql, new Date(Date.now() - 60_000))).toMatchObject({ removed: 0 });
  await forgetActivities(sql, new Date(Date.now() + 60_000));

  expect((await counts())!['activities']).toBe(0);
  expect((await basketOf(visitor.customerId)).skus).toBeUndefined();
});

test('sessions that nobody can continue any more are swept; what is younger or was seen since stays, and so do the customers', async () => {
  const before = new Date(Date.now() - 32 * 24 * 3_600_000);
  const at = (hours: number) => new Date(before.getTime() + hours * 3_600_000);
  const session = async (began: Date, seen: Date) => {
    const id = newId('visitorSession', began.getTime());
    await sql`
      insert into visitor_sessions (id, customer_id, started_at, last_seen_at)
      select ${id}, id, ${began}, ${seen} from customers limit 1`;
    return id;
  };
  const old = await session(at(-100), at(-1));
  const seenSince = await session(at(-100), at(1));
  const young = await session(at(1), at(1));
  const people = (await sql<{ n: number }[]>`select count(*)::int as n from customers`)[0]!.n;

  expect(await forgetVisitorSessions(sql, before)).toEqual({ removed: 1, isDone: true });

  const left = (await sql<{ id: string }[]>`select id from visitor_sessions`).map(({ id }) => id);
  expect([old, seenSince, young].map((id) => left.includes(id))).toEqual([false, true, true]);
  expect((await sql<{ n: number }[]>`select count(*)::int as n from customers`)[0]!.n).toBe(people);
});

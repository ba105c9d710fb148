import { beforeAll, expect, test } from 'vitest';

import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
import { recordOrderFacts } from '../../src/services/orders/record-order-facts.ts';
import { post } from '../support/graphql.ts';
import { factsOf } from '../support/orders.ts';
import { aKey, systemScope, withApp } from '../support/start-app.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const app = await withApp(database, { RATE_COST_BURST: '1000000' });
const scope = systemScope(database);
const agent = await aKey(database, 'supervisor');
let count = 0;

beforeAll(async () => {
  await ensureInbox(scope, { externalId: 'mail', channel: 'email', name: 'Mail' });
});

const say = (sender: string, threadId: string | null = null) =>
  receiveMessage(scope, {
    inbox: 'mail',
    sender: { kind: 'visitor_id', value: sender },
    externalId: `x${(count += 1)}`,
    text: 'Hello',
    occurredAt: scope.now,
    threadId,
  });

type Json = Record<string, unknown>;
async function ask(query: string, variables: Json, secret = agent.secret): Promise<Record<string, Json>> {
  const { body } = await post(app.url, secret, query, variables);
  expect(body.errors).toBeUndefined();
  return body.data as never;
}
const READ = `query ($id: ID!) { conversation(id: $id) {
  status issueType priority tags actionsTaken resolution outcome snoozedUntil version mergedInto { id }
  linkedOrders(first: 5) { nodes { number } } messages { nodes { id } } } }`;

test('a conversation is described, linked, snoozed, woken by the server and resolved', async () => {
  const { conversationId: id, customerId } = await say(`s${(count += 1)}`);
  const { orderIds } = await recordOrderFacts(scope, [factsOf('#88001', customerId).placed()]);

  const done = await ask(
    `mutation ($id: ID!, $order: ID!, $until: DateTime!) {
      conversationUpdate(id: $id, input: { priority: URGENT, issueType: PROBLEM, tags: ["B", "a"] }) {
        conversation { priority issueType tags } userErrors { code } }
      conversationLinkOrder(id: $id, orderId: $order) { userErrors { code } }
      conversationSnooze(id: $id, until: $until) { conversation { status } userErrors { code } }
    }`,
    { id, order: orderIds[0], until: new Date(Date.now() + 3_600_000).toISOString() },
  );
  expect(done).toEqual({
    conversationUpdate: {
      conversation: { priority: 'URGENT', issueType: 'PROBLEM', tags: ['a', 'b'] },
      userErrors: [],
    },
    conversationLinkOrder: { userErrors: [] },
    conversationSnooze: { conversation: { status: 'SNOOZED' }, userErrors: [] },
  });
  await database.sql`update conversations set snoozed_until = now() where id = ${id}`;
  await until(
    () => ask(READ, { id }),
    ({ conversation }) => conversation!['status'] === 'OPEN',
  );
  await ask(
    `mutation ($id: ID!) { conversationResolve(id: $id, input: { actionsTaken: "A", resolution: "R", outcome: SOLVED }) {
      userErrors { code } } }`,
    { id },
  );

  expect((await ask(READ, { id }))['conversation']).toMatchObject({
    status: 'RESOLVED',
    actionsTaken: 'A',
    resolution: 'R',
    outcome: 'SOLVED',
    snoozedUntil: null,
    linkedOrders: { nodes: [{ number: '#88001' }] },
  });
  const { conversations } = await ask(
    `{ conversations(filter: { status: RESOLVED, priority: URGENT, issueType: PROBLEM, tag: "A" }) { nodes { id } } }`,
    {},
  );
  expect(conversations).toEqual({ nodes: [{ id }] });
});

test('X13: the loser of two acts on one version is told the version now', async () => {
  const { conversationId: id } = await say(`s${(count += 1)}`);
  const { version } = (await ask(READ, { id }))['conversation'] as { version: number };
  const SEND = `mutation ($id: ID!, $version: Int) { messageSend(id: $id, input: { text: "x", expectedVersion: $version }) {
    message { id } userErrors { __typename code field ... on VersionConflictError { version } } } }`;

  const first = (await ask(SEND, { id, version }))['messageSend']!;
  const second = (await ask(SEND, { id, version }))['messageSend']!;

  expect(first['userErrors']).toEqual([]);
  const now = ((await ask(READ, { id }))['conversation'] as { version: number }).version;
  expect(second).toEqual({
    message: null,
    userErrors: [
      { __typename: 'VersionConflictError', code: 'CONFLICT', field: ['input', 'expectedVersion'], version: now },
    ],
  });
});

test('a merge leads on, a split repeated with its key is one split', async () => {
  const sender = `s${(count += 1)}`;
  const one = await say(sender, 't1');
  const two = await say(sender, 't2');

  const merged = await ask(
    `mutation ($a: ID!, $b: ID!) { conversationMerge(id: $b, intoId: $a) { conversation { id } userErrors { code } } }`,
    { a: one.conversationId, b: two.conversationId },
  );
  expect(merged['conversationMerge']).toEqual({ conversation: { id: one.conversationId }, userErrors: [] });
  expect((await ask(READ, { id: two.conversationId }))['conversation']).toMatchObject({
    outcome: 'DUPLICATE',
    mergedInto: { id: one.conversationId },
    messages: { nodes: [] },
  });

  const SPLIT = `mutation ($id: ID!, $messageIds: [ID!]!) {
    conversationSplit(id: $id, messageIds: $messageIds, subject: "Own", idempotencyKey: "split") {
      conversation { id subject messages { nodes { id } } } userErrors { code } } }`;
  const variables = { id: one.conversationId, messageIds: [two.messageId] };
  const split = await ask(SPLIT, variables);
  expect(await ask(SPLIT, variables)).toEqual(split);
  expect(split['conversationSplit']).toMatchObject({
    conversation: { subject: 'Own', messages: { nodes: [{ id: two.messageId }] } },
    userErrors: [],
  });
});

test('a customer may read the own conversation and change nothing of it', async () => {
  const { conversationId: id, customerId } = await say(`s${(count += 1)}`);
  const customer = await aKey(database, 'customer', { customerId });

  const read = await ask(`query ($id: ID!) { conversation(id: $id) { status version } }`, { id }, customer.secret);
  expect(read['conversation']).toMatchObject({ status: 'OPEN' });
  // How we sort it inside is not for the customer, neither to read nor to find by.
  for (const inner of [
    ...['topic', 'tags', 'issueType', 'priority', 'actionsTaken', 'resolution'].map(
      (name) => `conversation(id: $id) { ${name} }`,
    ),
    'conversations(filter: { tag: "fraud" }) { nodes { id } } viewer { principal } node(id: $id) { id }',
  ]) {
    const { body } = await post(app.url, customer.secret, `query ($id: ID!) { ${inner} }`, { id });
    expect(body.errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  }
  for (const act of [
    'conversationUpdate(id: $id, input: {})',
    'conversationResolve(id: $id, input: {})',
    'conversationMerge(id: $id, intoId: $id)',
    'conversationSplit(id: $id, messageIds: [])',
    'conversationSnooze(id: $id, until: "2030-01-01T00:00:00Z")',
    'conversationLinkOrder(id: $id, orderId: "x")',
  ]) {
    const { body } = await post(app.url, customer.secret, `mutation ($id: ID!) { ${act} { userErrors { code } } }`, {
      id,
    });
    expect(body.errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  }
});

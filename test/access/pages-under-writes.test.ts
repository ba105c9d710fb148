import { afterAll, expect, test } from 'vitest';

import { singleConnection } from '../../src/database/single-connection.ts';
import { newId } from '../../src/values/ids.ts';
import { aFullShop } from '../support/a-full-shop.ts';
import { asking } from '../support/asking.ts';
import { aProposal, aSegment, EVERY_ACT } from '../support/every-act.ts';
import { listsOf, pageOfList, type ListField } from '../support/lists-of-graph.ts';
import { withDatabase } from '../support/with-database.ts';

const { database, superuserUrl } = await withDatabase();
const shop = await aFullShop(await asking(database));
const anna = await shop.aShopper('anna');

const behind = singleConnection(superuserUrl);
afterAll(() => behind.end());
// Rows go without what hangs on them: what counts is how a page ends, not what a whole erasure would take along.
await behind`set session_replication_role = replica`;

type Args = string | readonly string[];
interface Growing {
  /** Adds a row. */
  readonly add: () => Promise<unknown>;
  /** Where its rows are, by the id in their cursors. */
  readonly table: string;
  readonly column?: string;
  /** One argument, or several. */
  readonly args?: Args;
  /** Removes the row that a cursor names, where its id is not one column. */
  readonly remove?: (id: string) => PromiseLike<readonly unknown[]>;
}
let count = 0;
/** Who holds a conversation is not handed it again. */
let toTeam = false;
const fresh = (what: string) => `paged-${what}-${(count += 1)}`;
const byAct = (mutation: string, table: string, args?: string): Growing => ({
  add: async () => shop.act(mutation, await EVERY_ACT[mutation]!(shop)),
  table,
  ...(args ? { args } : {}),
});
const inAnnasTalk = (mutation: string, input: () => object, table: string): Growing => ({
  add: () => shop.act(mutation, { id: anna.conversationId, input: input() }),
  table,
});
const anOrderOfAnna = async (): Promise<string> => {
  const orderNumber = fresh('order');
  const line = { externalId: '1', sku: 'LAMP', title: 'Lamp', quantity: 1, unitPriceMinor: 1_000 };
  const placed = { customerId: anna.customerId, lines: [line], total: { amountMinor: 1_000, currency: 'EUR' } };
  const fact = {
    orderNumber,
    source: 'shop',
    sourceEventId: orderNumber,
    occurredAt: new Date().toISOString(),
    placed,
  };
  return (await shop.act('orderFactsRecord', { facts: [fact] })).orders[0].id;
};
/** More back than was paid, each in an order of its own. */
const aWrongFact = async () => {
  await anOrderOfAnna();
  const refundRecorded = { externalId: '1', method: 'card', amount: { amountMinor: 9_000, currency: 'EUR' } };
  const occurredAt = new Date().toISOString();
  const fact = { orderNumber: `paged-order-${count}`, source: 'shop', sourceEventId: fresh('refund'), occurredAt };
  return shop.act('orderFactsRecord', { facts: [{ ...fact, refundRecorded }] });
};
const aLevel = async () => {
  const { location } = await shop.act('locationUpsert', {
    input: { externalId: fresh('store'), kind: 'STORE', name: 'Store' },
  });
  const input = { variantId: shop.variantId, locationId: location.id, onHand: 1, source: 'till' };
  return shop.act('stockSet', { input });
};
/** A parcel of Anna's first order that waits at its pickup point. */
const aNoticeOfAnna = async () => {
  const parcel = fresh('parcel');
  const told = { source: 'shop', sourceEventId: parcel, occurredAt: new Date().toISOString() };
  const shipmentCreated = { externalId: parcel, carrier: 'Posti', trackingNumber: parcel, lineExternalIds: ['1'] };
  await shop.act('orderFactsRecord', { facts: [{ orderNumber: 'CANARY-anna', ...told, shipmentCreated }] });
  return shop.act('trackingEventRecord', { input: { ...told, trackingNumber: parcel, status: 'READY_FOR_PICKUP' } });
};
const aRead = () => behind`
  insert into audit_entries (process, number, at, act, viewer, role, purposes, data_classes, subjects)
  values ('paged', ${(count += 1)}, now(), 'read', 'key_paged', 'agent', '{service}', '{profile}', ${[anna.customerId]})`;
const theLamp = { variantId: shop.variantId, locationId: shop.locationId };
const aTalkOfAnna = () =>
  shop.act('messageReceive', {
    input: {
      ...{ inbox: 'mail', externalId: fresh('mail'), threadId: fresh('thread'), text: 'Something else.' },
      ...{ sender: { kind: 'EMAIL', value: anna.email }, occurredAt: new Date().toISOString() },
    },
  });

const { webhookEndpoint } = await shop.act(
  'webhookEndpointCreate',
  (await EVERY_ACT['webhookEndpointCreate']!(shop)) as Record<string, unknown>,
);
const { webhookDelivery: tested } = await shop.act('webhookEndpointTest', { id: webhookEndpoint.id });
const anAttempt = () => behind`
  insert into webhook_attempts (id, delivery_id, started_at, duration_ms, outcome, request_bytes, response_bytes)
  values (${newId('webhookAttempt')}, ${tested.id}, now(), 1, 'unreachable', 1, 0)`;

const { segment: entered } = (await shop.act('segmentCreate', { input: aSegment() })) as unknown as {
  segment: { id: string };
};
const { skill: reviewed } = await shop.act('skillUpsert', { input: { skill: 'topic:reviewed' } });
/** Comes onto the map because somebody has it: nobody has looked at it yet. */
const aUsedSkill = () => {
  const externalId = fresh('agent');
  const skills = [{ skill: `topic:${externalId}`, level: 1 }];
  return shop.act('agentUpsert', { input: { externalId, name: externalId, capacity: 1, skills } });
};

/** As to a person whose key speaks for no agent, who lists them here. */
const anOfferToUs = async () => {
  const { id, customerId } = await shop.aConversation(fresh('talk'));
  return behind`
    insert into control_offers (id, conversation_id, customer_id, to_kind, to_id, summary, state, offered_at, expires_at, by_kind, by_id)
    values (${newId('controlOffer')}, ${id}, ${customerId}, 'agent', ${shop.admin.principal}, 'Wants a lamp.', 'open', now(),
      now() + interval '1 hour', 'bot', 'key_bot')`;
};
const anOfferOfWork = async () => {
  const { id, customerId } = await shop.aConversation(fresh('talk'));
  return behind`
    with task as (
      insert into routing_tasks (id, conversation_id, customer_id, state, channel, signals, declines, waiting_since, agent_id)
      values (${newId('routingTask')}, ${id}, ${customerId}, 'reserved', 'live_chat', '{}', '[]', now(), ${shop.agentIds[0]!})
      returning id, agent_id
    )
    insert into routing_reservations (id, task_id, agent_id, conversation_id, customer_id, state, offered_at)
    select ${newId('routingReservation')}, id, agent_id, ${id}, ${customerId}, 'pending', now() from task`;
};
const aWaitingTask = async () => {
  const { id, customerId } = await shop.aConversation(fresh('talk'));
  return behind`
    insert into routing_tasks (id, conversation_id, customer_id, state, channel, signals, declines, waiting_since)
    values (${newId('routingTask')}, ${id}, ${customerId}, 'pending', 'live_chat', '{}', '[]', now())`;
};
const { routingRehearsal: rehearsed } = await shop.act('routingPolicyRehearse', { input: { version: 1, seed: 1 } });
/** As they stand when it is done: whoever does it is not here. */
const aDifference = () => behind`
  insert into routing_rehearsed_contacts (rehearsal_id, number, contact, is_different)
  select ${rehearsed.id}, coalesce(max(number), 0) + 1, 'cnv_' || coalesce(max(number), 0), true
  from routing_rehearsed_contacts where rehearsal_id = ${rehearsed.id}`;

/** How each list of the graph grows and shrinks. A list without a line here fails. */
const LISTS: Record<string, Growing> = {
  'Conversation.handoffs': inAnnasTalk(
    'conversationHandOff',
    () => ({ to: (toTeam = !toTeam) ? { teamId: shop.teamId } : { agentId: shop.agentIds[0] }, summary: 'Again.' }),
    'handoffs',
  ),
  'Conversation.linkedOrders': {
    add: async () => shop.act('conversationLinkOrder', { id: anna.conversationId, orderId: await anOrderOfAnna() }),
    ...{ table: 'conversation_orders', column: 'order_id' },
  },
  'Conversation.messages': inAnnasTalk('messageSend', () => ({ text: 'Hello.' }), 'messages'),
  'Conversation.notes': inAnnasTalk('noteAdd', () => ({ text: 'Noted.' }), 'messages'),
  'Customer.activities': {
    add: () =>
      shop.act('activityRecord', {
        input: { customerId: anna.customerId, source: 'site', search: { query: fresh('search') } },
      }),
    table: 'activities',
  },
  'Customer.consentHistory': {
    add: () =>
      shop.act('consentSet', {
        customerId: anna.customerId,
        consents: [{ purpose: 'MARKETING', state: 'GRANTED', source: 'form', proof: fresh('form') }],
      }),
    table: 'consents',
  },
  'Customer.conversations': { add: aTalkOfAnna, table: 'conversations' },
  'Customer.notices': { add: aNoticeOfAnna, table: 'notices' },
  'Customer.orders': { add: anOrderOfAnna, table: 'orders' },
  'Customer.timeline': inAnnasTalk('noteAdd', () => ({ text: 'In the timeline.' }), 'messages'),
  'Order.notices': { add: aNoticeOfAnna, table: 'notices' },
  'Query.accessChanges': byAct('apiKeyCreate', 'access_changes'),
  'Query.agents': byAct('agentUpsert', 'agents'),
  'Query.apiKeys': byAct('apiKeyCreate', 'api_keys'),
  'Query.auditEntries': {
    add: aRead,
    table: 'audit_entries',
    remove: (id) => behind`delete from audit_entries where process || ':' || number = ${id} returning 1`,
  },
  'Query.availability': { add: aLevel, table: 'stock_levels', column: 'location_id', args: 'sku: "LAMP"' },
  'Query.controlOffers': {
    add: () => anOfferToUs(),
    table: 'control_offers',
  },
  'Query.conversations': byAct('messageReceive', 'conversations'),
  'Query.customerSearch': { ...byAct('customerUpsert', 'customers'), args: 'query: "paged"', add: () => aPerson() },
  'Query.customers': byAct('customerUpsert', 'customers'),
  'Query.erasures': byAct('erasureRequest', 'erasures'),
  'Query.holds': byAct('pickupReserve', 'holds', `locationId: "${shop.locationId}"`),
  'Query.inboxes': byAct('inboxCreate', 'inboxes'),
  'Query.legalHolds': byAct('legalHoldPlace', 'legal_holds'),
  'Query.locations': byAct('locationUpsert', 'locations'),
  'Query.mergeProposals': { add: () => aProposal(shop), table: 'merge_proposals' },
  'Query.orders': byAct('orderFactsRecord', 'orders'),
  'Query.partners': byAct('partnerCreate', 'partners'),
  'Query.products': byAct('productUpsert', 'products'),
  'Query.promises': byAct('promiseMake', 'customer_promises'),
  'Query.quarantinedFacts': { add: aWrongFact, table: 'quarantined_facts' },
  'Query.routingPolicies': byAct('routingPolicyCreate', 'routing_policies'),
  'Query.routingRehearsals': byAct('routingPolicyRehearse', 'routing_rehearsals'),
  'Query.routingDecisions': byAct('conversationRoute', 'routing_decisions'),
  'Query.routingReservations': { add: () => anOfferOfWork(), table: 'routing_reservations' },
  'Query.routingTasks': { add: () => aWaitingTask(), table: 'routing_tasks' },
  'Query.routingTasksWaiting': { add: () => aWaitingTask(), table: 'routing_tasks' },
  'Query.segments': byAct('segmentCreate', 'segments'),
  'Query.skillReviewsDue': { add: () => aUsedSkill(), table: 'skills' },
  'Query.skills': byAct('skillUpsert', 'skills'),
  'Query.stockEntries': {
    add: () => shop.act('stockAdjust', { input: { ...theLamp, delta: 1, reason: 'found', source: 'till' } }),
    table: 'stock_versions',
    args: [`variantId: "${theLamp.variantId}"`, `locationId: "${theLamp.locationId}"`],
  },
  'Query.teams': byAct('teamUpsert', 'teams'),
  'Query.webhookAttempts': { add: anAttempt, table: 'webhook_attempts', args: `deliveryId: "${tested.id}"` },
  'Query.webhookDeliveries': {
    add: () => shop.act('webhookEndpointTest', { id: webhookEndpoint.id }),
    ...{ table: 'webhook_deliveries', args: `endpointId: "${webhookEndpoint.id}"` },
  },
  'Query.webhookEndpoints': byAct('webhookEndpointCreate', 'webhook_endpoints'),
  'Segment.customers': {
    add: async () => {
      const { customer } = await aPerson();
      return shop.ground.db.sql`
        insert into segment_members (segment_id, customer_id, entered_at) values (${entered.id}, ${customer.id}, clock_timestamp())`;
    },
    ...{ table: 'segment_members', column: 'customer_id' },
  },
  'RoutingRehearsal.differences': {
    add: () => aDifference(),
    table: 'routing_rehearsed_contacts',
    remove: (number) =>
      behind`delete from routing_rehearsed_contacts where rehearsal_id = ${rehearsed.id} and number = ${Number(number)} returning 1`,
  },
  'Skill.versions': {
    add: () => shop.act('skillReview', { id: reviewed.id }),
    table: 'skill_versions',
    remove: (version) =>
      behind`delete from skill_versions where skill_id = ${reviewed.id} and version = ${Number(version)} returning 1`,
  },
};
const aPerson = () =>
  shop.act('customerUpsert', {
    input: {
      ...{ source: 'crm', identities: [{ kind: 'EXTERNAL_ID', value: fresh('person') }] },
      profile: { givenName: 'Paged', familyName: 'Person' },
    },
  });
const lists = listsOf(shop.schema).map((list) => ({ list, name: `${list.parent.name}.${list.field.name}` }));
const annas: Record<string, string> = {
  Conversation: anna.conversationId,
  Customer: anna.customerId,
  Order: anna.orderId,
  Segment: entered.id,
  RoutingRehearsal: rehearsed.id,
  Skill: reviewed.id,
};

interface Listed {
  readonly edges: readonly { readonly cursor: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}
function documentOf({ parent, field }: ListField, args: readonly string[]): string {
  const page = pageOfList({ parent, field }, args);
  return parent.name === 'Query'
    ? `{ ${page} }`
    : `{ node(id: "${annas[parent.name]}") { ... on ${parent.name} { ${page} } } }`;
}
/** A page by the edges’ cursors: a cursor names the row and its place, so it serves for lists whose rows have no id. */
async function read(list: ListField, args: Args | undefined, first: number, after: string | null): Promise<Listed> {
  const written = [...[args ?? []].flat(), `first: ${first}`, ...(after ? [`after: "${after}"`] : [])];
  const reply = await shop.ask(shop.admin, documentOf(list, written));
  if (reply.errors) throw new Error(JSON.stringify(reply.errors));
  const from = list.parent.name === 'Query' ? reply.data! : (reply.data!['node']! as Record<string, never>);
  return from[list.field.name] as unknown as Listed;
}
const idIn = (cursor: string) => Buffer.from(cursor, 'base64url').toString().split('|').at(-1)!;

test('every list of the graph has a line here', () => {
  expect(Object.keys(LISTS).sort()).toEqual(lists.map(({ name }) => name).sort());
});

test.each(lists)(
  'X19: over the pages of $name while rows come and go, each comes once and none that stays is missed',
  async ({ list, name }) => {
    const { add, table, column = 'id', args } = LISTS[name]!;
    const removeRow =
      LISTS[name]!.remove ??
      ((id: string) => behind`delete from ${behind(table)} where ${behind(column)} = ${id} returning 1`);
    const cursors = async () => (await read(list, args, 100, null)).edges.map(({ cursor }) => cursor);
    // What the other lists of this file need stays.
    const staying = new Set((await cursors()).map(idIn));
    for (let i = 0; i < 8; i += 1) await add();
    const before = await cursors();
    // Every third goes, when the pages before it were read already or not yet, as it comes.
    const leaving = before.filter((cursor, index) => index % 3 === 1 && !staying.has(idIn(cursor)));
    const gone: string[] = [];
    const remove = async () => {
      const next = leaving.pop();
      if (next === undefined) return;
      const rows = await removeRow(idIn(next));
      if (rows.length > 0) gone.push(next);
    };
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const [page]: [Listed, unknown, void] = await Promise.all([read(list, args, 2, after), add(), remove()]);
      seen.push(...page.edges.map(({ cursor }) => cursor));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null && seen.length < 200);

    expect(new Set(seen).size).toBe(seen.length);
    expect(before.filter((cursor) => !seen.includes(cursor) && !gone.includes(cursor))).toEqual([]);
    expect(before.length).toBeGreaterThanOrEqual(8);
    expect(gone.length).toBeGreaterThan(0);
  },
);

test('C2: a cursor with edited bytes, or of something else, is refused', async () => {
  const conversations = lists.find(({ name }) => name === 'Query.conversations')!.list;
  const [own] = (await read(conversations, undefined, 1, null)).edges;
  const edited = [...own!.cursor].flatMap((letter, i) =>
    ['*', letter === 'A' ? 'B' : 'A'].map((other) => `${own!.cursor.slice(0, i)}${other}${own!.cursor.slice(i + 1)}`),
  );
  const codeOf = async (list: ListField, cursor: string, args?: Args) => {
    const written = [...[args ?? []].flat(), 'first: 1', `after: ${JSON.stringify(cursor)}`];
    const { errors } = await shop.ask(shop.admin, documentOf(list, written));
    return errors?.[0]?.extensions['code'];
  };
  for (const { list, name } of lists)
    for (const cursor of [
      '',
      'null',
      anna.conversationId,
      Buffer.from("1|0|x' or true").toString('base64url'),
      `${own!.cursor}AAAA%`,
    ])
      expect([name, cursor, await codeOf(list, cursor, LISTS[name]!.args)]).toEqual([name, cursor, 'BAD_USER_INPUT']);
  for (const cursor of edited)
    expect([cursor, await codeOf(conversations, cursor)]).toEqual([cursor, 'BAD_USER_INPUT']);
  expect(await codeOf(conversations, own!.cursor)).toBeUndefined();
  expect(shop.bugs).toEqual([]);
});

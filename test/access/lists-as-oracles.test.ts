import { getNamedType, isInputObjectType } from 'graphql';
import { expect, test } from 'vitest';

import { rightsOf } from '../../src/services/access/role-rights.ts';
import { verifyVisitorToken } from '../../src/services/access/visitor-token.ts';
import { ALL_RIGHTS, type Right } from '../../src/values/rights.ts';
import type { Viewer } from '../../src/values/viewer.ts';
import { aFullShop, documentOfMutation } from '../support/a-full-shop.ts';
import { aSegment } from '../support/every-act.ts';
import { asking } from '../support/asking.ts';
import { listsOf, pageOfList, triesOf, type ListField, type Words } from '../support/lists-of-graph.ts';
import { aViewer } from '../support/scopes.ts';
import { withDatabase } from '../support/with-database.ts';

// Every list with every filter and every sort that the schema has, so that a new one is tried without a line here.
const { database } = await withDatabase();
const shop = await aFullShop(await asking(database));
const { schema, rights } = shop;
const lists = listsOf(schema);
const nameOf = ({ parent, field }: ListField) => `${parent.name}.${field.name}`;

const anna = await shop.aShopper('anna');
const annas = {
  Customer: anna.customerId,
  Conversation: anna.conversationId,
  Order: anna.orderId,
  Segment: ((await shop.act('segmentCreate', { input: aSegment() })) as unknown as { segment: { id: string } }).segment
    .id,
  RoutingRehearsal: (await shop.act('routingPolicyRehearse', { input: { version: 1, seed: 1 } })).routingRehearsal.id,
  Skill: (await shop.act('skillUpsert', { input: { skill: 'topic:lamps' } })).skill.id,
} as Readonly<Record<string, string>>;

const visitor = await (async () => {
  const { data } = await shop.ask(shop.admin, documentOfMutation(shop, 'visitorSessionStart', 'token'), {
    input: { identity: { kind: 'EMAIL', value: anna.email } },
  });
  const { token } = data!['payload'] as unknown as { token: string };
  return (await verifyVisitorToken(database, shop.ground.installation, token))!.viewer;
})();
const viewers: Record<string, Viewer> = {
  customer: aViewer('customer', {
    principal: 'key_customer',
    rights: rightsOf('customer', ALL_RIGHTS),
    customerId: anna.customerId,
  }),
  partner: aViewer('partner', {
    principal: 'key_partner',
    rights: rightsOf('partner', ALL_RIGHTS),
    partnerId: anna.partnerId,
  }),
  visitor,
};

/** What somebody who wants to know of Berta would try: her words, beginnings of them, and moments before and after she came. */
const WORDS: Words = {
  String: [
    'canary',
    'canary berta',
    'berta',
    'canary-berta@example.com',
    'CANARY-berta',
    'berta-tag',
    'fi',
    'LAMP',
    '%',
  ],
  DateTime: ['2020-01-01T00:00:00.000Z', new Date().toISOString(), '2099-01-01T00:00:00.000Z'],
  Boolean: ['true', 'false'],
  Int: ['1'],
  Float: ['60.4'],
};

const isOpenTo = (viewer: Viewer, { parent, field }: ListField) =>
  viewer.rights.has(rights.get(`${parent.name}.${field.name}`)!) &&
  (parent.name === 'Query' || viewer.rights.has(rights.get('Query.node')!));

function documentFor(list: ListField, written: readonly string[]): string {
  const page = pageOfList(list, written);
  if (list.parent.name === 'Query') return `{ ${page} }`;
  const id = annas[list.parent.name];
  if (id === undefined) throw new Error(`${nameOf(list)}: give this test an own ${list.parent.name} to list from.`);
  return `{ node(id: "${id}") { ... on ${list.parent.name} { ${page} } } }`;
}

/** Every question about every list that the viewer may open: as it is, and by each filter, with pages of one row and of many. */
function questionsOf(viewer: Viewer, words: Words) {
  return lists
    .filter((list) => isOpenTo(viewer, list))
    .flatMap((list) =>
      [null, ...triesOf(list, words)].flatMap((one) =>
        ['first: 1', 'first: 100'].map((first) => ({
          list,
          place: one?.place ?? '',
          document: documentFor(list, one ? [one.written, first] : [first]),
        })),
      ),
    );
}
const answer = async (viewer: Viewer, document: string) => JSON.stringify(await shop.ask(viewer, document));

test('C9, C10: no filter, sort, search or count of any list tells that somebody else came', async () => {
  const questions = Object.entries(viewers).flatMap(([who, viewer]) =>
    questionsOf(viewer, WORDS).map(({ document }) => ({ who, viewer, document })),
  );
  const before: string[] = [];
  for (const { viewer, document } of questions) before.push(await answer(viewer, document));

  const berta = await shop.aShopper('berta');
  await shop.act('conversationUpdate', {
    id: berta.conversationId,
    input: { tags: ['berta-tag'], priority: 'URGENT', issueType: 'COMPLAINT' },
  });
  await shop.act('customerPreferencesSet', {
    customerId: berta.customerId,
    input: { language: 'fi', preferredChannel: 'SMS' },
  });

  const told: string[] = [];
  for (const [index, { who, viewer, document }] of questions.entries())
    if ((await answer(viewer, document)) !== before[index]) told.push(`${who}: ${document}`);
  expect(told).toEqual([]);
  expect(before.filter((text) => text.includes('"cursor"')).length, 'own rows are found').toBeGreaterThan(0);

  // Her ids, which only by now are there to be tried, say as much as ids that nobody has.
  const hers = [berta.customerId, berta.conversationId, berta.orderId, berta.partnerId, berta.messageIds[0]!];
  for (const [who, viewer] of Object.entries(viewers))
    for (const { document } of questionsOf(viewer, { ID: hers })) {
      const nowhere = hers.reduce((text, id) => text.replaceAll(id, `${id.slice(0, 4)}${'0'.repeat(26)}`), document);
      if ((await answer(viewer, document)) !== (await answer(viewer, nowhere))) told.push(`${who}: ${document}`);
    }
  expect(told).toEqual([]);
  console.log(`${questions.length} questions about ${lists.length} lists`);
});

/** Ends of texts, of statements and of patterns, in the characters that mean it and in some that only look so. */
const HOSTILE = [
  `'`,
  `''; drop table customers; --`,
  '"',
  '`',
  ';',
  '$1',
  '$$',
  '\\',
  "\\'",
  '%',
  '_',
  '{}',
  '*/',
  '＇ or 1=1',
  'ʼ',
  "' || pg_sleep(9) --",
  '../',
  '\u202e',
];

test('C25: whatever stands in a filter or search is a text, and orders are chosen from words of ours', async () => {
  const admin = aViewer('admin', { rights: new Set(ALL_RIGHTS) });
  const asked = lists.flatMap((list) =>
    triesOf(list, { String: HOSTILE, ID: HOSTILE, DateTime: [], Boolean: [], Int: [], Float: [] }).map((one) =>
      documentFor(list, [one.written, 'first: 1']),
    ),
  );
  expect(asked.length).toBeGreaterThan(200);
  for (const document of asked) {
    const reply = await shop.ask(admin, document);
    expect([
      document,
      (reply.errors ?? []).map(({ extensions }) => extensions['code']).filter((code) => code !== 'BAD_USER_INPUT'),
    ]).toEqual([document, []]);
  }
  expect(shop.bugs).toEqual([]);
  expect(await database.sql`select count(*) > 0 as "isThere" from customers`).toEqual([{ isThere: true }]);
});

/** What each filter looks at. Null: at the row itself, which the list shows anyway. A filter without a line here fails. */
const LOOKS_AT: Record<string, string | null> = {
  'Customer.activities kinds': null,
  'Customer.timeline filter.channels': null,
  'Customer.timeline filter.kinds': null,
  'Customer.timeline filter.since': null,
  'Customer.timeline filter.until': null,
  'Query.accessChanges principal': null,
  // Of others in it a row says nothing to who reads what is theirs: services/privacy/read-audit-entries.ts.
  'Query.auditEntries filter.customerId': null,
  'Query.auditEntries filter.since': null,
  'Query.auditEntries filter.until': null,
  'Query.auditEntries filter.viewer': null,
  'Query.availability atLeast': null,
  'Query.availability customerId': 'Query.customer',
  'Query.availability near.latitude': null,
  'Query.availability near.longitude': null,
  'Query.availability place.country': null,
  'Query.availability place.name': null,
  'Query.availability place.postalCode': null,
  'Query.availability sku': null,
  'Query.conversations filter.assigneeId': 'Conversation.assignee',
  'Query.conversations filter.channel': 'Conversation.channel',
  'Query.conversations filter.heldById': 'Control.agent',
  'Query.conversations filter.inboxId': 'Conversation.inbox',
  'Query.conversations filter.issueType': 'Conversation.issueType',
  'Query.conversations filter.priority': 'Conversation.priority',
  'Query.conversations filter.status': 'Conversation.status',
  'Query.conversations filter.tag': 'Conversation.tags',
  'Query.customerSearch query': null,
  'Query.customers filter.createdAfter': 'Customer.createdAt',
  'Query.customers filter.language': 'Customer.language',
  'Query.customers filter.market': 'Customer.market',
  'Query.customers filter.preferredChannel': 'Customer.preferredChannel',
  'Query.holds locationId': null,
  'Query.holds state': null,
  'Query.mergeProposals filter.confidenceAtLeast': 'MergeProposal.confidence',
  'Query.mergeProposals filter.customerId': 'MergeProposal.oneId',
  'Query.mergeProposals filter.state': 'MergeProposal.state',
  'Query.orders customerId': 'Order.customer',
  'Query.orders status': 'Order.status',
  'Query.promises state': null,
  'Query.quarantinedFacts orderNumber': null,
  'Query.quarantinedFacts reason': null,
  'Query.quarantinedFacts source': null,
  'Query.quarantinedFacts state': null,
  'Query.routingDecisions conversationId': 'RoutingDecision.conversation',
  'Query.routingReservations agentId': 'RoutingReservation.agent',
  'Query.routingReservations isOpen': 'RoutingReservation.state',
  'Query.routingTasks filter.agentId': 'RoutingTask.agent',
  'Query.routingTasks filter.conversationId': 'RoutingTask.conversation',
  'Query.routingTasks filter.customerId': 'Query.customer',
  'Query.routingTasks filter.inboxId': 'RoutingTask.inbox',
  'Query.routingTasks filter.queue': 'RoutingTask.queue',
  'Query.routingTasks filter.state': 'RoutingTask.state',
  'Query.routingTasks filter.teamId': 'RoutingTask.team',
  'Query.routingTasksWaiting filter.inboxId': 'RoutingTask.inbox',
  'Query.routingTasksWaiting filter.queue': 'RoutingTask.queue',
  'Query.routingTasksWaiting filter.teamId': 'RoutingTask.team',
  'Query.webhookAttempts deliveryId': null,
  'Query.webhookDeliveries endpointId': null,
  'Query.webhookDeliveries state': null,
  'Query.skills filter.class': null,
  'Query.stockEntries locationId': null,
  'Query.stockEntries variantId': null,
};

const filters = lists.flatMap((list) =>
  triesOf(list, { ...WORDS, ID: [anna.customerId] }).map(({ place, written }) => ({
    list,
    name: `${nameOf(list)} ${place}`,
    written,
  })),
);

test('every filter and sort of the schema has a line here', () => {
  expect([...new Set(filters.map(({ name }) => name))].filter((name) => !(name in LOOKS_AT))).toEqual([]);
  // An input whose fields are of a type that this test has no word for would go by untried.
  const untried = lists.flatMap((list) =>
    list.field.args.flatMap(({ name, type }) => {
      const input = getNamedType(type);
      const places = isInputObjectType(input)
        ? Object.keys(input.getFields()).map((inner) => `${name}.${inner}`)
        : [name];
      return places
        .filter((place) => !/^(first|after)$/.test(place))
        .map((place) => `${nameOf(list)} ${place}`)
        .filter((place) => !filters.some((filter) => filter.name === place));
    }),
  );
  expect(untried).toEqual([]);
});

test('C9: whoever may not read a field may not filter by it either', async () => {
  const wrong: string[] = [];
  const tried = new Set<string>();
  for (const { list, name, written } of filters) {
    const hidden = LOOKS_AT[name];
    if (!hidden || tried.has(name)) continue;
    tried.add(name);
    const missing = rights.get(hidden)!;
    if (missing === rights.get(nameOf(list))) continue;
    // As wide as can be but for the one right, and as the roles that never have it.
    const blind = [
      aViewer('admin', { rights: new Set(ALL_RIGHTS.filter((right) => right !== missing)) }),
      ...Object.values(viewers).filter((viewer) => !viewer.rights.has(missing) && isOpenTo(viewer, list)),
    ];
    for (const viewer of blind) {
      const { errors } = await shop.ask(viewer, documentFor(list, [written, 'first: 1']));
      if (errors?.[0]?.extensions['code'] !== 'FORBIDDEN') wrong.push(`${viewer.role} without ${missing}: ${name}`);
    }
    const seeing = aViewer('admin', { rights: new Set<Right>(ALL_RIGHTS) });
    const { errors } = await shop.ask(seeing, documentFor(list, [written, 'first: 1']));
    if (errors) wrong.push(`with ${missing}: ${name} ${JSON.stringify(errors)}`);
  }
  expect(wrong).toEqual([]);
});

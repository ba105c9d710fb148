import { getNamedType, isCompositeType, isObjectType, Kind, parse, type GraphQLObjectType } from 'graphql';
import { expect, test, vi } from 'vitest';

import { BOT_PACKETS, CONTEXT_PACKETS, CONTEXT_QUERY, SEARCH, TIMELINE } from '../../../bench/documents.ts';
import { CostBuckets } from '../../../src/execution/cost-buckets.ts';
import { executeOperation, executeForEvent, textOf } from '../../../src/execution/execute.ts';
import { DEFAULT_LIMITS } from '../../../src/execution/limits.ts';
import { preparing, type Prepare, type PreparedOperation } from '../../../src/execution/prepare.ts';
import { Rejection } from '../../../src/execution/rejection.ts';
import { rightsOf } from '../../../src/services/access/role-rights.ts';
import { assembleContext } from '../../../src/services/context/assemble-context.ts';
import { ALL_RIGHTS } from '../../../src/values/rights.ts';
import { CONTEXT_SECTIONS } from '../../../src/values/context-packet.ts';
import type { Viewer } from '../../../src/values/viewer.ts';
import { planning } from '../../../src/execution/plans/plans.ts';
import * as pages from '../../../web/src/live/documents.ts';
import * as widget from '../../../web/widget/documents.ts';
import { aFullShop } from '../../support/a-full-shop.ts';
import { asking } from '../../support/asking.ts';
import { documentsOfFiles } from '../../support/documents-of-files.ts';
import { callsOf, everythingBelow } from '../../support/full-documents.ts';
import { documentOf, FORMS, pathsOf } from '../../support/schema-paths.ts';
import { aScope, aViewer } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

// Every question of the graph is asked twice.
// Both ways at the same moment.
vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });

const { database } = await withDatabase();
const shop = await aFullShop(await asking(database));
const anna = await shop.aShopper('anna');
const { schema, rights, ground } = shop;

const UNLIMITED = {
  maxDepth: 100,
  maxFields: 1e6,
  maxAliases: 1e4,
  maxDirectives: 100,
  maxTokens: 1e6,
  maxCost: 1e12,
  maxDocumentBytes: 1e8,
};
const preparingWith = (runsBefore: number) =>
  preparing({
    built: { schema, rights },
    limits: { ...DEFAULT_LIMITS, ...UNLIMITED },
    buckets: new CostBuckets({ costBurst: 1e15, costPerSecond: 1e15 }),
    plans: { runsBefore, perSecond: Infinity, most: 100 },
  });
/** By a plan from the first run on, and never. */
const planned = preparingWith(0);
const unplanned = preparingWith(Infinity);

type Variables = Record<string, unknown>;
const variablesFor: Variables = {
  ...{ id: anna.customerId, customerId: anna.customerId, conversationId: anna.conversationId, orderId: anna.orderId },
  ...{ number: anna.orderNumber, query: 'canary', first: 5, until: null, inbox: shop.inboxId },
};

function prepared(viewer: Viewer, query: string, variables: Variables): [PreparedOperation, PreparedOperation] {
  const ways = [planned, unplanned].map((prepare) => prepare({ query, variables }, viewer));
  return ways as [PreparedOperation, PreparedOperation];
}

const textBy = async (operation: PreparedOperation) => {
  const { extensions: _, ...result } = await executeOperation(ground, operation, { requestId: 'a request' });
  return textOf(result);
};

/** The text of an answer, the same both ways. */
async function bothWays(viewer: Viewer, query: string, variables: Variables = {}): Promise<string> {
  const [byPlan, byGraphqlJs] = prepared(viewer, query, variables);
  expect(byPlan.document.planFor(byPlan.operation, byPlan.variables), query).not.toBeNull();
  const expected = await textBy(byGraphqlJs);
  expect(await textBy(byPlan), query).toBe(expected);
  return expected;
}

const agent = aViewer('agent', { agentId: shop.agentIds[0]! });
const customer = aViewer('customer', { rights: rightsOf('customer', ALL_RIGHTS), customerId: anna.customerId });

test('every field of every type, by every edge and however it is written', async () => {
  const seen = new Set<string>();
  let count = 0;
  for (const path of pathsOf(schema)) {
    const place = `${path.parent}.${path.field.name}`;
    if (path.operation !== 'query' || seen.has(place)) continue;
    seen.add(place);
    for (const form of FORMS.filter((each) => each === 'plain' || each === 'named fragment')) {
      await bothWays(shop.admin, documentOf(path, form));
      count += 1;
    }
  }
  console.log(`${count} documents`);
});

test.each([
  ['an administrator', shop.admin, []],
  ['a customer', customer, []],
  ['an administrator to whom the half is hidden', shop.admin, [{ purpose: 'PROFILING', model: 'OPT_IN' }]],
])('everything at once, about rows that are there, as %s', async (_who, viewer, rules) => {
  await shop.act('consentRulesSet', { input: { rules } });
  const below = everythingBelow(schema, rights, viewer.rights);
  const pool = {
    id: [anna.customerId, anna.conversationId],
    ...{ customerId: [anna.customerId], conversationId: [anna.conversationId], number: [anna.orderNumber] },
    ...{ value: [anna.email], kind: ['EMAIL'], query: ['canary'] },
  };
  let shown = 0;
  for (const field of Object.values(schema.getQueryType()!.getFields())) {
    const inner = getNamedType(field.type);
    if (!viewer.rights.has(rights.get(`Query.${field.name}`)!) || !isCompositeType(inner)) continue;
    const objects = isObjectType(inner) ? [inner] : (schema.getPossibleTypes(inner) as readonly GraphQLObjectType[]);
    for (const call of callsOf(field, pool))
      for (const object of objects) {
        const set = `__typename ${below(object)}`;
        const inside = isObjectType(inner) ? set : `... on ${object.name} { ${set} }`;
        if ((await bothWays(viewer, `{ ${call} { ${inside} } }`)).includes('canary anna')) shown += 1;
      }
  }
  expect(shown).toBeGreaterThan(1);
});

const documents = { CONTEXT_QUERY, SEARCH, TIMELINE, ...pages, ...widget };
const queries = Object.entries(documents).filter(([, text]) =>
  parse(text).definitions.every((each) => each.kind !== Kind.OPERATION_DEFINITION || each.operation === 'query'),
);

test.each(queries)('the document %s of the pages and the benches', async (_name, text) => {
  const declared = parse(text).definitions.flatMap((each) =>
    each.kind === Kind.OPERATION_DEFINITION ? (each.variableDefinitions ?? []) : [],
  );
  const variables = Object.fromEntries(
    declared.map(({ variable: { name } }) => [name.value, variablesFor[name.value] ?? null] as const),
  );
  await bothWays(shop.admin, text, variables);
});

test('conditions, variables with defaults, fragments on interfaces, and two selections of one field', async () => {
  const query = `query ($id: ID!, $more: Boolean! = false, $first: Int = 2, $not: Boolean!) {
    node(id: $id) {
      __typename ...OfNode
      ... on Customer {
        id @skip(if: $more) mine: displayName @include(if: $more)
        conversations(first: $first) { nodes { subject @include(if: $more) @skip(if: $not) } }
        conversations(first: $first) { nodes { reference ... @include(if: $more) { messages(first: 1) { nodes { text } } } } }
        ...Rest @skip(if: $not)
      }
    }
  }
  fragment OfNode on Node { id ... on Customer { language } }
  fragment Rest on Customer { id orders(first: 1) { edges { cursor node { number ... on Node { id } } } } }`;
  const texts = new Set<string>();
  for (const more of [undefined, true, false])
    for (const not of [true, false])
      for (const id of [anna.customerId, anna.conversationId])
        texts.add(await bothWays(shop.admin, query, { id, not, ...(more === undefined ? {} : { more }) }));
  expect(texts.size).toBe(5);
});

test('what a resolver refuses, at its path and with its code', async () => {
  const text = await bothWays(
    aViewer('agent', { rights: new Set([...agent.rights].filter((right) => right !== 'activity:read')) }),
    'query ($id: ID!) { customer(id: $id) { id timeline(filter: { kinds: [ACTIVITY] }) { nodes { id } } } }',
    { id: anna.customerId },
  );
  expect(JSON.parse(text)).toMatchObject({
    errors: [{ path: ['customer', 'timeline'], extensions: { code: 'FORBIDDEN' } }],
  });
});

test.each([CONTEXT_PACKETS, BOT_PACKETS])('a packet, and one with a hole where none may be', async (query) => {
  const [byPlan, byGraphqlJs] = prepared(shop.admin, query, { customerId: anna.customerId });
  const state = (await assembleContext(aScope(database), anna.customerId))!;
  const packet = { ...state, changed: CONTEXT_SECTIONS, causes: [] };
  const holed = { ...packet, conversations: [{ ...state.conversations[0], reference: null }] };
  for (const payload of [
    { cursor: 'c', packet, leftCustomerId: null },
    { cursor: 'c', packet: null, leftCustomerId: null },
    { cursor: 'c', packet: holed, leftCustomerId: anna.customerId },
  ]) {
    const way = { requestIdOf: () => 'a request', shows: () => undefined };
    const expected = await executeForEvent(ground, byGraphqlJs, payload, way);
    expect(await executeForEvent(ground, byPlan, payload, way)).toBe(expected);
  }
});

test('introspection and mutations have no plan', () => {
  const operation = planned({ query: '{ __schema { types { name } } }' }, shop.admin);
  expect(operation.document.planFor(operation.operation, {})).toBeNull();
  const mutation = planned(
    {
      query: 'mutation ($id: ID!) { conversationResolve(id: $id) { userErrors { code } } }',
      variables: { id: 'cnv_' },
    },
    shop.admin,
  );
  expect(mutation.document.planFor(mutation.operation, mutation.variables)).toBeNull();
});

/** What a request is answered with by one way: the text, or what it is refused with. */
async function answerOf(prepare: Prepare, query: string, operationName: string | null, variables: Variables) {
  try {
    return await textBy(prepare({ query, operationName, variables }, shop.admin));
  } catch (error) {
    if (error instanceof Rejection) return JSON.stringify(error.errors);
    throw error;
  }
}

test('every document that stands in a file of ours, also with variables that are wrong; nearly all have a plan', async () => {
  let [count, refused] = [0, 0];
  const without: string[] = [];
  for (const { file, text, document } of documentsOfFiles(schema))
    for (const operation of document.definitions) {
      if (operation.kind !== Kind.OPERATION_DEFINITION || operation.operation === 'mutation') continue;
      const name = operation.name?.value ?? null;
      const names = (operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value);
      const given = Object.fromEntries(names.map((each) => [each, variablesFor[each] ?? null] as const));
      const conditions = Object.fromEntries(names.map((each) => [each, true] as const));
      count += 1;
      const plan = planFor(document, operation, conditions);
      if (!plan) without.push(`${file}: ${name ?? text.slice(0, 80)}`);
      if (operation.operation !== 'query') continue;
      // A proof that is wrong counts, and both ways are to find the same count.
      await database.sql`delete from order_proof_failures`;
      for (const variables of [given, Object.fromEntries(names.map((each) => [each, { no: 'such value' }] as const))]) {
        const expected = await answerOf(unplanned, text, name, variables);
        if (!expected.includes('"data"')) refused += 1;
        expect(withoutCursor(await answerOf(planned, text, name, variables)), text).toBe(withoutCursor(expected));
      }
    }
  console.log(`${count} operations, ${refused} refused, ${without.length} without a plan:\n${without.join('\n')}`);
  expect(count).toBeGreaterThan(100);
  expect(refused).toBeGreaterThan(10);
  expect(without.length / count).toBeLessThan(0.1);
});

const planFor = planning(schema, { runsBefore: 0, perSecond: Infinity, most: 10_000 });
/** A place of this moment: the other way asks a moment later. */
const withoutCursor = (text: string) => text.replaceAll(/"cursor":"[\w-]+"/g, '"cursor":""');

import { getNamedType, isObjectType, type GraphQLObjectType } from 'graphql';
import { expect, test } from 'vitest';

import { executeOperation } from '../../src/execution/execute.ts';
import { assembleContexts, parseContext } from '../../src/services/context/assemble-context.ts';
import type { KnownAnswer } from '../../src/services/context/read-context.ts';
import type { Viewer } from '../../src/values/viewer.ts';
import { aFullShop } from '../support/a-full-shop.ts';
import { asking } from '../support/asking.ts';
import { aScope, aViewer } from '../support/scopes.ts';
import { withDatabase } from '../support/with-database.ts';

const { database } = await withDatabase();
const shop = await aFullShop(await asking(database));
const [{ customerId }, { customerId: other }] = [await shop.aShopper('anna'), await shop.aShopper('bert')];

const ID_ONLY = 'query ($id: ID!) { contextPacket(customerId: $id) { customerId version } }';
const NOTES = 'query ($id: ID!) { contextPacket(customerId: $id) { conversations { notes { text } } } }';
const BESIDE = 'query ($id: ID!) { contextPacket(customerId: $id) { customerId } viewer { principal } }';

async function aKnownContext() {
  const [texts] = (await assembleContexts(aScope(database), [customerId])).texts;
  const answers = new Map<object, Map<string, KnownAnswer>>();
  let made = 0;
  const known = {
    get state() {
      made += 1;
      return parseContext(texts!);
    },
    answers,
  };
  const contexts = { current: (id: string) => Promise.resolve(id === customerId ? known : null) };
  const ask = async (viewer: Viewer, query: string, id: string = customerId) => {
    const operation = shop.prepare({ query, variables: { id } }, viewer);
    const { data, errors } = await executeOperation({ ...shop.ground, contexts }, operation, { requestId: 'request' });
    const plain = await executeOperation(shop.ground, operation, { requestId: 'request' });
    expect({ data, errors }).toEqual({ data: plain.data, errors: plain.errors });
    return data;
  };
  return { ask, made: () => made, answers };
}

test('an answer that is made of a known context alone is made once for a class of viewers', async () => {
  const { ask, made } = await aKnownContext();

  const answers = [
    await ask(aViewer('agent', { principal: 'key_one' }), NOTES),
    await ask(aViewer('agent', { principal: 'key_two' }), NOTES),
  ];

  expect(answers[1]).toBe(answers[0]);
  expect(answers[0]).toContain('canary anna note');
  expect(made()).toBe(1);
});

test('I13: other rights, another document and other variables are other answers', async () => {
  const { ask, made } = await aKnownContext();
  const [agent, admin] = [aViewer('agent'), aViewer('admin')];

  await ask(agent, ID_ONLY);
  await ask(admin, ID_ONLY);
  await ask(agent, NOTES);
  expect(made()).toBe(3);
  expect(await ask(agent, ID_ONLY, other)).toContain(other);
  expect(made()).toBe(3);
});

test('what is hidden until the person agrees is in no answer that was made before, and in none that is made of what is known', async () => {
  const HIDDEN = `query ($id: ID!) { contextPacket(customerId: $id) {
    browsing { query } profile { traits { text } } dataClasses { dataClass reason refused } changed } }`;
  const rules = (...purposes: string[]) =>
    shop.act('consentRulesSet', { input: { rules: purposes.map((purpose) => ({ purpose, model: 'OPT_IN' })) } });
  const shown = await (await aKnownContext()).ask(aViewer('agent'), HIDDEN);
  await rules('PROFILING');
  const hidden = await (await aKnownContext()).ask(aViewer('agent'), HIDDEN);
  await rules();

  expect([shown, hidden].map((text) => String(text).includes('canary anna search'))).toEqual([true, false]);
  expect(hidden).toContain('{"dataClass":"TRAITS","reason":"CONSENT_MISSING","refused":["PROFILING"]}');
  expect(hidden).not.toContain('canary anna trait');
});

test('I13: who sees only their own is asked about each time, and is shown nobody else', async () => {
  const { ask, answers } = await aKnownContext();
  const [self, stranger] = [customerId, other].map((id) =>
    aViewer('customer', { customerId: id, principal: `key_${id}` }),
  );

  expect(await ask(self!, ID_ONLY)).toContain(customerId);
  expect(await ask(stranger!, ID_ONLY)).toBe('{"contextPacket":null}');
  expect(answers.size).toBe(0);
});

test('a document that shows something else beside it is run', async () => {
  const { ask, answers } = await aKnownContext();

  expect(await ask(aViewer('admin', { principal: 'key_one' }), BESIDE)).toContain('key_one');
  expect(await ask(aViewer('admin', { principal: 'key_two' }), BESIDE)).toContain('key_two');
  expect(answers.size).toBe(0);
});

test('nothing beneath a packet is looked up: the answer is made of the state alone', () => {
  const seen = new Set<string>();
  const walk = (type: GraphQLObjectType) => {
    if (seen.has(type.name)) return;
    seen.add(type.name);
    for (const field of Object.values(type.getFields())) {
      expect(field.resolve, `${type.name}.${field.name}`).toBeUndefined();
      const inner = getNamedType(field.type);
      if (isObjectType(inner)) walk(inner);
    }
  };
  walk(shop.schema.getType('ContextPacket') as GraphQLObjectType);
  expect(seen.size).toBeGreaterThan(15);
});

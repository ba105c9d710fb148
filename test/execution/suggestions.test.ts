import { expect, test } from 'vitest';

import { CHANNELS } from '../../src/channels/channels.ts';
import { buildSchema } from '../../src/execution/build-schema.ts';
import { CostBuckets } from '../../src/execution/cost-buckets.ts';
import { DEFAULT_LIMITS } from '../../src/execution/limits.ts';
import { preparing } from '../../src/execution/prepare.ts';
import { Rejection } from '../../src/execution/rejection.ts';
import { aViewer } from '../support/scopes.ts';

const { schema } = buildSchema(CHANNELS);
const prepare = preparing({
  built: buildSchema(CHANNELS),
  limits: DEFAULT_LIMITS,
  buckets: new CostBuckets({ costBurst: 1e9, costPerSecond: 1e9 }),
});

/** Names one letter away from a real one: what a word list that feels for the schema is made of. */
function* nearMisses(): Generator<string> {
  const names = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    names.add(type.name);
    if ('getFields' in type) for (const field of Object.keys(type.getFields())) names.add(field);
    if ('getValues' in type) for (const { name } of type.getValues()) names.add(name);
  }
  for (const name of names) for (const near of [`${name}s`, name.slice(0, -1), `x${name}`, `${name}x`]) yield near;
}

/** The places in which a name can be missed: a field, a nested one, an argument, a type, an enum value, an input key. */
const PLACES = [
  (name: string) => `{ ${name} }`,
  (name: string) => `{ customers { nodes { ${name} } } }`,
  (name: string) => `{ customers(${name}: 1) { nodes { id } } }`,
  (name: string) => `{ node(id: "x") { ... on ${name} { id } } }`,
  (name: string) => `{ customerByIdentity(kind: ${name}, value: "x") { id } }`,
  (name: string) => `mutation { messageReceive(input: { ${name}: 1 }) { userErrors { code } } }`,
];

test('B17: no near miss of 5,000 is answered with the name that was nearly hit', () => {
  const told: string[] = [];
  let tried = 0;
  for (const name of nearMisses()) {
    for (const place of PLACES) {
      if (tried >= 5_000) break;
      tried += 1;
      try {
        prepare({ query: place(name) }, aViewer('admin'));
      } catch (error) {
        const text = error instanceof Rejection ? JSON.stringify(error.errors) : String(error);
        if (/did you mean/i.test(text)) told.push(text);
      }
    }
  }

  expect(tried).toBe(5_000);
  expect(told).toEqual([]);
});

import { isInterfaceType, isObjectType } from 'graphql';
import { expect, test } from 'vitest';

import { CHANNELS } from '../../src/channels/channels.ts';
import { buildSchema } from '../../src/execution/build-schema.ts';
import { CostBuckets } from '../../src/execution/cost-buckets.ts';
import { DEFAULT_LIMITS } from '../../src/execution/limits.ts';
import { preparing } from '../../src/execution/prepare.ts';
import { Rejection } from '../../src/execution/rejection.ts';
import { rightIn } from '../../src/schema/right.ts';
import { rightsOf, ROLE_RIGHTS } from '../../src/services/access/role-rights.ts';
import { ALL_RIGHTS, type Right } from '../../src/values/rights.ts';
import { ROLES } from '../../src/values/vocabulary.ts';
import { aViewer } from '../support/scopes.ts';
import { documentOf, FORMS, pathsOf, type FieldPath } from '../support/schema-paths.ts';

const { schema } = buildSchema(CHANNELS);
const without = {
  maxDepth: 100,
  maxAliases: 100,
  maxDirectives: 100,
  maxTokens: 100_000,
  maxRootMutations: 100,
  maxCost: 1e9,
};
const prepare = preparing({
  built: buildSchema(CHANNELS),
  limits: { ...DEFAULT_LIMITS, ...without },
  buckets: new CostBuckets({ costBurst: 1e12, costPerSecond: 1e12 }),
});
const paths = pathsOf(schema);

/** What a path asks for by the decorators alone, read without the code under test: own right of each field, or its type's. */
function rightsOn(path: FieldPath): Set<Right> {
  const places = [
    ...path.steps.map(({ parent, field }) => ({ parent, field })),
    { parent: path.parent, field: path.field },
  ];
  return new Set(
    places.map(({ parent, field }) => {
      const type = schema.getType(parent);
      const ofType = isObjectType(type) || isInterfaceType(type) ? rightIn(type.extensions) : undefined;
      return (rightIn(field.extensions) ?? ofType) as Right;
    }),
  );
}

function verdict(document: string, viewer: ReturnType<typeof aViewer>): 'allowed' | 'forbidden' {
  try {
    prepare({ query: document }, viewer);
    return 'allowed';
  } catch (error) {
    if (error instanceof Rejection && error.errors.every(({ extensions }) => extensions['code'] === 'FORBIDDEN'))
      return 'forbidden';
    throw new Error(`${document}\n${error instanceof Rejection ? error.errors.map(String).join('\n') : String(error)}`);
  }
}

function refusalOf(document: string, viewer: ReturnType<typeof aViewer>): Rejection | null {
  try {
    prepare({ query: document }, viewer);
    return null;
  } catch (error) {
    return error as Rejection;
  }
}

test('every field of the schema stands on some path of this matrix', () => {
  const reached = new Set(paths.map(({ parent, field }) => `${parent}.${field.name}`));
  const all = Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) && !type.name.startsWith('__')
      ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`)
      : [],
  );

  expect(all.filter((place) => !reached.has(place))).toEqual([]);
  console.log(`${all.length} fields on ${paths.length} paths, ${viewers.length} viewers`);
});

/** Viewers of every role with all its rights, an administrator’s key without each right in turn, and one without any. */
const viewers = [
  ...ROLES.map((role) => aViewer(role)),
  ...ALL_RIGHTS.map((missing) =>
    aViewer('admin', { rights: new Set(ALL_RIGHTS.filter((right) => right !== missing)) }),
  ),
  aViewer('admin', { rights: new Set() }),
];

/** Every path written plainly; for the first path to each field also in the forms that mean the same. */
function* documents(): Generator<{ path: FieldPath; document: string }> {
  const seen = new Set<string>();
  for (const path of paths) {
    const place = `${path.parent}.${path.field.name}`;
    for (const form of seen.has(place) ? (['plain'] as const) : FORMS) yield { path, document: documentOf(path, form) };
    seen.add(place);
  }
}

test('each viewer is allowed exactly the fields whose rights it holds, on every path and however the document is written', () => {
  const wrong: string[] = [];
  let count = 0;
  // Document by document, so that each is parsed and validated once for all viewers.
  for (const { path, document } of documents()) {
    const needed = [...rightsOn(path)];
    for (const viewer of viewers) {
      count += 1;
      const expected = needed.every((right) => viewer.rights.has(right)) ? 'allowed' : 'forbidden';
      if (verdict(document, viewer) !== expected) wrong.push(`${viewer.role}, ${expected}: ${document}`);
    }
  }
  console.log(`${count} verdicts`);
  expect(wrong).toEqual([]);
});

test('C7, C11: a role gives its rights and no others; a scope outside the role, an unknown one, one that stands there twice and none at all give nothing more', () => {
  for (const role of ROLES)
    expect([...rightsOf(role, ALL_RIGHTS)].sort()).toEqual(Object.keys(ROLE_RIGHTS[role]).sort());
  expect([...rightsOf('partner', ['access:write', 'notes:read', 'no such right'])]).toEqual([]);
  expect([...rightsOf('admin', [])]).toEqual([]);
  expect([...rightsOf('partner', ['graph:read', 'graph:read', 'null', '__proto__'])]).toEqual(['graph:read']);
  const nobody = aViewer('admin', { rights: new Set() });
  const wrong: string[] = [];
  for (const path of new Map(paths.map((one) => [`${one.parent}.${one.field.name}`, one])).values())
    for (const { message, path: place, extensions } of refusalOf(documentOf(path, 'plain'), nobody)!.errors) {
      // C7: of every field no more is said than its own name and the right.
      const { code, field, right, ...more } = extensions;
      const said = `\`${String(field)}\` needs the right \`${String(right)}\`, which your key or token lacks.`;
      if (message !== said || place || code !== 'FORBIDDEN' || Object.keys(more).length > 0) wrong.push(message);
    }
  expect(wrong).toEqual([]);
});

test('C21: a partner’s key with any one scope is allowed what that scope opens, and every other field of the graph is denied', () => {
  const wrong: string[] = [];
  const seen = new Set<string>();
  for (const path of paths) {
    const place = `${path.parent}.${path.field.name}`;
    if (seen.has(place)) continue;
    seen.add(place);
    const document = documentOf(path, 'plain');
    const needed = [...rightsOn(path)];
    for (const scope of Object.keys(ROLE_RIGHTS.partner)) {
      const viewer = aViewer('partner', { rights: rightsOf('partner', ['graph:read', scope]) });
      const expected = needed.every((right) => right === 'graph:read' || right === scope) ? 'allowed' : 'forbidden';
      if (verdict(document, viewer) !== expected) wrong.push(`${scope}, ${expected}: ${document}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('C7: a refusal names the field and the right and no value', () => {
  const viewer = aViewer('partner');
  const refused = refusalOf('{ contextPacket(customerId: "cus_secret") { version } }', viewer);

  expect(refused!.errors[0]!.extensions).toEqual({
    code: 'FORBIDDEN',
    field: 'contextPacket',
    right: 'context:read',
  });
  expect(JSON.stringify(refused!.errors)).not.toContain('cus_secret');
});

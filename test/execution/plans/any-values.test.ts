import fc from 'fast-check';
import {
  execute,
  GraphQLBoolean,
  GraphQLEnumType,
  type GraphQLError,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLInterfaceType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  Kind,
  NoUnusedFragmentsRule,
  NoUnusedVariablesRule,
  parse,
  specifiedRules,
  validate,
  type FragmentDefinitionNode,
  type GraphQLNullableType,
  type OperationDefinitionNode,
} from 'graphql';
import { expect, test } from 'vitest';

import { makePlan } from '../../../src/execution/plans/plan.ts';
import { runPlan } from '../../../src/execution/plans/run-plan.ts';
import { DateTime } from '../../../src/schema/scalars.ts';

const required = <T extends GraphQLNullableType>(type: T) => new GraphQLNonNull(type);
const Kinds = new GraphQLEnumType({ name: 'Kinds', values: { GOOD: { value: 'good' }, BAD: { value: 'bad' } } });

/** Every kind of field that graphql-js completes: leaves, lists in lists, objects, interfaces, with and without resolvers. */
const Being: GraphQLInterfaceType = new GraphQLInterfaceType({
  name: 'Being',
  fields: () => ({ id: { type: required(GraphQLID) }, name: { type: GraphQLString }, being: { type: Being } }),
  resolveType: (value: { type?: unknown }) => {
    if (value.type === 'later') return Promise.resolve('Thing');
    if (value.type === 'failing') throw new Error('no type');
    return (value.type ?? 'Thing') as string;
  },
});
const fieldsOfBoth = () => ({
  id: { type: required(GraphQLID) },
  name: { type: GraphQLString },
  being: { type: Being },
  beings: { type: new GraphQLList(Being) },
});
const Thing: GraphQLObjectType = new GraphQLObjectType<{ thing?: unknown }>({
  name: 'Thing',
  interfaces: [Being],
  fields: () => ({
    ...fieldsOfBoth(),
    count: { type: required(GraphQLInt) },
    ratio: { type: GraphQLFloat },
    isOn: { type: required(GraphQLBoolean) },
    when: { type: DateTime },
    kind: { type: required(Kinds) },
    words: { type: required(new GraphQLList(required(GraphQLString))) },
    table: { type: new GraphQLList(new GraphQLList(GraphQLInt)) },
    thing: { type: Thing },
    strict: { type: required(Thing) },
    things: { type: required(new GraphQLList(required(Thing))) },
    resolved: { type: Thing, resolve: (source: { thing?: unknown }) => source.thing },
    later: { type: Thing, resolve: async (source: { thing?: unknown }) => source.thing },
    strictLater: { type: required(Thing), resolve: async (source: { thing?: unknown }) => source.thing },
    failing: {
      type: GraphQLString,
      resolve: () => {
        throw new Error('failed');
      },
    },
    greeting: {
      type: GraphQLString,
      args: { to: { type: GraphQLString, defaultValue: 'you' }, times: { type: required(GraphQLInt) } },
      resolve: (_source: unknown, args: object, context: unknown, { path, fieldName }) =>
        JSON.stringify([args, context, path, fieldName]),
    },
  }),
});
const Other: GraphQLObjectType = new GraphQLObjectType({
  name: 'Other',
  interfaces: [Being],
  fields: () => ({ ...fieldsOfBoth(), label: { type: required(GraphQLString) } }),
});
const Query = new GraphQLObjectType({
  name: 'Query',
  fields: {
    root: { type: Thing, resolve: (source: unknown) => source },
    rootLater: { type: required(Thing), resolve: async (source: unknown) => source },
    roots: { type: new GraphQLList(Being), resolve: (source: unknown) => [source, null, source] },
    plain: { type: Thing },
  },
});
const schema = new GraphQLSchema({ query: Query, types: [Other] });

/** Rows as they should be, mostly; and everything else that a service could hand out by mistake. */
const { value: anyRow } = fc.letrec<{ value: unknown; row: unknown; odd: unknown }>((tie) => {
  const odd = fc.oneof(
    fc.constantFrom(
      null,
      undefined,
      '',
      'text',
      '"quoted\\"\n',
      '\ud800',
      '😀',
      0,
      -0,
      1.5,
      NaN,
      2 ** 40,
      true,
      [],
      {},
    ),
    fc.constant(new Error('an error as a value')),
    fc.constantFrom(new Date(0), new Date(NaN), '2026-11-22T01:02:03.4+00:00', '2026-11-22T01:02:03.456789+00:00'),
    fc.constant(() => 'from a function'),
    fc.constant(new Set(['of', 'a', 'set'])),
    tie('row').map((row) => ({ toBe: row })),
  );
  const may = (arbitrary: fc.Arbitrary<unknown>) =>
    fc.oneof(
      { weight: 14, arbitrary },
      { weight: 1, arbitrary: tie('odd') },
      { weight: 1, arbitrary: tie('odd').map((value) => ({ then: (done: (of: unknown) => void) => done(value) })) },
      { weight: 1, arbitrary: fc.constant('a rejection') },
    );
  const row = fc.record({
    id: may(fc.string()),
    name: may(fc.option(fc.string({ unit: 'binary' }))),
    count: may(fc.integer({ min: -5, max: 5 })),
    ratio: may(fc.double()),
    isOn: may(fc.boolean()),
    when: may(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') })),
    kind: may(fc.constantFrom('good', 'bad')),
    label: may(fc.string()),
    type: fc.constantFrom('Thing', 'Thing', 'Other', 'later', 'failing', 'Nothing', 'Query', undefined),
    words: may(fc.array(may(fc.string()), { maxLength: 3 })),
    table: may(fc.array(fc.array(may(fc.integer({ min: 0, max: 9 })), { maxLength: 2 }), { maxLength: 2 })),
    being: may(tie('value')),
    thing: may(tie('value')),
    strict: may(tie('value')),
    beings: may(fc.array(tie('value'), { maxLength: 2 })),
    things: may(fc.array(tie('value'), { maxLength: 2 })),
  });
  return { row, odd, value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, fc.constant(null), tie('row')) };
});

const LEAVES = {
  Thing: [
    ...['id', 'name', 'count', 'ratio', 'isOn', 'when', 'kind', 'words', 'table', 'failing', '__typename'],
    ...['greeting(times: 1)', 'greeting(to: $to, times: $times)', 'alias: id', 'alias: id'],
  ],
  Other: ['id', 'name', 'label', '__typename'],
  Being: ['id', 'name', '__typename'],
};
type Name = keyof typeof LEAVES;
const INTO: Record<Name, [string, Name][]> = {
  Thing: [
    ...(['thing', 'strict', 'things', 'resolved', 'later', 'strictLater'] as const).map(
      (name) => [name, 'Thing'] as [string, Name],
    ),
    ...[['being', 'Being'] as [string, Name], ['beings', 'Being'] as [string, Name]],
  ],
  Other: [
    ['being', 'Being'],
    ['beings', 'Being'],
  ],
  Being: [['being', 'Being']],
};
const CONDITIONS = [
  '',
  '',
  '',
  '',
  ' @include(if: $yes)',
  ' @skip(if: $yes)',
  ' @include(if: $no)',
  ' @include(if: true) @skip(if: $no)',
];

const setOf = (type: Name, depth: number): fc.Arbitrary<string> => {
  const condition = fc.constantFrom(...CONDITIONS);
  const leaf = fc.tuple(fc.constantFrom(...LEAVES[type]), condition).map(([name, when]) => name + when);
  if (depth === 0) return fc.array(leaf, { minLength: 1, maxLength: 4 }).map((fields) => `{ ${fields.join(' ')} }`);
  const object = fc
    .constantFrom(...INTO[type])
    .chain(([name, into]) => fc.tuple(condition, setOf(into, depth - 1)).map(([when, set]) => `${name}${when} ${set}`));
  const types: Name[] = type === 'Being' ? ['Being', 'Thing', 'Other'] : [type, 'Being'];
  const inline = fc
    .constantFrom(...types)
    .chain((on) => fc.tuple(condition, setOf(on, depth - 1)).map(([when, set]) => `... on ${on}${when} ${set}`));
  const spread = fc.tuple(fc.constantFrom('OfThing', 'OfBeing'), condition).map(([name, when]) => `...${name}${when}`);
  return fc
    .array(fc.oneof({ weight: 4, arbitrary: leaf }, { weight: 3, arbitrary: object }, inline, spread), {
      minLength: 1,
      maxLength: 6,
    })
    .map((fields) => `{ ${fields.join(' ')} }`);
};
const anyDocument = fc
  .tuple(fc.constantFrom('root', 'rootLater', 'plain'), setOf('Thing', 3), setOf('Being', 2), setOf('Thing', 1))
  .map(
    ([field, thing, beings, fragment]) =>
      `query ($yes: Boolean! = true, $no: Boolean!, $to: String, $times: Int! = 2) { ${field} ${thing} roots ${beings} }
       fragment OfThing on Thing ${fragment.replaceAll(/\.\.\.Of(Thing|Being)/g, 'id')}
       fragment OfBeing on Being { id name unused: name ... on Thing { count } }`,
  );

/** What came as a mark becomes a promise that fails, made anew for each run. */
function withRejections(value: unknown): unknown {
  if (value === 'a rejection') {
    const rejection = Promise.reject(new Error('rejected'));
    rejection.catch(() => undefined);
    return rejection;
  }
  if (Array.isArray(value)) return value.map(withRejections);
  if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, typeof inner === 'function' ? inner : withRejections(inner)]),
    );
  return value;
}

const RULES = specifiedRules.filter((rule) => rule !== NoUnusedFragmentsRule && rule !== NoUnusedVariablesRule);

/** As sent, but for what no client reads: bugs of ours are masked, their words stay in the house. */
const told = (errors: readonly GraphQLError[] | undefined) =>
  JSON.stringify(errors)?.replaceAll(
    /"message":"(?:Abstract type|Runtime Object type|Expected `|\w+ serialized)(?:[^"\\]|\\.)*"/g,
    '"message":"a bug"',
  );

test('whatever the values and the document, a plan writes the bytes of graphql-js, with its errors in its order', async () => {
  let withErrors = 0;
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(anyDocument, anyRow, fc.boolean(), async (text, row, no) => {
      const document = parse(text);
      fc.pre(validate(schema, document, RULES).length === 0);
      const rootOf = () => {
        const value = withRejections(row);
        return value !== null && typeof value === 'object' ? { ...value, plain: value } : value;
      };
      const given = { no, times: 3 };
      const expected = await execute({
        schema,
        document,
        rootValue: rootOf(),
        contextValue: 'context',
        variableValues: given,
      });
      const { errors, data } = expected;
      const fragments = Object.fromEntries(
        document.definitions
          .filter((each): each is FragmentDefinitionNode => each.kind === Kind.FRAGMENT_DEFINITION)
          .map((each) => [each.name.value, each]),
      );
      const variables = { yes: true, times: 3, no };
      const plan = makePlan(
        { schema, fragments, conditions: variables },
        document.definitions[0] as OperationDefinitionNode,
      );
      const result = await runPlan(plan, { rootValue: rootOf(), contextValue: 'context', variables });
      runs += 1;
      if (errors) withErrors += 1;
      expect(result.data).toBe(data == null ? null : JSON.stringify(data));
      expect(told(result.errors)).toBe(told(errors));
    }),
    { numRuns: 500 },
  );
  console.log(`${runs} documents, ${withErrors} with errors`);
  expect(withErrors).toBeGreaterThan(runs / 20);
  expect(withErrors).toBeLessThan(runs);
});

/** A document that must be refused before it runs, with the code on every transport. */
export interface HostileDocument {
  name: string;
  query: string;
  variables?: Record<string, unknown>;
  code: string;
}

const repeat = (count: number, each: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => each(i)).join(' ');
const invalid = 'GRAPHQL_VALIDATION_FAILED';
const parse = 'GRAPHQL_PARSE_FAILED';

/** customer → conversations → customer → …: `levels` levels deep without counting `nodes`. */
export const deep = (levels: number, inner = 'id'): string => {
  let text = inner;
  for (let i = levels - 2; i > 0; i -= 1)
    text = i % 2 === 0 ? `customer { ${text} }` : `conversations(first: 1) { nodes { ${text} } }`;
  return `{ customer(id: "x") { ${text} } }`;
};

export const HOSTILE_DOCUMENTS: HostileDocument[] = [
  // B1: depth
  { name: 'B1: one level too deep', query: deep(11), code: invalid },
  {
    name: 'B1: depth hidden in nested fragments',
    query: `{ customer(id: "x") { ...a } } ${repeat(10, (i) => `fragment f${i} on Customer { conversations { nodes { customer { ${i === 9 ? 'id' : `...f${i + 1}`} } } } }`)} fragment a on Customer { ...f0 }`,
    code: invalid,
  },
  {
    name: 'B1: depth hidden in inline fragments',
    query: deep(11).replace('nodes { customer', 'nodes { ... on Conversation { customer').replace('} }', '} } }'),
    code: invalid,
  },
  {
    name: 'B1: depth hidden in a fragment named like introspection',
    query: `{ customer(id: "x") { ...__schema } } fragment __schema on Customer { conversations { nodes { customer { conversations { nodes { customer { conversations { nodes { customer { conversations { nodes { customer { conversations { nodes { customer { id } } } } } } } } } } } } } } } }`,
    code: invalid,
  },
  {
    name: 'B1: a fragment reused deeper',
    query: `{ customer(id: "x") { ...half conversations { nodes { customer { conversations { nodes { customer { conversations { nodes { customer { ...half } } } } } } } } } } } fragment half on Customer { conversations { nodes { customer { conversations { nodes { customer { conversations { nodes { id } } } } } } } } }`,
    code: invalid,
  },
  // B2: cycles and chains
  {
    name: 'B2: a fragment cycle of two',
    query: '{ viewer { ...a } } fragment a on Viewer { ...b } fragment b on Viewer { ...a }',
    code: invalid,
  },
  {
    name: 'B2: a fragment cycle of fifty',
    query: `{ viewer { ...f0 } } ${repeat(50, (i) => `fragment f${i} on Viewer { ...f${(i + 1) % 50} }`)}`,
    code: invalid,
  },
  {
    name: 'B2: a chain of 2,000 fragments',
    query: `{ viewer { ...f0 } } ${repeat(2_000, (i) => `fragment f${i} on Viewer{...f${i + 1}}`)}`,
    code: parse,
  },
  // B3, B4: aliases
  {
    name: 'B3, B4: 15,000 aliases',
    query: `{ ${repeat(15_000, (i) => `a${i}:cursor`)} }`.slice(0, 60_000) + ' }',
    code: parse,
  },
  { name: 'B3, B4: sixteen aliases', query: `{ ${repeat(16, (i) => `a${i}: cursor`)} }`, code: invalid },
  {
    name: 'B3, B4: aliases spread over fragments',
    query: `{ viewer { ...a ...b } } fragment a on Viewer { ${repeat(8, (i) => `a${i}: role`)} } fragment b on Viewer { ${repeat(8, (i) => `b${i}: role`)} }`,
    code: invalid,
  },
  {
    name: 'B3, B4: one alias fragment spread 100 times',
    query: `{ viewer { ${repeat(100, () => '...a')} } } fragment a on Viewer { x: role }`,
    code: invalid,
  },
  // B6: mutations
  {
    name: 'B6: fifty mutations by alias',
    query: `mutation { ${repeat(6, (i) => `m${i}: viewerRevoke(principal: "x") { principal }`)} }`,
    code: invalid,
  },
  {
    name: 'B6: six mutations in fragments',
    query: `mutation { ...a ...a ...a ...a ...a ...a } fragment a on Mutation { viewerRevoke(principal: "x") { principal } }`,
    code: invalid,
  },
  {
    name: 'B6: fragments that spread the next one twice, and select nothing',
    query: `mutation { ...f0 } ${repeat(80, (i) => `fragment f${i} on Mutation { ...f${i + 1} ...f${i + 1} }`)}`,
    code: invalid,
  },
  {
    name: 'B6: a cycle of fragments that spread the next one twice',
    query: `mutation { ...f0 } ${repeat(80, (i) => `fragment f${i} on Mutation { ...f${(i + 1) % 80} ...f${(i + 1) % 80} }`)}`,
    code: invalid,
  },
  // B7: directives
  { name: 'B7: 11 directives', query: `{ ${repeat(11, () => 'cursor @include(if: true)')} }`, code: invalid },
  {
    name: 'B7: 20,000 repeated directives',
    query: `{ cursor ${repeat(5_000, () => '@skip(if:false)')} }`.slice(0, 60_000),
    code: parse,
  },
  { name: 'B7: 40,000 unknown directives', query: `{ cursor ${repeat(9_000, () => '@xx')} }`, code: parse },
  { name: 'B7: an unknown directive', query: '{ cursor @nothing }', code: invalid },
  {
    name: 'B7: 8,000 fields that an input does not have',
    query: 'query ($filter: ConversationFilter) { conversations(filter: $filter) { nodes { id } } }',
    variables: { filter: Object.fromEntries(Array.from({ length: 8_000 }, (_, i) => [`x${i}`, 1])) },
    code: 'BAD_USER_INPUT',
  },
  // B8: repetition
  {
    name: 'B8: a field 9,000 times',
    query: `{ ${repeat(9_000, () => 'cursor')} }`.slice(0, 60_000) + '}',
    code: parse,
  },
  // B9: nested literals
  {
    name: 'B9: a list literal nested 5,000 deep',
    query: `{ customer(id: ${'['.repeat(5_000)}${']'.repeat(5_000)}) { id } }`,
    code: parse,
  },
  // B10: pages
  {
    name: 'B10: a page of 2,147,483,647',
    query: '{ customers(first: 2147483647) { nodes { id } } }',
    code: 'BAD_USER_INPUT',
  },
  { name: 'B10: a page of -1', query: '{ customers(first: -1) { nodes { id } } }', code: 'BAD_USER_INPUT' },
  { name: 'B10: a page of 0', query: '{ customers(first: 0) { nodes { id } } }', code: 'BAD_USER_INPUT' },
  {
    name: 'B10: a page of 101 by variable',
    query: 'query ($n: Int) { customers(first: $n) { nodes { id } } }',
    variables: { n: 101 },
    code: 'BAD_USER_INPUT',
  },
  { name: 'B10: a page from behind', query: '{ customers(first: 1, last: 1) { nodes { id } } }', code: invalid },
  // B11: cost
  {
    name: 'B11: lists in lists in lists',
    query:
      '{ customers(first: 100) { nodes { conversations(first: 100) { nodes { messages(first: 100) { nodes { id } } } } } } }',
    code: 'COST_EXCEEDED',
  },
  {
    name: 'B11: lists in lists by fragments and variables',
    query:
      'query ($n: Int) { customers(first: $n) { nodes { ...a } } } fragment a on Customer { conversations(first: $n) { edges { node { id } } } }',
    variables: { n: 100 },
    code: 'COST_EXCEEDED',
  },
  // B13: introspection, which any key may use, has a limit of its own
  {
    name: 'B13: introspection that goes round',
    query: '{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }',
    code: invalid,
  },
  {
    name: 'B13: introspection that goes round in fragments',
    query:
      '{ __schema { types { ...t } } } fragment t on __Type { fields { type { ...u } } } fragment u on __Type { fields { type { fields { name } } } }',
    code: invalid,
  },
  {
    name: 'B13: introspection by alias, too deep',
    query: `{ x: __type(name: "Query") { ${'ofType { '.repeat(25)} name ${'}'.repeat(25)} } }`,
    code: invalid,
  },
  {
    name: 'B13: a subscription that is skipped by a variable',
    query: 'subscription ($no: Boolean!) { contextPackets(assignedToMe: true) @skip(if: $no) { cursor } }',
    variables: { no: true },
    code: invalid,
  },
  // and the plain ones
  { name: 'no GraphQL', query: 'hello', code: parse },
  { name: 'an unknown field', query: '{ nothing }', code: invalid },
  {
    name: 'two operations and no name',
    query: 'query a { cursor } query b { cursor }',
    code: 'OPERATION_RESOLUTION_FAILURE',
  },
  { name: 'fragments only', query: 'fragment a on Viewer { role }', code: invalid },
  {
    name: 'a wrong variable',
    query: 'query ($id: ID!) { customer(id: $id) { id } }',
    variables: { id: { a: 1 } },
    code: 'BAD_USER_INPUT',
  },
  { name: 'a missing variable', query: 'query ($id: ID!) { customer(id: $id) { id } }', code: 'BAD_USER_INPUT' },
  {
    name: 'NUL in a variable',
    query: 'query ($id: ID!) { customer(id: $id) { id } }',
    variables: { id: 'a\0' },
    code: 'BAD_USER_INPUT',
  },
  { name: 'NUL in the document', query: '{ customer(id: "a\\u0000") { id } }', code: 'BAD_USER_INPUT' },
  {
    name: 'a variable without end',
    query: '{ cursor }',
    variables: { a: JSON.parse('['.repeat(200) + ']'.repeat(200)) as unknown },
    code: 'BAD_USER_INPUT',
  },
  { name: 'what the key has no right for', query: '{ apiKeys { nodes { id } } }', code: 'FORBIDDEN' },
  {
    name: 'a right hidden in a fragment',
    query: '{ node(id: "x") { ...a } } fragment a on ApiKey { name }',
    code: 'FORBIDDEN',
  },
  {
    name: 'two fields at the top of a subscription',
    query:
      'subscription { a: contextPackets(assignedToMe: true) { cursor } b: contextPackets(assignedToMe: true) { cursor } }',
    code: invalid,
  },
];

import { getNamedType, isCompositeType, isObjectType, type GraphQLField, type GraphQLObjectType } from 'graphql';
import { expect, test } from 'vitest';

import { executeOperation, textOf } from '../../src/execution/execute.ts';
import { rightsOf } from '../../src/services/access/role-rights.ts';
import { verifyVisitorToken } from '../../src/services/access/visitor-token.ts';
import { ALL_RIGHTS } from '../../src/values/rights.ts';
import type { Viewer } from '../../src/values/viewer.ts';
import { aFullShop, documentOfMutation } from '../support/a-full-shop.ts';
import { asking } from '../support/asking.ts';
import { countStatements } from '../support/count-statements.ts';
import { callsOf, everythingBelow } from '../support/full-documents.ts';
import { aViewer } from '../support/scopes.ts';
import { withDatabase } from '../support/with-database.ts';

// Every question of the graph is asked, each with all that stands below it.
const { database, sql } = await withDatabase();
const shop = await aFullShop(await asking(database));
const { schema, rights, bugs } = shop;

/** A person with something in every table: every id that is theirs, and canaries in every text. */
async function aPersonWithEverything(name: string) {
  const shopper = await shop.aShopper(name);
  const { customerId, conversationId, orderId, partnerId } = shopper;
  const rows = await sql<{ id: string }[]>`
    select id from identities where customer_id = ${customerId}
    union all select id from endpoints where customer_id = ${customerId}
    union all select id from activities where customer_id = ${customerId}
    union all select id from legs where conversation_id = ${conversationId}
    union all select id from messages where conversation_id = ${conversationId}
    union all select id from handoffs where conversation_id = ${conversationId}
    union all select id from shipments where order_id = ${orderId}
    union all select id from returns where order_id = ${orderId}`;
  const ids = [customerId, conversationId, orderId, partnerId, ...rows.map(({ id }) => id)];
  return { ...shopper, ids };
}
const anna = await aPersonWithEverything('anna');
const berta = await aPersonWithEverything('berta');

/** One document for all ids: a text that comes often is read once. */
interface Question {
  readonly query: string;
  /** What is asked for, where anything is. */
  readonly variables: { readonly given?: string };
}
/** Whose canaries stand in an answer without that an audit was told of them. */
const unaudited = (text: string) =>
  [anna, berta]
    .filter(({ name }) => new RegExp(`canary[ -]?${name}`, 'i').test(text))
    .filter(({ ids }) => !ids.some((id) => shop.shown.has(id)))
    .map(({ name }) => name);
const told = ({ query, variables }: Question) => `${query.slice(0, 200)} ${JSON.stringify(variables)}`;

/** Whatever of Berta's stands in the bytes; her ids count only where the question did not name them. */
const leaks = ({ given = '' }: Question['variables'], text: string) => [
  ...(/canary[ -]?berta/i.exec(given) ? [] : (/canary[ -]?berta/i.exec(text) ?? [])),
  ...(/canary berta/i.exec(text) ?? []),
  ...berta.ids.filter((id) => text.includes(id) && given !== id),
];

async function ask(viewer: Viewer, question: Question) {
  shop.shown.clear();
  const reply = await shop.ask(viewer, question.query, question.variables);
  if (reply.data === undefined) throw new Error(`${JSON.stringify(reply.errors)} for ${told(question)}`);
  const text = JSON.stringify(reply);
  // I9: there is no question, for anybody, whose answer shows a person and nobody is told.
  expect(unaudited(text), told(question)).toEqual([]);
  return text;
}

const POOL: Readonly<Record<string, readonly string[]>> = {
  id: berta.ids,
  customerId: [berta.customerId],
  conversationId: [berta.conversationId],
  partnerId: [berta.partnerId],
  number: [berta.orderNumber],
  value: [berta.email],
  kind: ['EMAIL', 'EXTERNAL_ID'],
};

function questionsOf(viewer: Viewer): Question[] {
  const below = everythingBelow(schema, rights, viewer.rights);
  return Object.values(schema.getQueryType()!.getFields())
    .filter((field) => viewer.rights.has(rights.get(`Query.${field.name}`)!))
    .flatMap((field) => {
      const inner = getNamedType(field.type);
      if (!isCompositeType(inner)) return [];
      const objects = isObjectType(inner) ? [inner] : (schema.getPossibleTypes(inner) as readonly GraphQLObjectType[]);
      const sets = objects.map((object) => {
        const set = `__typename ${below(object)}`;
        return isObjectType(inner) ? set : `... on ${object.name} { ${set} }`;
      });
      return callsOf(field, POOL).flatMap((literal) => {
        const { head, call, variables } = withVariable(field, literal);
        return sets.map((set) => ({ query: `${head}{ ${call} { ${set} } }`, variables }));
      });
    });
}

/** A call in which what is Berta’s is a variable. */
function withVariable({ args }: GraphQLField<unknown, unknown>, call: string) {
  for (const { name, type } of args)
    for (const given of POOL[name] ?? []) {
      const literal = `${name}: ${JSON.stringify(given)}`;
      if (call.includes(literal))
        return {
          head: `query ($given: ${String(type)}) `,
          call: call.replace(literal, `${name}: $given`),
          variables: { given },
        };
    }
  return { head: '', call, variables: {} };
}

const own = (role: 'customer' | 'partner') =>
  aViewer(role, {
    principal: `key_${role}`,
    // A partner as wide as can be but for addresses, which only carriers have of themselves.
    rights: rightsOf(role, role === 'partner' ? ALL_RIGHTS.filter((right) => right !== 'addresses:read') : ALL_RIGHTS),
    customerId: role === 'customer' ? anna.customerId : null,
    partnerId: role === 'partner' ? anna.partnerId : null,
  });
/** A browser of Anna’s, as the shop named her. */
const visitor = await (async () => {
  const { data } = await shop.ask(shop.admin, documentOfMutation(shop, 'visitorSessionStart', 'token'), {
    input: { identity: { kind: 'EMAIL', value: anna.email } },
  });
  const { token } = data!['payload'] as unknown as { token: string };
  return (await verifyVisitorToken(database, shop.ground.installation, token))!.viewer;
})();
const viewers = { customer: own('customer'), partner: own('partner'), visitor };

/** What is Anna’s and nevertheless not for her, or not for her carrier. */
const INTERNAL = {
  customer: /canary anna (note|summary)/,
  visitor: /canary anna (note|summary)/,
  partner: /canary anna (text|reply|subject|note|summary|street|given|display|trait|search|review)/,
};

test.each(['customer', 'partner', 'visitor'] as const)(
  'C6, C8, C10: a %s is shown nothing of anybody else, whatever they ask and by whatever id',
  async (who) => {
    const viewer = viewers[who];
    const found: string[] = [];
    let shown = 0;
    for (const question of questionsOf(viewer)) {
      const text = await ask(viewer, question);
      const leaked = leaks(question.variables, text);
      if (leaked.length > 0) found.push(`${leaked.join(', ')} in the answer to ${told(question)}`);
      if (INTERNAL[who].test(text)) found.push(`internal words in the answer to ${told(question)}`);
      if (/canary[ -]?anna/i.test(text)) shown += 1;
    }

    expect(found).toEqual([]);
    expect(shown, 'their own canaries show that the questions reach the rows').toBeGreaterThan(0);
    expect(bugs).toEqual([]);
  },
);

test.each(['customer', 'partner', 'visitor'] as const)(
  'C1: to a %s what is not visible answers like what never existed: the same bytes, and as many statements',
  async (who) => {
    const viewer = viewers[who];
    const questions = questionsOf(viewer).filter(({ variables: { given } }) => berta.ids.some((id) => id === given));
    const strip = (text: string) => text.replaceAll(/"(available|requested)":\d+/g, '');
    for (const question of questions) {
      const nowhere = {
        ...question,
        variables: { given: `${question.variables.given!.slice(0, 4)}${'0'.repeat(26)}` },
      };
      const [theirs, nobodys] = [await askCounted(viewer, question), await askCounted(viewer, nowhere)];
      expect(strip(theirs.text), told(question)).toBe(strip(nobodys.text));
      // Statements and not the clock: where both ask the database as often, neither is told apart by its time.
      expect(theirs.statements, told(question)).toBe(nobodys.statements);
    }
    expect(questions.length).toBeGreaterThan(0);
  },
);

/** What is answered, and how many statements it took. */
async function askCounted(viewer: Viewer, question: Question): Promise<{ text: string; statements: number }> {
  const counted = countStatements(database);
  const { data, errors } = await executeOperation(
    { ...shop.ground, db: counted.database },
    shop.prepare(question, viewer),
    { requestId: 'request-id' },
  );
  if (data === undefined) throw new Error(`${JSON.stringify(errors)} for ${told(question)}`);
  return { text: textOf({ ...(errors ? { errors } : {}), data }), statements: counted.count() };
}

test('an administrator is shown everything by the same questions', async () => {
  const viewer = aViewer('admin', { rights: new Set(ALL_RIGHTS) });
  const canaries = [
    ...['given', 'text 0', 'subject', 'reply', 'note', 'summary', 'street', 'line', 'reason', 'partner', 'trait'],
    ...['search', 'review'],
  ].map((what) => `canary berta ${what}`);
  let hidden = canaries;
  for (const question of questionsOf(viewer)) {
    const text = await ask(viewer, question);
    hidden = hidden.filter((canary) => !text.includes(canary));
    if (hidden.length === 0) break;
  }
  expect(hidden).toEqual([]);
});

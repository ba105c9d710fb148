import { getNamedType, isCompositeType, isObjectType, type GraphQLObjectType } from 'graphql';
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

/** Whatever of Berta's stands in the bytes; her ids count only where the question did not name them. */
const leaks = (document: string, text: string) => [
  ...(/canary[ -]?berta/i.exec(document) ? [] : (/canary[ -]?berta/i.exec(text) ?? [])),
  ...(/canary berta/i.exec(text) ?? []),
  ...berta.ids.filter((id) => text.includes(id) && !document.includes(id)),
];

async function ask(viewer: Viewer, document: string) {
  const reply = await shop.ask(viewer, document);
  if (reply.data === undefined) throw new Error(`${JSON.stringify(reply.errors)} for ${document}`);
  return JSON.stringify(reply);
}

function questionsOf(viewer: Viewer): string[] {
  const below = everythingBelow(schema, rights, viewer.rights);
  const pool = {
    id: berta.ids,
    customerId: [berta.customerId],
    conversationId: [berta.conversationId],
    partnerId: [berta.partnerId],
    number: [berta.orderNumber],
    value: [berta.email],
    kind: ['EMAIL', 'EXTERNAL_ID'],
  };
  return Object.values(schema.getQueryType()!.getFields())
    .filter((field) => viewer.rights.has(rights.get(`Query.${field.name}`)!))
    .flatMap((field) => {
      const inner = getNamedType(field.type);
      if (!isCompositeType(inner)) return [];
      const objects = isObjectType(inner) ? [inner] : (schema.getPossibleTypes(inner) as readonly GraphQLObjectType[]);
      return callsOf(field, pool).flatMap((call) =>
        objects.map((object) => {
          const set = `__typename ${below(object)}`;
          return `{ ${call} { ${isObjectType(inner) ? set : `... on ${object.name} { ${set} }`} } }`;
        }),
      );
    });
}

const own = (role: 'customer' | 'partner') =>
  aViewer(role, {
    principal: `key_${role}`,
    rights: rightsOf(role, ALL_RIGHTS),
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
    for (const document of questionsOf(viewer)) {
      const text = await ask(viewer, document);
      const leaked = leaks(document, text);
      if (leaked.length > 0) found.push(`${leaked.join(', ')} in the answer to ${document.slice(0, 200)}`);
      if (INTERNAL[who].test(text)) found.push(`internal words in the answer to ${document.slice(0, 200)}`);
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
    const questions = questionsOf(viewer).filter((document) => berta.ids.some((id) => document.includes(id)));
    const strip = (text: string) => text.replaceAll(/"(available|requested)":\d+/g, '');
    for (const document of questions) {
      const nowhere = berta.ids.reduce(
        (text, id) => text.replaceAll(id, `${id.slice(0, 4)}${'0'.repeat(26)}`),
        document,
      );
      const [theirs, nobodys] = [await askCounted(viewer, document), await askCounted(viewer, nowhere)];
      expect(strip(theirs.text), document.slice(0, 200)).toBe(strip(nobodys.text));
      // Statements and not the clock: where both ask the database as often, neither is told apart by its time.
      expect(theirs.statements, document.slice(0, 200)).toBe(nobodys.statements);
    }
    expect(questions.length).toBeGreaterThan(0);
  },
);

/** What is answered, and how many statements it took. */
async function askCounted(viewer: Viewer, document: string): Promise<{ text: string; statements: number }> {
  const counted = countStatements(database);
  const { data, errors } = await executeOperation(
    { ...shop.ground, db: counted.database },
    shop.prepare({ query: document }, viewer),
    { requestId: 'request-id' },
  );
  if (data === undefined) throw new Error(`${JSON.stringify(errors)} for ${document}`);
  return { text: textOf({ ...(errors ? { errors } : {}), data }), statements: counted.count() };
}

test('an administrator is shown everything by the same questions', async () => {
  const viewer = aViewer('admin', { rights: new Set(ALL_RIGHTS) });
  const canaries = [
    ...['given', 'text 0', 'subject', 'reply', 'note', 'summary', 'street', 'line', 'reason', 'partner', 'trait'],
    ...['search', 'review'],
  ].map((what) => `canary berta ${what}`);
  let hidden = canaries;
  for (const document of questionsOf(viewer)) {
    const text = await ask(viewer, document);
    hidden = hidden.filter((canary) => !text.includes(canary));
    if (hidden.length === 0) break;
  }
  expect(hidden).toEqual([]);
});

import { getNamedType, isCompositeType, isObjectType, type GraphQLObjectType } from 'graphql';
import { expect, test, vi } from 'vitest';

import { CHANNELS } from '../../src/channels/channels.ts';
import { buildSchema } from '../../src/execution/build-schema.ts';
import { CostBuckets } from '../../src/execution/cost-buckets.ts';
import { executeOperation, type Ground } from '../../src/execution/execute.ts';
import { DEFAULT_LIMITS } from '../../src/execution/limits.ts';
import { preparing } from '../../src/execution/prepare.ts';
import { Rejection } from '../../src/execution/rejection.ts';
import { rightsOf } from '../../src/services/access/role-rights.ts';
import { addNote } from '../../src/services/conversations/add-note.ts';
import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { readInstallation } from '../../src/services/events/installation.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
import { recordOrderFacts } from '../../src/services/orders/record-order-facts.ts';
import { ensurePartner } from '../../src/services/partners/ensure-partner.ts';
import { ALL_RIGHTS } from '../../src/values/rights.ts';
import type { Viewer } from '../../src/values/viewer.ts';
import { callsOf, everythingBelow } from '../support/full-documents.ts';
import { factsOf } from '../support/orders.ts';
import { aScope, aViewer } from '../support/scopes.ts';
import { withDatabase } from '../support/with-database.ts';

// Every question of the graph is asked, each with all that stands below it.
vi.setConfig({ testTimeout: 180_000 });

const { database, sql } = await withDatabase();
const scope = { ...aScope(database), now: new Date() };
const { schema, rights } = buildSchema(CHANNELS);
const unlimited = { maxDepth: 100, maxFields: 1e6, maxAliases: 10_000, maxTokens: 1e6, maxCost: 1e12 };
const prepare = preparing({
  built: { schema, rights },
  limits: { ...DEFAULT_LIMITS, ...unlimited },
  buckets: new CostBuckets({ costBurst: 1e15, costPerSecond: 1e15 }),
});
const bugs: unknown[] = [];
const ground: Ground = {
  schema,
  db: database,
  installation: await readInstallation(sql),
  visitorTokenMinutes: 60,
  reportBug: (error) => bugs.push(error),
};

/** A person with something in every table, and a canary in everything that is theirs. */
async function aPersonWithEverything(name: string) {
  const inbox = await ensureInbox(scope, { externalId: `mail`, channel: 'email', name: 'Mail' });
  const partnerId = await ensurePartner(scope, {
    externalId: `carrier-${name}`,
    name: `canary ${name} partner`,
    kind: 'carrier',
  });
  const email = `canary-${name}@example.com`;
  const { customerId, conversationId, messageId } = await receiveMessage(scope, {
    inbox: inbox.id,
    sender: { kind: 'email', value: email, displayName: `canary ${name} display` },
    externalId: name,
    text: `canary ${name} text`,
    subject: `canary ${name} subject`,
    occurredAt: scope.now,
  });
  await addNote(scope, conversationId, `canary ${name} note`);
  const facts = factsOf(`CANARY-${name}`, customerId);
  await recordOrderFacts(scope, [
    facts.placed({ shippingAddress: { line1: `canary ${name} street` } }),
    facts.money('payment_recorded', 3_000),
    facts.shipped({ partnerId, trackingNumber: `CANARY${name}TRACK` }),
    facts.returned({ reason: `canary ${name} reason` }),
  ]);
  const rows = await sql<{ id: string }[]>`
    select id from orders where customer_id = ${customerId}
    union all select s.id from shipments s join orders o on o.id = s.order_id where o.customer_id = ${customerId}
    union all select r.id from returns r join orders o on o.id = r.order_id where o.customer_id = ${customerId}
    union all select id from identities where customer_id = ${customerId}
    union all select id from endpoints where customer_id = ${customerId}`;
  const ids = [customerId, conversationId, messageId, partnerId, ...rows.map(({ id }) => id)];
  return { name, email, customerId, conversationId, partnerId, ids, orderNumber: `CANARY-${name}` };
}
const anna = await aPersonWithEverything('anna');
const berta = await aPersonWithEverything('berta');

/** Whatever of Berta's stands in the bytes; her ids count only where the question did not name them. */
const leaks = (document: string, text: string) => [
  ...(/canary[ -]?berta/i.exec(text) ?? []),
  ...berta.ids.filter((id) => text.includes(id) && !document.includes(id)),
];

async function ask(viewer: Viewer, document: string) {
  try {
    return JSON.stringify(await executeOperation(ground, prepare({ query: document }, viewer), 'test'));
  } catch (error) {
    if (error instanceof Rejection) throw new Error(`${error.errors.map(String).join('\n')} for ${document}`);
    throw error;
  }
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

const anOwnViewer = (role: 'customer' | 'partner') =>
  aViewer(role, {
    principal: `key_${role}`,
    rights: rightsOf(role, ALL_RIGHTS),
    customerId: role === 'customer' ? anna.customerId : null,
    partnerId: role === 'partner' ? anna.partnerId : null,
  });

test.each(['customer', 'partner'] as const)(
  'a %s is shown nothing of anybody else, whatever they ask and by whatever id',
  async (role) => {
    const viewer = anOwnViewer(role);
    const found: string[] = [];
    let shown = 0;
    for (const document of questionsOf(viewer)) {
      const text = await ask(viewer, document);
      const leaked = leaks(document, text);
      if (leaked.length > 0) found.push(`${leaked.join(', ')} in the answer to ${document.slice(0, 200)}`);
      if (/canary[ -]?anna/i.test(text)) shown += 1;
    }

    expect(found).toEqual([]);
    expect(shown, 'their own canaries show that the questions reach the rows').toBeGreaterThan(0);
    expect(bugs).toEqual([]);
  },
);

test('what is not visible answers like what does not exist', async () => {
  const viewer = anOwnViewer('customer');
  const questions = questionsOf(viewer).filter((document) => berta.ids.some((id) => document.includes(id)));
  for (const document of questions) {
    const nowhere = berta.ids.reduce((text, id) => text.replaceAll(id, `${id.slice(0, 4)}${'0'.repeat(26)}`), document);
    const strip = (text: string) => text.replaceAll(/"(available|requested)":\d+/g, '');
    expect(strip(await ask(viewer, document)), document.slice(0, 200)).toBe(strip(await ask(viewer, nowhere)));
  }
  expect(questions.length).toBeGreaterThan(0);
});

test('an administrator is shown everything by the same questions', async () => {
  const viewer = aViewer('admin', { rights: new Set(ALL_RIGHTS) });
  const answers = [];
  for (const document of questionsOf(viewer)) answers.push(await ask(viewer, document));
  const all = answers.join();

  const canaries = ['display', 'text', 'subject', 'note', 'street', 'reason', 'partner'].map(
    (what) => `canary berta ${what}`,
  );
  expect(canaries.filter((canary) => !all.includes(canary))).toEqual([]);
});

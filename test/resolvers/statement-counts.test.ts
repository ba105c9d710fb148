import { graphql } from 'graphql';
import { beforeAll, expect, test } from 'vitest';

import { buildSchema } from '../../src/execution/build-schema.ts';
import { makeLoaders } from '../../src/resolvers/loaders.ts';
import { ensureAgent } from '../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { addNote } from '../../src/services/conversations/add-note.ts';
import { setPresence } from '../../src/services/conversations/set-presence.ts';
import { readInstallation } from '../../src/services/events/installation.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
import { routeConversation } from '../../src/services/routing/route-conversation.ts';
import { countStatements } from '../support/count-statements.ts';
import { aScope } from '../support/scopes.ts';
import { withDatabase } from '../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database);

beforeAll(async () => {
  await ensureInbox(scope, { externalId: 'mail', channel: 'email', name: 'Mail' });
  for (let i = 0; i < 4; i += 1)
    await setPresence(
      scope,
      await ensureAgent(scope, { externalId: `a${i}`, name: `A${i}`, capacity: 10, skills: { 'language:en': 3 } }),
      'online',
    );
  for (let i = 0; i < 24; i += 1) {
    const { conversationId } = await receiveMessage(scope, {
      inbox: 'mail',
      sender: { kind: 'email', value: `p${i}@example.com` },
      externalId: `m${i}`,
      text: 'Where is my parcel, please?',
      occurredAt: scope.now,
    });
    await addNote(scope, conversationId, 'a note');
    await routeConversation(scope, conversationId);
  }
});

async function statementsOf(query: string, first: number): Promise<number> {
  const counted = countStatements(database);
  const asking = { ...scope, db: counted.database };
  const result = await graphql({
    schema: buildSchema().schema,
    source: query,
    variableValues: { first },
    contextValue: {
      scope: asking,
      installation: await readInstallation(sql),
      loaders: makeLoaders(asking),
      cursor: null,
    },
  });
  expect(result.errors).toBeUndefined();
  const [list] = Object.values(result.data!) as { nodes: unknown[] }[];
  expect(list!.nodes).toHaveLength(first);
  return counted.count();
}

test.each([
  [
    'customers',
    'customers(first: $first) { nodes { id identities { value } conversations(first: 5) { nodes { id assignee { name skills { skill } } messages(first: 3) { nodes { text inbox { name } } } } } } }',
    6,
  ],
  [
    'conversations',
    'conversations(first: $first) { nodes { id customer { id identities { value } } inbox { name } assignee { name } legs { address inbox { name } } messages(first: 2) { nodes { text conversation { id } } } notes(first: 2) { nodes { text } } } }',
    9,
  ],
  [
    'routing decisions',
    'routingDecisions(first: $first) { nodes { id conversation { id customer { id } } chosenAgent { name } candidates { score agent { name } } othersByReason { reason } } }',
    5,
  ],
] as const)('a page of %s takes as many statements for 20 rows as for 2', async (_, list, most) => {
  const query = `query ($first: Int) { ${list} }`;

  const few = await statementsOf(query, 2);
  const many = await statementsOf(query, 20);

  expect(few).toBeGreaterThanOrEqual(most - 3);
  expect(many).toBe(few);
  expect(many).toBeLessThanOrEqual(most);
});

import { beforeAll, expect, test } from 'vitest';

import { ensureAgent } from '../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { rowCounts } from '../support/journal.ts';
import { post } from '../support/graphql.ts';
import { aKey, systemScope, withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const app = await withApp(database);
const scope = systemScope(database);
const admin = await aKey(database, 'admin');
const bot = await aKey(database, 'bot');
const integration = await aKey(database, 'integration');

const RECEIVE = /* GraphQL */ `
  mutation ($input: MessageReceiveInput!, $key: String) {
    messageReceive(input: $input, idempotencyKey: $key) {
      message {
        id
        text
        inbox {
          externalId
        }
        conversation {
          id
          reference
          channel
          customer {
            id
            displayName
            identities {
              kind
              normalized
            }
          }
        }
      }
      isRedelivery
      userErrors {
        code
        field
      }
    }
  }
`;

interface Received {
  messageReceive: {
    message: { id: string; conversation: { id: string; reference: string; customer: { id: string } } } | null;
    isRedelivery: boolean | null;
    userErrors: { code: string; field: string[] | null }[];
  };
}

let count = 0;
const anInput = (but: Record<string, unknown> = {}) => ({
  inbox: 'mail',
  sender: { kind: 'EMAIL', value: `Http-${(count += 1)}@Example.com`, displayName: 'Aino' },
  externalId: `http-${(count += 1)}`,
  text: 'Where is my parcel, please?',
  occurredAt: new Date(Date.now() - 60_000).toISOString(),
  ...but,
});

async function ask<T>(secret: string, query: string, variables: Record<string, unknown> = {}): Promise<T> {
  const { body } = await post(app.url, secret, query, variables);
  expect(body.errors).toBeUndefined();
  return body.data as never;
}
const receive = async (but: Record<string, unknown> = {}) =>
  (await ask<Received>(integration.secret, RECEIVE, { input: anInput(but) })).messageReceive.message!;

let agentId: string;
beforeAll(async () => {
  await ensureInbox(scope, { externalId: 'mail', channel: 'email', name: 'Mail', market: 'FI' });
  agentId = await ensureAgent(scope, {
    externalId: 'aino',
    name: 'Aino Agent',
    capacity: 3,
    skills: { 'language:en': 5, 'channel:email': 3 },
  });
});

test('a message that a channel hands in is there with its customer, and a redelivery says so', async () => {
  const input = anInput();

  const first = (await ask<Received>(integration.secret, RECEIVE, { input })).messageReceive;
  const again = (await ask<Received>(integration.secret, RECEIVE, { input, key: 'with a key too' })).messageReceive;

  expect(first).toMatchObject({
    message: {
      text: 'Where is my parcel, please?',
      inbox: { externalId: 'mail' },
      conversation: {
        channel: 'EMAIL',
        customer: {
          displayName: 'Aino',
          identities: [{ kind: 'EMAIL', normalized: input.sender.value.toLowerCase() }],
        },
      },
    },
    isRedelivery: false,
    userErrors: [],
  });
  expect(again).toEqual({ ...first, isRedelivery: true });
});

test('refusals come as data with the path of the input, and change nothing', async () => {
  const before = await rowCounts(database.sql);

  const { messageReceive } = await ask<Received>(integration.secret, RECEIVE, {
    input: anInput({ text: ' ' }),
  });

  expect(messageReceive).toEqual({
    message: null,
    isRedelivery: null,
    userErrors: [{ code: 'INVALID_INPUT', field: ['input', 'text'] }],
  });
  expect(await rowCounts(database.sql)).toEqual(before);
});

test('an agent is found by routing, answers, notes, resolves and reopens', async () => {
  const { conversation } = await receive();
  const id = conversation.id;
  const agent = await aKey(database, 'agent', { agentId });

  const data = await ask<Record<string, unknown>>(
    agent.secret,
    /* GraphQL */ `
      mutation ($id: ID!, $agent: ID!) {
        agentPresenceSet(id: $agent, presence: ONLINE) {
          agent {
            presence
            load
          }
          userErrors {
            code
          }
        }
        conversationRoute(id: $id, idempotencyKey: "route") {
          routingDecision {
            chosenAgent {
              name
            }
            requirements {
              skill
              isRequired
            }
            candidates {
              agent {
                name
              }
              score
              matched
              missing
              rejectedBecause
            }
            othersByReason {
              reason
              count
            }
            conversation {
              assignee {
                name
                load
              }
            }
          }
          isAssigned
          userErrors {
            code
          }
        }
        noteAdd(id: $id, input: { text: "VIP" }) {
          note {
            text
            authorKind
            authorId
          }
          userErrors {
            code
          }
        }
        messageSend(id: $id, input: { text: "It is on its way." }, idempotencyKey: "send") {
          message {
            text
            direction
            authorKind
            authorId
          }
          userErrors {
            code
          }
        }
      }
    `,
    { id, agent: agentId },
  );
  const ended = await ask<Record<string, unknown>>(
    agent.secret,
    /* GraphQL */ `
      mutation ($id: ID!) {
        conversationResolve(id: $id) {
          conversation {
            status
            resolvedAt
          }
          userErrors {
            code
          }
        }
        again: conversationResolve(id: $id) {
          conversation {
            status
          }
          userErrors {
            code
            field
          }
        }
        refused: messageSend(id: $id, input: { text: "too late" }) {
          message {
            id
          }
          userErrors {
            code
          }
        }
        conversationReopen(id: $id) {
          conversation {
            status
            assignee {
              name
              load
            }
            messages(first: 1) {
              nodes {
                text
              }
              pageInfo {
                hasNextPage
              }
            }
            notes {
              nodes {
                text
              }
            }
            legs {
              channel
              address
              inbox {
                name
              }
            }
          }
          userErrors {
            code
          }
        }
      }
    `,
    { id },
  );

  expect({ ...data, ...ended }).toMatchObject({
    agentPresenceSet: { agent: { presence: 'ONLINE', load: 0 }, userErrors: [] },
    conversationRoute: {
      routingDecision: {
        chosenAgent: { name: 'Aino Agent' },
        requirements: [
          { skill: 'language:en', isRequired: true },
          { skill: 'topic:delivery', isRequired: false },
          { skill: 'channel:email', isRequired: false },
        ],
        candidates: [
          {
            agent: { name: 'Aino Agent' },
            matched: ['language:en', 'channel:email'],
            missing: ['topic:delivery'],
            rejectedBecause: null,
          },
        ],
        othersByReason: [],
        conversation: { assignee: { name: 'Aino Agent', load: 1 } },
      },
      isAssigned: true,
    },
    noteAdd: { note: { text: 'VIP', authorKind: 'AGENT', authorId: agentId }, userErrors: [] },
    messageSend: {
      message: { text: 'It is on its way.', direction: 'OUTBOUND', authorKind: 'AGENT', authorId: agentId },
    },
    conversationResolve: { conversation: { status: 'RESOLVED' } },
    again: { conversation: null, userErrors: [{ code: 'CONVERSATION_RESOLVED', field: ['id'] }] },
    refused: { message: null, userErrors: [{ code: 'CONVERSATION_RESOLVED' }] },
    conversationReopen: {
      conversation: {
        status: 'OPEN',
        assignee: { name: 'Aino Agent', load: 1 },
        messages: { nodes: [{ text: 'It is on its way.' }], pageInfo: { hasNextPage: true } },
        notes: { nodes: [{ text: 'VIP' }] },
        legs: [{ channel: 'EMAIL', inbox: { name: 'Mail' } }],
      },
    },
  });
});

test('a repeat with the same key sends once and answers the same', async () => {
  const { conversation } = await receive();
  const send = /* GraphQL */ `
    mutation ($id: ID!, $text: String!) {
      messageSend(id: $id, input: { text: $text }, idempotencyKey: "once") {
        message {
          id
        }
        userErrors {
          code
        }
      }
    }
  `;
  const variables = { id: conversation.id, text: 'Hello' };

  const answers = await Promise.all([1, 2, 3].map(() => ask(bot.secret, send, variables)));
  const other = await ask(bot.secret, send, { ...variables, text: 'Other' });

  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(other).toEqual({ messageSend: { message: null, userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }] } });
  expect(
    (await database.sql`select 1 from messages where conversation_id = ${conversation.id} and direction = 'outbound'`)
      .length,
  ).toBe(1);
});

test('a customer sees the own person, whatever is asked; absent and foreign answer alike', async () => {
  const mine = await receive();
  const theirs = await receive();
  const me = mine.conversation.customer.id;
  const customer = await aKey(database, 'customer', { customerId: me });

  const data = await ask<Record<string, unknown>>(
    customer.secret,
    /* GraphQL */ `
      query ($mine: ID!, $theirs: ID!, $me: ID!, $them: ID!, $message: ID!, $address: String!) {
        mine: conversation(id: $mine) {
          id
          messages {
            nodes {
              text
            }
          }
          customer {
            id
          }
        }
        theirs: conversation(id: $theirs) {
          id
        }
        absent: conversation(id: "cnv_00000000000000000000000000") {
          id
        }
        node(id: $theirs) {
          id
        }
        nodeOfMessage: node(id: $message) {
          id
        }
        me: customer(id: $me) {
          id
          conversations {
            nodes {
              id
            }
          }
        }
        them: customer(id: $them) {
          id
        }
        byIdentity: customerByIdentity(kind: EMAIL, value: $address) {
          id
        }
        conversations {
          nodes {
            id
          }
        }
        customers {
          nodes {
            id
          }
        }
      }
    `,
    {
      mine: mine.conversation.id,
      theirs: theirs.conversation.id,
      me,
      them: theirs.conversation.customer.id,
      message: theirs.id,
      address: 'http-1@example.com',
    },
  );

  expect(data).toEqual({
    mine: {
      id: mine.conversation.id,
      messages: { nodes: [{ text: 'Where is my parcel, please?' }] },
      customer: { id: me },
    },
    theirs: null,
    absent: null,
    node: null,
    nodeOfMessage: null,
    me: { id: me, conversations: { nodes: [{ id: mine.conversation.id }] } },
    them: null,
    byIdentity: null,
    conversations: { nodes: [{ id: mine.conversation.id }] },
    customers: { nodes: [{ id: me }] },
  });
});

test.each([
  ['customer', '{ conversations { nodes { notes { nodes { text } } } } }'],
  ['customer', '{ agents { nodes { name } } }'],
  ['customer', '{ conversations { nodes { messages { nodes { authorId } } } } }'],
  ['customer', '{ routingDecisions { nodes { id } } }'],
  ['partner', '{ customers { nodes { id } } }'],
  ['partner', '{ inboxes { nodes { id } } }'],
  ['bot', '{ conversations { nodes { notes { nodes { text } } } } }'],
  ['bot', '{ routingDecisions { nodes { explanation } } }'],
  ['integration', 'mutation { noteAdd(id: "x", input: { text: "x" }) { userErrors { code } } }'],
  [
    'agent',
    'mutation { messageReceive(input: {inbox:"x",sender:{kind:EMAIL,value:"x"},externalId:"x",text:"x",occurredAt:"2026-01-01T00:00:00Z"}) { isRedelivery } }',
  ],
] as const)('the role %s is refused %s', async (role, query) => {
  const [owner] = await database.sql`select id from customers limit 1`;
  const [partner] = await database.sql`
    insert into partners (id, kind, external_id, name, created_at)
    values ('ptn_00000000000000000000000000', 'carrier', 'c', 'C', now()) on conflict do nothing returning id`.catch(
    () => [],
  );
  const key = await aKey(database, role, {
    ...(role === 'customer' ? { customerId: (owner as { id: `cus_${string}` }).id } : {}),
    ...(role === 'partner'
      ? { partnerId: (partner as { id: `ptn_${string}` } | undefined)?.id ?? 'ptn_00000000000000000000000000' }
      : {}),
    ...(role === 'agent' ? { agentId } : {}),
  });

  const { body } = await post(app.url, key.secret, query);

  expect(body.errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
});

test('conversations are filtered and paged without gap or repeat while new ones come in', async () => {
  await ensureInbox(scope, { externalId: 'paged', channel: 'sms', name: 'Paged' });
  const sent: string[] = [];
  for (let i = 0; i < 7; i += 1) {
    const occurredAt = new Date(Date.now() - 3_600_000 + Math.floor(i / 2) * 1_000).toISOString();
    const sender = { kind: 'SOCIAL_HANDLE', value: `@p${i}` };
    sent.push((await receive({ inbox: 'paged', occurredAt, sender })).conversation.id);
  }
  const query = /* GraphQL */ `
    query ($after: String) {
      conversations(filter: { channel: SMS, status: OPEN }, first: 3, after: $after) {
        nodes {
          id
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `;
  type Listed = { conversations: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } };

  const seen: string[] = [];
  for (let after: string | null = null, more = true; more;) {
    const { conversations }: Listed = await ask<Listed>(admin.secret, query, { after });
    seen.push(...conversations.nodes.map(({ id }) => id));
    ({ hasNextPage: more, endCursor: after } = conversations.pageInfo);
    await receive({ inbox: 'paged', sender: { kind: 'SOCIAL_HANDLE', value: `@late${seen.length}` } });
  }

  expect(new Set(seen).size).toBe(seen.length);
  expect([...seen].sort()).toEqual([...sent].sort());
});

test('a malformed cursor and a page of 101 are refused', async () => {
  for (const list of ['customers(first: 101)', 'conversations(after: "nonsense")', 'agents(first: 0)']) {
    const { body } = await post(app.url, admin.secret, `{ ${list} { nodes { id } } }`);
    expect(body.errors?.[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  }
});

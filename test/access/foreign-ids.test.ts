import { describe, expect, test } from 'vitest';

import { rightsOf } from '../../src/services/access/role-rights.ts';
import { verifyVisitorToken } from '../../src/services/access/visitor-token.ts';
import { ALL_RIGHTS } from '../../src/values/rights.ts';
import type { Viewer } from '../../src/values/viewer.ts';
import { aFullShop, documentOfMutation, type Payload } from '../support/a-full-shop.ts';
import { asking } from '../support/asking.ts';
import { countWrites } from '../support/count-writes.ts';
import { EVERY_ACT } from '../support/every-act.ts';
import { idPositions, withValueAt } from '../support/id-positions.ts';
import { aViewer } from '../support/scopes.ts';
import { withDatabase } from '../support/with-database.ts';

// Every place of every mutation, each with every id.
const { database, sql, ownerUrl } = await withDatabase();
const writes = await countWrites(sql, ownerUrl);
const shop = await aFullShop(await asking(database));
const anna = await shop.aShopper('anna');
const berta = await shop.aShopper('berta');
const mutations = Object.keys(shop.schema.getMutationType()!.getFields());

/** Everything that has an id and is Berta’s. */
const bertasRows = await sql<{ id: string }[]>`
  select id from identities where customer_id = ${berta.customerId}
  union all select id from endpoints where customer_id = ${berta.customerId}
  union all select id from activities where customer_id = ${berta.customerId}
  union all select id from legs where conversation_id = ${berta.conversationId}
  union all select id from messages where conversation_id = ${berta.conversationId}
  union all select id from handoffs where conversation_id = ${berta.conversationId}
  union all select id from shipments where order_id = ${berta.orderId}
  union all select id from returns where order_id = ${berta.orderId}`;
const bertas = [
  berta.customerId,
  berta.conversationId,
  berta.orderId,
  berta.partnerId,
  ...bertasRows.map(({ id }) => id),
];
/** Ids that nothing has, or that are none. */
const { inbox: gone } = await shop.act('inboxCreate', { input: { externalId: 'gone', channel: 'APP', name: 'gone' } });
await sql`delete from inboxes where id = ${gone.id}`;
const forged = [
  ...['cus', 'cnv', 'msg', 'ord', 'shp', 'agt', 'inb', 'loc', 'ptn', 'var', 'key', 'tea', 'leg'].map(
    (prefix) => `${prefix}_${'0'.repeat(26)}`,
  ),
  ...[
    gone.id,
    Buffer.from(berta.conversationId).toString('base64'),
    `${berta.conversationId}'`,
    '%',
    '',
    'null',
    '__proto__',
  ],
];

// Nothing but refusals is selected: what a payload shows has rights of its own, and must not be what refuses.
const ask = (viewer: Viewer, mutation: string, variables: object, selection = 'userErrors { code message field }') =>
  shop.ask(viewer, documentOfMutation(shop, mutation, selection), variables as Record<string, unknown>);
async function isRefused(viewer: Viewer, mutation: string, variables: object): Promise<boolean> {
  const { data, errors } = await ask(viewer, mutation, variables);
  const codes = errors?.map(({ extensions }) => extensions['code']) ?? [];
  if (codes.some((code) => code !== 'FORBIDDEN' && code !== 'BAD_USER_INPUT')) throw new Error(JSON.stringify(errors));
  const payload = data?.['payload'] as unknown as Payload | undefined;
  return codes.length > 0 || payload!.userErrors.length > 0;
}

/** Tries each id in each place; says what was taken, and what wrote. */
async function breakIns(
  viewer: Viewer,
  mutation: string,
  variables: Record<string, unknown>,
  { ids, but = () => false }: { ids: readonly string[]; but?: (place: string) => boolean },
): Promise<{ found: string[]; tried: number }> {
  const found: string[] = [];
  let tried = 0;
  let before = await writes();
  for (const path of idPositions(shop.schema, mutation, variables)) {
    const place = `${mutation}.${path.join('.')}`;
    if (but(place)) continue;
    for (const id of ids) {
      tried += 1;
      if (!(await isRefused(viewer, mutation, withValueAt(variables, path, id)))) found.push(`taken: ${place} = ${id}`);
    }
    const after = await writes();
    if (after !== before) found.push(`written: ${place}`);
    before = after;
  }
  return { found, tried };
}

interface Owner {
  readonly viewer: Viewer;
  readonly conversationId: string;
  readonly sentMessageId: string;
}

async function aVisitor(): Promise<Owner & { token: string }> {
  const { data } = await ask(shop.admin, 'visitorSessionStart', { input: { inbox: 'chat' } }, 'token');
  const { token } = data!['payload'] as unknown as { token: string };
  const { viewer } = (await verifyVisitorToken(database, shop.ground.installation, token))!;
  await ask(viewer, 'chatMessageSend', { input: { clientMessageId: '1', text: 'Is anybody there?' } });
  const [row] = await sql<{ id: string }[]>`select id from conversations where customer_id = ${viewer.customerId}`;
  const { message } = await shop.act('messageSend', { id: row!.id, input: { text: 'Yes.' } });
  return { viewer, token, conversationId: row!.id, sentMessageId: message.id };
}
await shop.act('inboxCreate', { input: { externalId: 'chat', channel: 'LIVE_CHAT', name: 'Chat' } });
const [visitor, otherVisitor] = [await aVisitor(), await aVisitor()];
const own = (role: 'customer' | 'partner', but: Partial<Viewer>) =>
  aViewer(role, { principal: `key_${role}`, rights: rightsOf(role, ALL_RIGHTS), ...but });
const annaHerself: Owner = { ...anna, viewer: own('customer', { customerId: anna.customerId }) };
const annasCarrier: Owner = { ...anna, viewer: own('partner', { partnerId: anna.partnerId }) };

const scan = { source: 'posti', sourceEventId: 'first', status: 'DELIVERED', occurredAt: new Date().toISOString() };
/** What each of them may do with what is theirs; one place at a time then names what is not. */
const OWN_ACTS: Record<string, (owner: Owner) => object[]> = {
  customerPreferencesSet: ({ viewer: { customerId } }) => [{ customerId, input: { language: 'fi' } }],
  activityRecord: ({ viewer: { customerId }, conversationId }) => [
    { input: { customerId, visit: { url: 'https://shop.example/' } } },
    { input: { storeVisit: { location: 'turku' } } },
    { input: { surveyAnswer: { conversationId, survey: 'csat', question: 'How was it?', score: 5 } } },
  ],
  activitiesRecord: ({ viewer: { customerId }, conversationId }) => [
    {
      activities: [
        { visit: { url: 'https://shop.example/' } },
        { customerId, visit: { url: 'https://shop.example/' } },
      ],
    },
    {
      activities: [
        { visit: { url: 'https://shop.example/' } },
        { surveyAnswer: { conversationId, survey: 's', question: 'q', score: 1 } },
      ],
    },
  ],
  conversationPresenceSet: ({ conversationId: id }) => [{ id, state: 'TYPING' }],
  messageDeliveryReport: ({ sentMessageId: messageId }) => [{ input: { messageId, state: 'READ' } }],
  chatMessageSend: () => [{ input: { clientMessageId: '2', text: 'Hello?' } }],
  trackingEventRecord: () => [
    { input: { shipmentId: anna.shipmentId, ...scan } },
    { input: { trackingNumber: 'CANARY-anna-TRACK', ...scan, sourceEventId: 'second' } },
  ],
};

/** An act that an administrator could do, made ready once: who is refused it leaves it as it is for the next. */
const prepared = new Map<string, Record<string, unknown>>();
async function preparedFor(mutation: string): Promise<Record<string, unknown>> {
  const variables = prepared.get(mutation) ?? (await EVERY_ACT[mutation]!(shop));
  prepared.set(mutation, variables);
  return variables;
}

describe('C3: an id of somebody else, in any place of any mutation, is refused whole and writes nothing', () => {
  test.each([
    ['a customer', annaHerself],
    ['a visitor', visitor],
    ['a partner', annasCarrier],
  ] as const)('by %s', async (_who, owner) => {
    const { viewer } = owner;
    const open = mutations.filter((name) => viewer.rights.has(shop.rights.get(`Mutation.${name}`)!));
    const ids = [...bertas, ...forged, 'CANARY-berta-TRACK', otherVisitor.token];
    const found: string[] = [];
    let tried = 0;
    for (const mutation of open) {
      const acts = OWN_ACTS[mutation]?.(owner) ?? [];
      if (acts.length === 0 && !(await isRefused(viewer, mutation, await EVERY_ACT[mutation]!(shop))))
        throw new Error(`A ${viewer.role} may now do ${mutation}: add a line to OWN_ACTS.`);
      for (const act of acts) {
        const tries = await breakIns(viewer, mutation, act as Record<string, unknown>, { ids, but: isHarmless });
        found.push(...tries.found);
        tried += tries.tried;
        const isAllowed = mutation !== 'chatMessageSend' || viewer === visitor.viewer;
        expect([mutation, act, await isRefused(viewer, mutation, act)], 'refused was the id, not the act').toEqual([
          mutation,
          act,
          !isAllowed,
        ]);
      }
    }
    console.log(`${open.length} mutations, ${tried} foreign ids`);
    expect(open.length).toBeGreaterThan(0);
    expect(found).toEqual([]);
  });

  test.each([
    ['a customer', annaHerself.viewer],
    ['a visitor', visitor.viewer],
    ['a partner', annasCarrier.viewer],
    [
      'a bot whose key may write and not read',
      aViewer('bot', {
        rights: new Set([
          'graph:read',
          'messages:send',
          'notes:write',
          'conversations:write',
          'conversations:route',
        ] as const),
      }),
    ],
    [
      'a bot whose key may read and not write',
      aViewer('bot', {
        rights: new Set([
          'graph:read',
          'customers:read',
          'conversations:read',
          'orders:read',
          'activity:read',
        ] as const),
      }),
    ],
    ['a key without any right', aViewer('admin', { rights: new Set() })],
  ] as const)('C21, C23: %s is refused every act that an administrator may do', async (_who, viewer) => {
    const found: string[] = [];
    for (const mutation of mutations) {
      const variables = await preparedFor(mutation);
      const before = await writes();
      if (!(await isRefused(viewer, mutation, variables))) found.push(`taken: ${mutation}`);
      if ((await writes()) !== before) found.push(`written: ${mutation}`);
    }
    expect(found.filter((each) => !mayDoForThemselves(viewer).includes(each))).toEqual([]);
  });

  test('by an administrator: what does not exist or is of another type', async () => {
    const found: string[] = [];
    let tried = 0;
    for (const mutation of mutations) {
      const variables = await preparedFor(mutation);
      const tries = await breakIns(shop.admin, mutation, variables, { ids: forged, but: isHarmlessForStaff });
      found.push(...tries.found);
      tried += tries.tried;
    }
    console.log(`${mutations.length} mutations, ${tried} ids`);
    expect(found).toEqual([]);
  });

  test('nothing but who asked, or for what, was in the way: an administrator may do each of these acts', async () => {
    const refused: string[] = [];
    for (const mutation of mutations)
      if (await isRefused(shop.admin, mutation, await preparedFor(mutation))) refused.push(mutation);
    // A visitor's alone, and those of the agent who was asked.
    expect(refused).toEqual([
      'conversationConsultationAnswer',
      'chatMessageSend',
      ...['routingReservationAccept', 'routingReservationReject'],
    ]);
  });

  test('across persons: what belongs to another one cannot be drawn into a conversation, also by who sees both', async () => {
    const [leg] = bertasRows.filter(({ id }) => id.startsWith('leg_'));
    const id = anna.conversationId;
    const before = await writes();
    for (const [mutation, variables] of [
      ['conversationLinkOrder', { id, orderId: berta.orderId }],
      ['conversationMerge', { id, intoId: berta.conversationId }],
      ['conversationSplit', { id, messageIds: [anna.messageIds[0], berta.messageIds[0]] }],
      ['messageSend', { id, input: { text: 'Hello.', legId: leg!.id } }],
      [
        'activityRecord',
        {
          input: {
            customerId: anna.customerId,
            source: 's',
            surveyAnswer: { conversationId: berta.conversationId, survey: 's', question: 'q', score: 1 },
          },
        },
      ],
    ] as const)
      expect([mutation, await isRefused(shop.admin, mutation, variables)]).toEqual([mutation, true]);
    expect(await writes()).toBe(before);
  });
});

/** Places where any text is a name of the caller’s own. */
const isHarmless = (place: string) => /(threadId|clientMessageId)$/.test(place);
/** Also: of many activities the good ones are stored, and a tracking number waits for its parcel. Both is documented. */
const isHarmlessForStaff = (place: string) =>
  isHarmless(place) || place.startsWith('activitiesRecord.') || place === 'trackingEventRecord.input.trackingNumber';
const mayDoForThemselves = (viewer: Viewer): string[] =>
  viewer === visitor.viewer ? ['taken: chatMessageSend', 'written: chatMessageSend'] : [];

test('nothing of all this was an error of ours', () => {
  expect(shop.bugs).toEqual([]);
});

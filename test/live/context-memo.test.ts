import { isDeepStrictEqual } from 'node:util';

import fc from 'fast-check';
import { pino } from 'pino';
import { afterAll, describe, expect, test } from 'vitest';

import { openLiveEdge } from '../../src/live/live-edge.ts';
import { SUBSCRIPTIONS } from '../../src/resolvers/subscriptions.ts';
import { recordActivities } from '../../src/services/activity/record-activities.ts';
import { assembleContext } from '../../src/services/context/assemble-context.ts';
import { identifyCustomer } from '../../src/services/customers/identify-customer.ts';
import { linkVisitor } from '../../src/services/customers/link-visitor.ts';
import { atomically } from '../../src/services/events/atomically.ts';
import { readInstallation } from '../../src/services/events/installation.ts';
import { CONTEXT_SECTIONS, type ContextState } from '../../src/values/context-packet.ts';
import type { CustomerId } from '../../src/values/ids.ts';
import { aFullShop, type Shopper } from '../support/a-full-shop.ts';
import { asking } from '../support/asking.ts';
import { aScope } from '../support/scopes.ts';
import { SinkReader } from '../support/sink-reader.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const { database, sql } = await withDatabase();
const installation = await readInstallation(sql);
const open = (entries: number) =>
  openLiveEdge({
    ...{ database, installation, subscriptions: SUBSCRIPTIONS, log: pino({ level: 'silent' }) },
    ...{ checkpointIntervalMs: 60_000, stalledReaderMs: 10_000, onViewerEvent: () => undefined },
    contextCache: { entries, megabytes: 8 },
  });
const edge = await open(20);
const small = await open(2);
afterAll(() => Promise.all([edge.close(), small.close()]));

const shop = await aFullShop(await asking(database));
const shoppers = [await shop.aShopper('anna'), await shop.aShopper('bert')];
const scope = aScope(database, 'admin', { now: new Date() });

let count = 0;
const fresh = (what: string) => `${what}-${(count += 1)}`;
const now = () => new Date(Date.now() - 1_000 + count).toISOString();
const told = async (mutation: string, variables: object) => {
  const { errors } = await shop.ask(shop.admin, shop.documentOf(mutation), { ...variables });
  // What is refused is an act too: it changes nothing.
  if (errors) throw new Error(JSON.stringify(errors));
};

type Act = (shopper: Shopper, roll: number) => Promise<unknown>;
const activity = (input: (roll: number) => object): Act => {
  return ({ customerId }, roll) => told('activityRecord', { input: { customerId, source: 'site', ...input(roll) } });
};
const onConversation = (mutation: string, more: (roll: number) => object = () => ({})): Act => {
  return ({ conversationId: id }, roll) => told(mutation, { id, ...more(roll) });
};
const fact = (body: (roll: number) => object): Act => {
  return ({ orderNumber }, roll) =>
    told('orderFactsRecord', {
      facts: [{ orderNumber, source: 'shop', sourceEventId: fresh('fact'), occurredAt: now(), ...body(roll) }],
    });
};
const skuOf = (roll: number) => ['LAMP', 'BULB', 'CORD'][roll % 3]!;

const ACTS: Record<string, Act> = {
  'writes on': ({ name, email }) =>
    told('messageReceive', {
      input: {
        ...{
          inbox: 'mail',
          externalId: fresh('mail'),
          text: `about CANARY-${name}`,
          threadId: name,
          occurredAt: now(),
        },
        sender: { kind: 'EMAIL', value: email },
      },
    }),
  'writes anew': ({ email }) =>
    told('messageReceive', {
      input: {
        ...{ inbox: 'mail', externalId: fresh('mail'), text: 'hello', threadId: fresh('thread'), occurredAt: now() },
        sender: { kind: 'EMAIL', value: email },
      },
    }),
  'is answered': onConversation('messageSend', () => ({ input: { text: fresh('answer') } })),
  'is noted about': onConversation('noteAdd', () => ({ input: { text: fresh('note') } })),
  'is renamed': onConversation('conversationUpdate', () => ({ input: { subject: fresh('subject'), tags: ['vip'] } })),
  'is resolved': onConversation('conversationResolve', () => ({ input: { outcome: 'SOLVED' } })),
  'is reopened': onConversation('conversationReopen'),
  'is snoozed': onConversation('conversationSnooze', (roll) => ({
    until: new Date(Date.now() + 3_600_000 + roll).toISOString(),
  })),
  'is assigned': onConversation('conversationAssign', (roll) => ({ agentId: shop.agentIds[roll % 2] })),
  'is unassigned': onConversation('conversationUnassign'),
  'is routed': onConversation('conversationRoute'),
  'is taken': onConversation('conversationControlTake'),
  'is handed over': onConversation('conversationHandOff', (roll) => ({
    input: { to: roll % 2 ? { teamId: shop.teamId } : { agentId: shop.agentIds[0] }, summary: fresh('summary') },
  })),
  'is split and merged': async ({ conversationId, messageIds }, roll) => {
    await told('conversationSplit', { id: conversationId, messageIds: [messageIds[roll % 3]] });
    const [other] = await sql<{ id: string }[]>`
      select c.id from conversations c join conversations o on o.customer_id = c.customer_id
      where o.id = ${conversationId} and c.id <> o.id and c.merged_into_id is null order by c.id desc limit 1`;
    if (other && roll % 2) await told('conversationMerge', { id: other.id, intoId: conversationId });
  },
  'has an order linked': ({ conversationId: id, orderId }) => told('conversationLinkOrder', { id, orderId }),
  'has an order unlinked': ({ conversationId: id, orderId }) => told('conversationUnlinkOrder', { id, orderId }),
  'has a message delivered': ({ sentMessageId }, roll) =>
    told('messageDeliveryReport', {
      input: { messageId: sentMessageId, state: ['SENT', 'DELIVERED', 'READ', 'FAILED'][roll % 4] },
    }),
  visits: activity(() => ({ visit: { url: `https://shop.example/${fresh('page')}` } })),
  searches: activity(() => ({ search: { query: fresh('query') } })),
  'looks at an article': activity((roll) => ({ productView: { sku: skuOf(roll) } })),
  'fills a basket': activity((roll) => ({ basketChange: { lines: [{ sku: skuOf(roll), quantity: 1 + (roll % 5) }] } })),
  reviews: activity((roll) => ({ review: { rating: 1 + (roll % 5), text: fresh('review'), isPublic: true } })),
  'orders anew': ({ customerId }, roll) =>
    told('orderFactsRecord', {
      facts: [
        {
          ...{ orderNumber: fresh('NEW'), source: 'shop', sourceEventId: fresh('fact'), occurredAt: now() },
          placed: {
            ...{ customerId, total: { amountMinor: 1_000, currency: 'EUR' } },
            lines: [{ externalId: '1', sku: skuOf(roll), title: 'Thing', quantity: 1, unitPriceMinor: 1_000 }],
          },
        },
      ],
    }),
  'sends something back': fact((roll) => ({
    returnRecorded: { externalId: 'r', status: ['APPROVED', 'RECEIVED', 'REFUNDED'][roll % 3], reason: fresh('why') },
  })),
  'has a parcel moved': ({ shipmentId }, roll) =>
    told('trackingEventRecord', {
      input: {
        ...{ shipmentId, source: 'posti', sourceEventId: fresh('scan'), place: fresh('place'), occurredAt: now() },
        status: ['IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELIVERED'][roll % 3],
      },
    }),
  'has a trait': ({ customerId }, roll) =>
    told('traitsSet', {
      customerId,
      traits: [{ key: 'shoe_size', source: 'crm', value: { number: 30 + (roll % 20) } }],
    }),
  prefers: ({ customerId }, roll) =>
    told('customerPreferencesSet', {
      customerId,
      input: { doNotContact: roll % 2 === 0, language: roll % 3 ? 'fi' : 'sv' },
    }),
  'is told of by a source': ({ email }, roll) =>
    told('customerUpsert', {
      input: {
        ...{ source: 'crm', identities: [{ kind: 'EMAIL', value: email }] },
        profile: { givenName: fresh('given'), latitude: 60 + (roll % 10) / 10, longitude: 22 },
      },
    }),
  'agrees, or takes it back': ({ customerId }, roll) =>
    told('consentSet', {
      customerId,
      consents: [{ purpose: 'PROFILING', state: roll % 2 ? 'GRANTED' : 'WITHDRAWN', source: 'form' }],
    }),
  'lives under other rules': (_, roll) =>
    told('consentRulesSet', {
      input: { rules: [{ purpose: ['PROFILING', 'PERSONALISATION'][roll % 2], model: 'OPT_IN' }] },
    }),
  'is known by a card': ({ customerId }) =>
    told('identityAdd', { customerId, input: { kind: 'LOYALTY_ID', value: fresh('card'), source: 'crm' } }),
  'was a visitor': async ({ customerId }) => {
    const visitor = await atomically(scope, (tx) =>
      identifyCustomer(tx, { kind: 'visitor_id', value: fresh('visitor'), source: 'test' }),
    );
    await recordActivities(scope, [
      { customerId: visitor.customerId, source: 'site', occurredAt: new Date(), visit: { url: fresh('/before') } },
    ]);
    await atomically(scope, (tx) => linkVisitor(tx, visitor.customerId, customerId));
    await recordActivities(scope, [
      { customerId: visitor.customerId, source: 'site', occurredAt: new Date(), visit: { url: fresh('/after') } },
    ]);
  },
  'meets an agent with another name': (_, roll) =>
    told('agentUpsert', {
      input: { externalId: ['one', 'two'][roll % 2], name: fresh('agent'), capacity: 50, skills: [] },
    }),
  'meets an agent who comes and goes': (_, roll) =>
    told('agentPresenceSet', {
      id: shop.agentIds[roll % 2],
      presence: ['ONLINE', 'AWAY', 'OFFLINE'][Math.floor(roll / 2) % 3],
    }),
  'sees an article renamed': (_, roll) =>
    told('productUpsert', {
      input: {
        externalId: `${skuOf(roll)}-product`.toLowerCase().replace('lamp-product', 'lamp'),
        title: 'Article',
        variants: [{ sku: skuOf(roll), title: fresh('title') }],
      },
    }),
  'sees a store change': (_, roll) =>
    told('locationUpsert', {
      input: {
        ...{ externalId: ['turku', 'oulu', 'pori'][roll % 3], name: fresh('store') },
        kind: roll % 5 ? 'STORE' : 'WAREHOUSE',
        ...(roll % 2 ? { place: { latitude: 60 + (roll % 7), longitude: 22 } } : {}),
      },
    }),
  'sees stock change': async (_, roll) => {
    const [place] = await sql<{ variantId: string; locationId: string }[]>`
      select v.id as variant_id, l.id as location_id from variants v, locations l order by v.id, l.id
      offset ${roll % 9} limit 1`;
    // A count that finds what was known is told to nobody.
    const onHand = 1_000 + (count += 1);
    if (place) await told('stockSet', { input: { ...place, onHand, source: 'till' } });
  },
  'sees stock go': ({ name }, roll) =>
    told('stockAdjust', {
      input: {
        variantId: shop.variantId,
        locationId: shop.locationId,
        delta: -1,
        reason: `${name} ${roll}`,
        source: 'till',
      },
    }),
};

const known = async (customerId: string) => (await edge.contexts.current(customerId))?.state;
const keep = (customerId: string) =>
  until(
    () => known(customerId),
    (state) => state != null,
    60_000,
  );

/** What a packet shows of a state. */
const sectionsOf = (state: Partial<ContextState> | null) =>
  state &&
  Object.fromEntries(
    [...CONTEXT_SECTIONS, 'asOf', 'version', 'memberIds', 'notAgreedTo'].map((key) => [
      key,
      state[key as keyof ContextState],
    ]),
  );

async function watch(customerId: CustomerId) {
  const reader = new SinkReader<{ cursor: string; packet: ContextState | null }>({
    ...{ field: 'contextPackets', args: { customerId }, sections: CONTEXT_SECTIONS, shareKey: customerId },
  });
  await edge.open(reader.operation, reader);
  await until(() => reader.payloads.length, Boolean);
  return reader;
}

describe('what a process knows of a person', () => {
  test('is what the database says, after whatever act', async () => {
    for (const { customerId } of shoppers) await keep(customerId);
    // Of one of them the process also shows the packets: then only what an event may have changed is read anew.
    const [anna] = shoppers;
    const reader = await watch(anna!.customerId);
    const check = async (act: string) => {
      const packet = await assembleContext(scope, anna!.customerId);
      await until(
        () => reader.payloads.at(-1)!.packet,
        (last) => isDeepStrictEqual(sectionsOf(last), sectionsOf(packet)),
      ).catch((error: unknown) => {
        throw new Error(`after: ${act}`, { cause: error });
      });
      for (const { customerId } of shoppers) {
        // While a watch is new, or an older transaction runs anywhere in the cluster, nothing is certain, and so nothing is known.
        const state = (await known(customerId)) ?? (await keep(customerId));
        expect(state, act).toEqual(await assembleContext(scope, customerId));
      }
    };

    // Each once, so that none is left to chance.
    for (const [name, act] of Object.entries(ACTS))
      for (const shopper of shoppers) {
        await act(shopper, count);
        await check(name);
      }
    const anAct = fc.record({
      act: fc.constantFrom(...Object.keys(ACTS)),
      who: fc.constantFrom(...shoppers),
      roll: fc.nat(1_000),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anAct, { minLength: 5, maxLength: 12 }), async (acts) => {
        for (const { act, who, roll } of acts) {
          await ACTS[act]!(who, roll);
          await check(act);
        }
      }),
      { numRuns: 12, endOnFailure: true },
    );
  });

  test('holds what was committed before the question, also when many ask at once and others write', async () => {
    const { customerId, conversationId } = shoppers[0]!;
    const writing = Array.from({ length: 20 }, async (_, i) => {
      const text = `burst ${i}`;
      await told('noteAdd', { id: conversationId, input: { text } });
      const state = (await known(customerId)) ?? (await assembleContext(scope, customerId));
      return state!.conversations.flatMap(({ notes }) => notes.map((note) => note.text)).includes(text);
    });

    // Ten notes are shown: a note may be pushed out by ten later ones, and never be missing with fewer.
    const shown = (await Promise.all(writing)).filter(Boolean);
    expect(shown.length).toBeGreaterThanOrEqual(10);
    expect(await keep(customerId)).toEqual(await assembleContext(scope, customerId));
  });
});

describe('who is kept', () => {
  const [first, second, third] = Array.from({ length: 3 }, () => async () => {
    const { customerId } = await atomically(scope, (tx) =>
      identifyCustomer(tx, { kind: 'visitor_id', value: fresh('kept'), source: 'test' }),
    );
    return customerId;
  });
  const watched = async (id: CustomerId) => (await sql`select 1 from packet_watches where customer_id = ${id}`).length;

  test('is asked about twice; the longest unused goes, with its watch', async () => {
    const ids = [await first!(), await second!(), await third!()];
    const ask = (id: string) => small.contexts.current(id);
    for (const id of ids) expect(await ask(id)).toBeNull();
    expect(await Promise.all(ids.map(watched))).toEqual([0, 0, 0]);

    for (const id of ids.slice(0, 2))
      await until(
        () => ask(id),
        (answer) => answer !== null,
      );
    expect(await Promise.all(ids.map(watched))).toEqual([1, 1, 0]);

    await ask(ids[1]!);
    await until(
      () => ask(ids[2]!),
      (answer) => answer !== null,
    );
    await until(
      () => Promise.all(ids.map(watched)),
      (all) => JSON.stringify(all) === '[0,1,1]',
    );
  });

  test('nobody is where the setting says so', async () => {
    const none = await open(0);
    const { customerId } = shoppers[1]!;
    expect([await none.contexts.current(customerId), await none.contexts.current(customerId)]).toEqual([null, null]);
    await none.close();
  });
});

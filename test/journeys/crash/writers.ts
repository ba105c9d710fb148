import { dice, type Dice } from '../../support/dice.ts';
import type { Act, Acknowledged, PersistentCaller } from '../../support/persistent-caller.ts';
import type { Shop } from './shop.ts';

const ERRORS = 'userErrors { code message }';

const MESSAGE_RECEIVE = /* GraphQL */ `
  mutation ($input: MessageReceiveInput!) {
    messageReceive(input: $input) { message { id } isRedelivery ${ERRORS} }
  }`;
const NOTE_ADD = /* GraphQL */ `
  mutation ($id: ID!, $input: NoteAddInput!, $key: String) {
    noteAdd(id: $id, input: $input, idempotencyKey: $key) { note { id } ${ERRORS} }
  }`;
const ORDER_FACTS = /* GraphQL */ `
  mutation ($facts: [OrderFactInput!]!) {
    orderFactsRecord(facts: $facts) { orders { id } recorded waiting ${ERRORS} }
  }`;
const TRACKING_EVENT = /* GraphQL */ `
  mutation ($input: TrackingEventInput!) {
    trackingEventRecord(input: $input) { trackingEvent { id } ${ERRORS} }
  }`;
const STOCK_ADJUST = /* GraphQL */ `
  mutation ($input: StockAdjustInput!, $key: String) {
    stockAdjust(input: $input, idempotencyKey: $key) { stockLevel { onHand } ${ERRORS} }
  }`;

const MESSAGES_RECEIVE = /* GraphQL */ `
  mutation ($messages: [MessageReceiveInput!]!) {
    messagesReceive(messages: $messages) { receipts { message { id } isRedelivery } ${ERRORS} }
  }`;
const ACTIVITIES_RECORD = /* GraphQL */ `
  mutation ($activities: [ActivityInput!]!) {
    activitiesRecord(activities: $activities) { recorded repeated ${ERRORS} }
  }`;

/** Items in one act of those who write in bulk. */
const BULK = { messages: 5, visits: 10 };

/** One who writes: makes its next act, each with a name of its own. */
type Writer = (number: number) => Act;

interface Place {
  readonly shop: Shop;
  readonly chance: Dice;
  readonly name: string;
}

const aMessenger =
  ({ shop, chance, name }: Place): Writer =>
  (number) => ({
    mutation: 'messageReceive',
    document: MESSAGE_RECEIVE,
    variables: {
      input: {
        inbox: chance.pick(shop.inboxes).externalId,
        sender: { kind: 'EMAIL', value: chance.pick(shop.customers).email },
        externalId: `${name}-${number}`,
        text: `Message ${number} of ${name}`,
        occurredAt: new Date().toISOString(),
      },
    },
  });

const aNoteWriter =
  ({ shop, chance, name }: Place): Writer =>
  (number) => ({
    mutation: 'noteAdd',
    document: NOTE_ADD,
    variables: {
      id: chance.pick(shop.customers).conversationId,
      input: { text: `Note ${number} of ${name}` },
      key: `${name}-${number}`,
    },
  });

/** Orders in three acts: placed, shipped, and what the carrier says of the parcel. */
const aShopkeeper = ({ shop, chance, name }: Place): Writer => {
  const SCANS = ['IN_TRANSIT', 'OUT_FOR_DELIVERY', 'DELIVERED'];
  return (number) => {
    const order = `${name}-${Math.floor(number / 5)}`;
    const step = number % 5;
    const occurredAt = new Date().toISOString();
    const origin = { orderNumber: order, source: 'shop', sourceEventId: `${order}/${step}`, occurredAt };
    if (step >= 2) {
      const status = SCANS[step - 2];
      const input = {
        trackingNumber: `T-${order}`,
        source: 'carrier',
        sourceEventId: `${order}/${step}`,
        status,
        occurredAt,
      };
      return { mutation: 'trackingEventRecord', document: TRACKING_EVENT, variables: { input } };
    }
    const { sku } = chance.pick(shop.variants);
    const fact =
      step === 0
        ? {
            placed: {
              customerId: chance.pick(shop.customers).id,
              total: { amountMinor: 1_990, currency: 'EUR' },
              lines: [{ externalId: '1', sku, title: 'Shirt', quantity: 1, unitPriceMinor: 1_990 }],
            },
          }
        : { shipmentCreated: { externalId: 'parcel', trackingNumber: `T-${order}`, carrier: 'Posti' } };
    return { mutation: 'orderFactsRecord', document: ORDER_FACTS, variables: { facts: [{ ...origin, ...fact }] } };
  };
};

const aStorekeeper =
  ({ shop, chance, name }: Place): Writer =>
  (number) => ({
    mutation: 'stockAdjust',
    document: STOCK_ADJUST,
    variables: {
      input: {
        variantId: chance.pick(shop.variants).id,
        locationId: chance.pick(shop.locations),
        delta: 1,
        reason: 'delivered',
        source: name,
      },
      key: `${name}-${number}`,
    },
  });

const aBulkMessenger =
  ({ shop, chance, name }: Place): Writer =>
  (number) => ({
    mutation: 'messagesReceive',
    document: MESSAGES_RECEIVE,
    variables: {
      messages: Array.from({ length: BULK.messages }, (_, i) => ({
        inbox: chance.pick(shop.inboxes).externalId,
        sender: { kind: 'EMAIL', value: chance.pick(shop.customers).email },
        externalId: `${name}-${number}-${i}`,
        text: `Message ${number}, ${i} of ${name}`,
        occurredAt: new Date().toISOString(),
      })),
    },
  });

const aVisitCounter =
  ({ shop, chance, name }: Place): Writer =>
  (number) => ({
    mutation: 'activitiesRecord',
    document: ACTIVITIES_RECORD,
    variables: {
      activities: Array.from({ length: BULK.visits }, (_, i) => ({
        customerId: chance.pick(shop.customers).id,
        source: 'site',
        externalId: `${name}-${number}-${i}`,
        occurredAt: new Date().toISOString(),
        visit: { url: `https://shop.example/${number}/${i}` },
      })),
    },
  });

/** One who writes messages, one who writes notes. */
export const TALKERS = [aMessenger, aNoteWriter];

/** Everybody, those who write in bulk too. */
export const CROWD = [
  aBulkMessenger,
  aVisitCounter,
  aMessenger,
  aMessenger,
  aNoteWriter,
  aNoteWriter,
  aShopkeeper,
  aShopkeeper,
  aStorekeeper,
  aStorekeeper,
];

const WRITERS = [aMessenger, aMessenger, aMessenger, aNoteWriter, aShopkeeper, aShopkeeper, aStorekeeper];

/** Sets writers going, each with one act at a time; `prefix` keeps their acts apart from those of an earlier run. `stop` lets each finish its last act. */
export function setWritersGoing(shop: Shop, caller: PersistentCaller, seed: number, writers = WRITERS, prefix = 'w') {
  let going = true;
  const running = writers.map(async (makeWriter, index) => {
    const write = makeWriter({ shop, chance: dice(seed * 31 + index), name: `${prefix}${index}` });
    for (let number = 0; going; number += 1) await caller.call(write(number));
  });
  const all = Promise.all(running);
  // A writer that gave up ends the journey when it is waited for, not the test runner.
  all.catch(() => undefined);
  return {
    async stop(): Promise<void> {
      going = false;
      await all;
    },
    /** Rejects when a writer gave up. */
    failed: all.then(() => new Promise<never>(() => undefined)),
  };
}

/** Names of acknowledged acts of one mutation, as the database knows them. */
export const namesOf = (acknowledged: readonly Acknowledged[], mutation: string, name: (one: Acknowledged) => string) =>
  acknowledged.filter(({ act }) => act.mutation === mutation).map(name);

import { expect, test } from 'vitest';

import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { identifyCustomer } from '../../src/services/customers/identify-customer.ts';
import { atomically } from '../../src/services/events/atomically.ts';
import { recordTrackingEvents } from '../../src/services/orders/record-tracking-events.ts';
import { sendNotices } from '../../src/services/orders/send-notices.ts';
import { ensurePartner } from '../../src/services/partners/ensure-partner.ts';
import { NOTICE_KINDS } from '../../src/values/notices.ts';
import { post } from '../support/graphql.ts';
import { aViewer } from '../support/scopes.ts';
import { aKey, systemScope, withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const app = await withApp(database);
const scope = systemScope(database);
const posti = await ensurePartner(scope, { externalId: 'posti', name: 'Posti', kind: 'carrier' });
const dhl = await ensurePartner(scope, { externalId: 'dhl', name: 'DHL', kind: 'carrier' });
const { customerId } = await atomically(scope, (tx) =>
  identifyCustomer(tx, { kind: 'email', value: 'aino@example.com', displayName: 'Aino', source: 'test' }),
);
const keys = {
  integration: await aKey(database, 'integration'),
  agent: await aKey(database, 'agent'),
  customer: await aKey(database, 'customer', { customerId }),
  posti: await aKey(database, 'partner', { partnerId: posti }),
  dhl: await aKey(database, 'partner', { partnerId: dhl }),
};
/** Sends an operation and gives its data; an error at the top fails the test. */
async function ask<T>(as: keyof typeof keys, query: string, variables: Record<string, unknown> = {}): Promise<T> {
  const { body } = await post(app.url, keys[as].secret, query, variables);
  expect(body.errors).toBeUndefined();
  return body.data as T;
}

const RECORD = /* GraphQL */ `
  mutation ($facts: [OrderFactInput!]!, $key: String) {
    orderFactsRecord(facts: $facts, idempotencyKey: $key) {
      orders {
        id
        number
        status
      }
      recorded
      waiting
      userErrors {
        code
        message
        field
      }
    }
  }
`;
interface Recorded {
  orderFactsRecord: {
    orders: { id: string; number: string; status: string }[] | null;
    recorded: number | null;
    waiting: number | null;
    userErrors: { code: string; field: string[] | null }[];
  };
}
const fact = (
  orderNumber: string,
  name: string,
  body: Record<string, unknown>,
  occurredAt = '2026-11-18T10:00:00.000Z',
) => ({
  orderNumber,
  source: 'shop',
  sourceEventId: `${orderNumber}/${name}`,
  occurredAt,
  ...body,
});
const placed = (orderNumber: string) =>
  fact(orderNumber, 'placed', {
    placed: {
      identity: { kind: 'EMAIL', value: 'AINO@example.com' },
      total: { amountMinor: 4_990, currency: 'EUR' },
      lines: [
        {
          externalId: '1',
          sku: 'LAMP',
          title: 'Lamp',
          options: [{ name: 'color', value: 'red' }],
          quantity: 2,
          unitPriceMinor: 2_495,
        },
      ],
      shippingAddress: { line1: 'Kuusitie 1', city: 'Turku' },
    },
  });
const paid = (orderNumber: string, currency = 'EUR') =>
  fact(orderNumber, 'paid', {
    paymentRecorded: { externalId: 'p1', method: 'credit_card', amount: { amountMinor: 4_990, currency } },
  });
const shipped = (orderNumber: string) =>
  fact(
    orderNumber,
    'shipped',
    { shipmentCreated: { externalId: 's1', carrier: 'Posti', trackingNumber: `T${orderNumber}`, partnerId: posti } },
    '2026-11-18T11:00:00.000Z',
  );

const WHOLE = /* GraphQL */ `
  query ($number: String!) {
    orderByNumber(number: $number) {
      id
      number
      source
      status
      paymentStatus
      placedAt
      statusOccurredAt
      total {
        amountMinor
        currency
      }
      shippingAddress {
        line1
        line2
        city
      }
      customer {
        id
        displayName
        orders(first: 5) {
          nodes {
            number
          }
        }
      }
      lines {
        sku
        quantity
        options {
          name
          value
        }
        unitPrice {
          amountMinor
        }
        variant {
          id
        }
      }
      payments {
        kind
        method
        amount {
          amountMinor
          currency
        }
      }
      shipments {
        carrier
        trackingNumber
        status
        lines {
          sku
        }
        trackingEvents {
          status
        }
        order {
          number
        }
      }
      returns {
        id
      }
    }
  }
`;

test('an order that a shop told is there with everything, as people read it', async () => {
  const { orderFactsRecord } = await ask<Recorded>('integration', RECORD, {
    facts: [placed('#1'), paid('#1'), shipped('#1')],
  });
  expect(orderFactsRecord).toMatchObject({
    orders: [{ number: '#1', status: 'PROCESSED' }],
    recorded: 3,
    waiting: 0,
    userErrors: [],
  });

  const { orderByNumber } = await ask<{ orderByNumber: object }>('agent', WHOLE, { number: '#1' });

  expect(orderByNumber).toEqual({
    id: orderFactsRecord.orders![0]!.id,
    number: '#1',
    source: 'shop',
    status: 'PROCESSED',
    paymentStatus: 'PAID',
    placedAt: '2026-11-18T10:00:00.000Z',
    statusOccurredAt: '2026-11-18T11:00:00.000Z',
    total: { amountMinor: 4_990, currency: 'EUR' },
    shippingAddress: { line1: 'Kuusitie 1', line2: null, city: 'Turku' },
    customer: { id: customerId, displayName: 'Aino', orders: { nodes: [{ number: '#1' }] } },
    lines: [
      {
        sku: 'LAMP',
        quantity: 2,
        options: [{ name: 'color', value: 'red' }],
        unitPrice: { amountMinor: 2_495 },
        variant: null,
      },
    ],
    payments: [{ kind: 'PAYMENT', method: 'credit_card', amount: { amountMinor: 4_990, currency: 'EUR' } }],
    shipments: [
      {
        carrier: 'Posti',
        trackingNumber: 'T#1',
        status: 'LABEL_CREATED',
        lines: [{ sku: 'LAMP' }],
        trackingEvents: [],
        order: { number: '#1' },
      },
    ],
    returns: [],
  });
  expect(await ask('customer', WHOLE, { number: '#1' })).toEqual({ orderByNumber });
});

test('a repeat with the same key answers the same, with another input it is refused', async () => {
  const first = await ask<Recorded>('integration', RECORD, { facts: [placed('#2')], key: 'k2' });
  const again = await ask<Recorded>('integration', RECORD, { facts: [placed('#2')], key: 'k2' });
  const other = await ask<Recorded>('integration', RECORD, { facts: [paid('#2')], key: 'k2' });

  expect(again).toEqual(first);
  expect(other.orderFactsRecord).toMatchObject({
    orders: null,
    userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED', field: ['idempotencyKey'] }],
  });
});

test.each([
  ['two things in one fact', [{ ...placed('#3'), delivered: true }], 'INVALID_INPUT', ['facts', '0']],
  ['nothing in a fact', [fact('#3', 'x', { delivered: false })], 'INVALID_INPUT', ['facts', '0']],
])('%s is refused and nothing is recorded', async (_, facts, code, field) => {
  const { orderFactsRecord } = await ask<Recorded>('integration', RECORD, { facts });

  expect(orderFactsRecord).toMatchObject({ orders: null, recorded: null, userErrors: [{ code, field }] });
  expect(await ask('agent', WHOLE, { number: '#3' })).toEqual({ orderByNumber: null });
});

const STATUS = /* GraphQL */ `
  query ($number: String!) {
    orderByNumber(number: $number) {
      status
      shipments {
        id
        status
      }
    }
  }
`;
const TRACK = /* GraphQL */ `
  mutation ($input: TrackingEventInput!) {
    trackingEventRecord(input: $input) {
      trackingEvent {
        id
        status
        shipment {
          status
        }
      }
      order {
        number
        status
      }
      userErrors {
        code
        field
      }
    }
  }
`;

test('a carrier reads its order by number and reports on its parcel; another carrier finds nothing', async () => {
  await ask('integration', RECORD, { facts: [placed('#4'), shipped('#4')] });
  const report = {
    trackingNumber: 'T#4',
    source: 'posti',
    sourceEventId: '1',
    status: 'IN_TRANSIT',
    occurredAt: '2026-11-18T12:00:00.000Z',
  };

  const refused = await ask('dhl', TRACK, { input: report });
  expect(refused).toEqual({
    trackingEventRecord: {
      trackingEvent: null,
      order: null,
      userErrors: [{ code: 'NOT_FOUND', field: ['trackingNumber'] }],
    },
  });
  expect(await ask('dhl', STATUS, { number: '#4' })).toEqual({ orderByNumber: null });
  expect(await ask('posti', TRACK, { input: report })).toMatchObject({
    trackingEventRecord: {
      trackingEvent: { status: 'IN_TRANSIT', shipment: { status: 'IN_TRANSIT' } },
      order: { number: '#4', status: 'IN_TRANSIT' },
      userErrors: [],
    },
  });
  expect(await ask('posti', STATUS, { number: '#4' })).toMatchObject({ orderByNumber: { status: 'IN_TRANSIT' } });
});

test.each([
  'paymentStatus',
  'total { amountMinor }',
  'payments { id }',
  'lines { unitPrice { amountMinor } }',
  'customerId',
  'customer { id }',
  'partner { id }',
])('a carrier may not ask for %s of an order', async (field) => {
  const { body } = await post(app.url, keys.posti.secret, `{ orderByNumber(number: "#4") { ${field} } }`);

  expect(body.errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  expect(body.data ?? null).toBeNull();
});

test('orders, shipments and tracking events are found by `node`, within reach', async () => {
  const { orderByNumber } = await ask<{ orderByNumber: { shipments: { id: string }[] } }>('posti', STATUS, {
    number: '#4',
  });
  const id = orderByNumber.shipments[0]!.id;
  const query = 'query ($id: ID!) { node(id: $id) { __typename id } }';

  expect(await ask('posti', query, { id })).toEqual({ node: { __typename: 'Shipment', id } });
  expect(await ask('dhl', query, { id })).toEqual({ node: null });
  expect(await ask('posti', query, { id: posti })).toEqual({ node: null });
  expect(await ask('agent', query, { id: posti })).toEqual({ node: { __typename: 'Partner', id: posti } });
});

const PRODUCT = /* GraphQL */ `
  mutation ($input: ProductUpsertInput!, $location: LocationUpsertInput!) {
    productUpsert(input: $input, idempotencyKey: "lamp") {
      product {
        id
        variants {
          id
          sku
          price {
            amountMinor
            currency
          }
        }
      }
      userErrors {
        code
        field
      }
    }
    locationUpsert(input: $location) {
      location {
        id
        address {
          city
        }
      }
      userErrors {
        code
      }
    }
  }
`;
const ADJUST = /* GraphQL */ `
  mutation ($input: StockAdjustInput!, $key: String) {
    stockAdjust(input: $input, idempotencyKey: $key) {
      stockLevel {
        onHand
        available
      }
      userErrors {
        code
        field
        ... on InsufficientStockError {
          available
        }
      }
    }
  }
`;

test('stock is set, sold and looked up near a place; what is not there is refused with what is', async () => {
  const recorded = await ask<{
    productUpsert: { product: { variants: { id: string }[] } };
    locationUpsert: { location: { id: string } };
  }>('integration', PRODUCT, {
    input: {
      externalId: 'lamp',
      title: 'Lamp',
      variants: [{ sku: 'LAMP', title: 'Red lamp', price: { amountMinor: 2_495, currency: 'EUR' } }],
    },
    location: {
      externalId: 'turku',
      name: 'Turku',
      kind: 'STORE',
      place: { latitude: 60.45, longitude: 22.27 },
      address: { city: 'Turku' },
    },
  });
  expect(recorded).toMatchObject({
    productUpsert: {
      product: { variants: [{ sku: 'LAMP', price: { amountMinor: 2_495, currency: 'EUR' } }] },
      userErrors: [],
    },
    locationUpsert: { location: { address: { city: 'Turku' } }, userErrors: [] },
  });
  const where = {
    variantId: recorded.productUpsert.product.variants[0]!.id,
    locationId: recorded.locationUpsert.location.id,
  };
  await ask(
    'integration',
    'mutation ($input: StockSetInput!) { stockSet(input: $input) { stockLevel { onHand } userErrors { code } } }',
    {
      input: { ...where, onHand: 3, source: 'till' },
    },
  );

  const sale = { input: { ...where, delta: -2, reason: 'sold', source: 'shop' }, key: 'sale-1' };
  const sold = { stockAdjust: { stockLevel: { onHand: 1, available: 1 }, userErrors: [] } };
  expect(await ask('integration', ADJUST, sale)).toEqual(sold);
  expect(await ask('integration', ADJUST, sale)).toEqual(sold);
  const tooMany = {
    stockAdjust: { stockLevel: null, userErrors: [{ code: 'INSUFFICIENT_STOCK', field: ['delta'], available: 1 }] },
  };
  expect(await ask('integration', ADJUST, { ...sale, key: 'sale-2' })).toEqual(tooMany);
  expect(await ask('integration', ADJUST, { ...sale, key: 'sale-2' })).toEqual(tooMany);

  const near =
    'query ($near: PlaceInput) { availability(sku: "LAMP", near: $near) { nodes { available distanceKm location { name } } } }';
  expect(await ask('customer', near, { near: { latitude: 60.45, longitude: 22.28 } })).toEqual({
    availability: { nodes: [{ available: 1, distanceKm: 0.548, location: { name: 'Turku' } }] },
  });
  // The order named the SKU before the catalogue did.
  expect(await ask('agent', '{ orderByNumber(number: "#1") { lines { variant { id sku } } } }')).toEqual({
    orderByNumber: { lines: [{ variant: { id: where.variantId, sku: 'LAMP' } }] },
  });
});

test('a wrong count is refused with the path inside its input', async () => {
  const answer = await ask(
    'integration',
    'mutation ($input: StockSetInput!) { stockSet(input: $input) { stockLevel { onHand } userErrors { code field } } }',
    {
      input: { variantId: 'var_x', locationId: 'loc_x', onHand: -1, source: 'till' },
    },
  );

  expect(answer).toEqual({
    stockSet: { stockLevel: null, userErrors: [{ code: 'INVALID_INPUT', field: ['onHand'] }] },
  });
});

test('what the customer is told unasked stands with the order, for staff and the customer; a carrier does not see it', async () => {
  const number = '#NOTICED';
  const now = new Date().toISOString();
  const parcel = {
    externalId: 's1',
    carrier: 'Posti',
    trackingNumber: 'NOTICED',
    lineExternalIds: ['1'],
    partnerId: posti,
  };
  await ensureInbox(scope, { externalId: 'mail', channel: 'email', name: 'Mail' });
  await ask('integration', RECORD, { facts: [placed(number), fact(number, 'sent', { shipmentCreated: parcel })] });
  await recordTrackingEvents(scope, [
    {
      ...{ trackingNumber: 'NOTICED', source: 'posti', sourceEventId: 'noticed', status: 'ready_for_pickup' },
      ...{ place: 'Kallio', occurredAt: new Date(now) },
    },
  ]);
  await sendNotices({ ...systemScope(database), viewer: aViewer('integration') }, NOTICE_KINDS);

  const notices =
    'notices { nodes { kind state reason expectedAt message { text authorKind } order { number } } pageInfo { hasNextPage } }';
  const query = `{ orderByNumber(number: "${number}") { ${notices} customer { ${notices} } } }`;
  const told = {
    ...{ kind: 'READY_FOR_PICKUP', state: 'SENT', reason: null, expectedAt: null, order: { number } },
    message: { text: 'Your order #NOTICED (Lamp) is ready for pickup: Kallio.', authorKind: 'SYSTEM' },
  };
  const page = { nodes: [told], pageInfo: { hasNextPage: false } };
  for (const reader of ['agent', 'customer'] as const)
    expect(await ask(reader, query)).toEqual({ orderByNumber: { notices: page, customer: { notices: page } } });
  const { body } = await post(app.url, keys.posti.secret, `{ orderByNumber(number: "${number}") { ${notices} } }`);
  expect(body.errors?.map(({ extensions }) => extensions['code'])).toEqual(['FORBIDDEN']);
});

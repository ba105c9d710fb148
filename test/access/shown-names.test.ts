import { expect, test } from 'vitest';

import { aFullShop } from '../support/a-full-shop.ts';
import { asking } from '../support/asking.ts';
import { withDatabase } from '../support/with-database.ts';

const { database, sql } = await withDatabase();
const shop = await aFullShop(await asking(database));
const anna = await shop.aShopper('anna');

/** Turned around where it is read, with what nobody sees, and in two lines. */
const WRITTEN = 'Aino\u200b \u202eeniaL\u202c\n(Boss)';
const READ = 'Aino eniaL (Boss)';
/** On a label there are several lines. */
const ON_A_LABEL = 'Aino eniaL\n(Boss)';

test('nobody’s name on the desk looks like another’s: agents, teams, inboxes, partners, places, segments and keys are named as they are read', async () => {
  const name = WRITTEN;
  await shop.act('agentUpsert', { input: { externalId: 'shown', name, capacity: 1, skills: [] } });
  await shop.act('teamUpsert', { input: { externalId: 'shown', name } });
  const { inbox } = await shop.act('inboxCreate', { input: { externalId: 'shown', channel: 'APP', name } });
  await shop.act('partnerCreate', { input: { externalId: 'shown', kind: 'CARRIER', name } });
  await shop.act('locationUpsert', {
    input: { externalId: 'shown', kind: 'STORE', name, address: { line1: WRITTEN } },
  });
  await shop.act('segmentCreate', { input: { name, filter: { marketIn: ['FI'] } } });
  const { apiKey } = await shop.act('apiKeyCreate', { input: { name, role: 'BOT' } });

  const rows = await sql<{ name: string }[]>`
    select name from agents where external_id = 'shown' union all select name from teams where external_id = 'shown'
    union all select name from inboxes where id = ${inbox.id} union all select name from partners where external_id = 'shown'
    union all select name from locations where external_id = 'shown'
    union all select name from segments union all select name from api_keys where id = ${apiKey.id}`;
  const [place] = await sql`select address ->> 'line1' as line1 from locations where external_id = 'shown'`;
  expect(place).toEqual({ line1: ON_A_LABEL });
  expect(rows.map((row) => row.name)).toEqual(Array.from({ length: 7 }, () => READ));
  for (const [mutation, input] of [
    ['teamUpsert', { externalId: 'nobody', name: '\u200b\u202e' }],
    ['apiKeyCreate', { name: '\u3164', role: 'BOT' }],
  ] as const) {
    const { data } = await shop.ask(shop.admin, shop.documentOf(mutation), { input });
    expect(data!['payload']).toMatchObject({ userErrors: [{ code: 'INVALID_INPUT', field: ['input', 'name'] }] });
  }
});

test('an address is stored as it is read on a label, of a person and of an order', async () => {
  const address = { line1: WRITTEN, city: '\u2066Turku\u2069', country: 'FI' };
  await shop.act('customerUpsert', {
    input: { source: 'crm', identities: [{ kind: 'EMAIL', value: anna.email }], profile: { address } },
  });
  const addressOf = async () =>
    (await sql<{ address: object }[]>`select address from customers where id = ${anna.customerId}`)[0]!.address;
  expect(await addressOf()).toMatchObject({ line1: ON_A_LABEL, city: 'Turku', country: 'FI' });
  await shop.act('orderFactsRecord', {
    facts: [
      {
        ...{ orderNumber: 'SHOWN-1', source: 'shop', sourceEventId: 'shown-1', occurredAt: new Date().toISOString() },
        placed: {
          ...{ customerId: anna.customerId, total: { amountMinor: 100, currency: 'EUR' }, shippingAddress: address },
          lines: [{ externalId: '1', sku: 'LAMP', title: 'Lamp', quantity: 1, unitPriceMinor: 100 }],
        },
      },
    ],
  });
  const [order] = await sql`select shipping_address from orders where number = 'SHOWN-1'`;
  expect(order!['shippingAddress']).toMatchObject({ line1: ON_A_LABEL, city: 'Turku' });
});

import { expect, test } from 'vitest';

import { upsertCustomer } from '../../src/services/customers/upsert-customer.ts';
import { recordOrderFacts } from '../../src/services/orders/record-order-facts.ts';
import { ensurePartner } from '../../src/services/partners/ensure-partner.ts';
import { post, type Answer } from '../support/graphql.ts';
import { factsOf } from '../support/orders.ts';
import { aKey, systemScope, withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const { sql } = database;
const app = await withApp(database, { RATE_COST_PER_SECOND: '100000', RATE_COST_BURST: '1000000' });
const scope = systemScope(database);
const { customerId } = await upsertCustomer(scope, {
  identities: [
    { kind: 'email', value: 'Anna@Example.org' },
    { kind: 'phone', value: '+358401234567' },
  ],
  source: 'shop',
});
const carrier = await ensurePartner(scope, { externalId: 'posti', name: 'Posti', kind: 'carrier' });
const stranger = await ensurePartner(scope, { externalId: 'dhl', name: 'DHL', kind: 'carrier' });
let count = 0;
async function anOrder(): Promise<string> {
  const number = `#P${(count += 1)}`;
  const facts = factsOf(number, customerId);
  const shippingAddress = { line1: 'Kuusitie 1', postalCode: '20 100', city: 'Turku', country: 'FI' };
  await recordOrderFacts(scope, [facts.placed({ shippingAddress }), facts.shipped({ partnerId: carrier })]);
  return number;
}
/** A bot that anybody talks to: it may look at orders by their proof, and at nothing else. */
const aPublicBot = async () => (await aKey(database, 'bot', { scopes: ['graph:read', 'orders:prove'] })).secret;
const publicBot = await aPublicBot();

const PROVEN = `query ($number: String!, $proof: OrderProofInput!) {
  orderByProof(number: $number, proof: $proof) {
    number status statusLabel(language: "fi") returnStatus freshness { source staleSince fallbackText } parcels { status carrier trackingNumber }
  }
}`;
const ask = (secret: string, number: string, proof: object) => post(app.url, secret, PROVEN, { number, proof });
const codesOf = ({ body }: Answer) => body.errors?.map(({ extensions }) => extensions['code']);

test('whoever names the number and the postcode, e-mail or phone hears how the order stands', async () => {
  const number = await anOrder();
  const told = {
    ...{ number, status: 'PROCESSED', statusLabel: 'käsittelyssä', returnStatus: 'NONE' },
    freshness: { source: 'shop', staleSince: null, fallbackText: null },
    parcels: [{ status: expect.any(String) as string, carrier: 'Posti', trackingNumber: `T-${number}` }],
  };

  for (const proof of [
    { postcode: '20100' },
    { postcode: ' 20-100 ' },
    { email: 'anna@example.ORG' },
    { phone: '+358 40 123 4567' },
    { phone: '040 1234567' },
  ])
    expect((await ask(publicBot, number, proof)).body.data, JSON.stringify(proof)).toMatchObject({
      orderByProof: told,
    });
});

test('C12: a wrong proof and a wrong number are one and the same answer', async () => {
  const number = await anOrder();

  const wrongProof = await ask(publicBot, number, { postcode: '20101' });
  const wrongNumber = await ask(publicBot, `${number}0`, { postcode: '20100' });
  const odd = await Promise.all(
    [{ email: 'not an address' }, { phone: 'x' }, { postcode: '- -' }].map((proof) => ask(publicBot, number, proof)),
  );

  expect([wrongProof.status, wrongProof.body]).toMatchObject([200, { data: { orderByProof: null } }]);
  for (const other of [wrongNumber, ...odd]) {
    expect(other.status).toBe(wrongProof.status);
    expect(other.body.data).toEqual(wrongProof.body.data);
    expect(other.body.errors).toBeUndefined();
  }
});

test('guessing ends after a few wrong ones, for numbers that nobody has too, and however many ask at once', async () => {
  const number = await anOrder();
  const guesses = Array.from({ length: 40 }, (_, guess) => ({ postcode: String(30_000 + guess) }));

  const [ofOrder, ofNothing] = await Promise.all(
    [number, '#NOBODY'].map((each) => Promise.all(guesses.map((proof) => ask(publicBot, each, proof)))),
  );

  for (const answers of [ofOrder!, ofNothing!])
    expect(answers.filter((answer) => codesOf(answer)?.[0] === 'RATE_LIMITED')).toHaveLength(guesses.length - 5);
  const right = await ask(await aPublicBot(), number, { postcode: '20100' });
  expect(codesOf(right)).toEqual(['RATE_LIMITED']);
  expect(right.body.errors![0]!.extensions['retryAfterSeconds']).toBeGreaterThan(0);
  expect((await ask(publicBot, await anOrder(), { postcode: '20100' })).body.errors).toBeUndefined();

  // A quarter of an hour later.
  await sql`update order_proof_failures set since = since - interval '15 minutes'`;
  expect((await ask(publicBot, number, { postcode: '20100' })).body.data).toMatchObject({ orderByProof: { number } });
  expect(await sql`select 1 from order_proof_failures where subject like ${'%NOBODY%'}`).toHaveLength(0);
});

test('right proofs are not counted', async () => {
  const number = await anOrder();

  for (let time = 0; time < 12; time += 1)
    expect((await ask(publicBot, number, { email: 'anna@example.org' })).body.errors).toBeUndefined();
});

test('one key that guesses at many numbers is stopped too', async () => {
  const bot = await aPublicBot();
  await ask(bot, '#NONE', { postcode: '1' });
  await sql`update order_proof_failures set failures = 300 where subject like 'viewer:%'`;

  expect(codesOf(await ask(bot, await anOrder(), { postcode: '20100' }))).toEqual(['RATE_LIMITED']);

  await sql`delete from order_proof_failures`;
});

test('such a key sees no order by any other way, and a proof is exactly one thing', async () => {
  const number = await anOrder();

  for (const document of [
    `{ orderByNumber(number: "${number}") { status } }`,
    `{ orderByNumber(number: "${number}", proof: { postcode: "20100" }) { status } }`,
    '{ orders { nodes { status } } }',
  ])
    expect(codesOf(await post(app.url, publicBot, document)), document).toEqual(['FORBIDDEN']);
  for (const proof of [{}, { postcode: '20100', email: 'anna@example.org' }, { postcode: ' ' }])
    expect(codesOf(await ask(publicBot, number, proof)), JSON.stringify(proof)).toEqual(['BAD_USER_INPUT']);
});

test('orderByNumber with a proof finds an order only if it is right, and within reach', async () => {
  const number = await anOrder();
  const byNumber = async (secret: string, postcode: string) => {
    const document = `{ orderByNumber(number: "${number}", proof: { postcode: "${postcode}" }) { number } }`;
    return (await post(app.url, secret, document)).body;
  };
  const bot = (await aKey(database, 'bot')).secret;
  const posti = (await aKey(database, 'partner', { partnerId: carrier })).secret;
  const dhl = (await aKey(database, 'partner', { partnerId: stranger })).secret;

  expect((await byNumber(bot, '20100')).data).toEqual({ orderByNumber: { number } });
  expect((await byNumber(bot, '20101')).data).toEqual({ orderByNumber: null });
  expect((await byNumber(posti, '20100')).data).toEqual({ orderByNumber: { number } });
  // What is out of reach is not confirmed by the number of tries that are left either.
  const tries = [];
  for (let time = 0; time < 6; time += 1) tries.push(await byNumber(dhl, '20100'));
  expect(tries.map(({ data, errors }) => errors?.[0]?.extensions['code'] ?? data)).toEqual([
    ...Array<object>(4).fill({ orderByNumber: null }),
    'RATE_LIMITED',
    'RATE_LIMITED',
  ]);
});

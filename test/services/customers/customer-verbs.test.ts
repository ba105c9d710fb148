import { expect, test } from 'vitest';

import { addIdentity } from '../../../src/services/customers/add-identity.ts';
import {
  customerByIdentity,
  customersByIds,
  identitiesOfPersons,
} from '../../../src/services/customers/read-customers.ts';
import { traitsOfPersons } from '../../../src/services/customers/read-traits.ts';
import { setPreferences } from '../../../src/services/customers/set-preferences.ts';
import { setTraits } from '../../../src/services/customers/set-traits.ts';
import { upsertCustomer } from '../../../src/services/customers/upsert-customer.ts';
import { upsertCustomers } from '../../../src/services/customers/upsert-customers.ts';
import { wordsOf } from '../../../src/services/customers/words-of.ts';
import type { CustomerId } from '../../../src/values/ids.ts';
import type { Refusal } from '../../../src/values/refusal.ts';
import { journalOf } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database);
const at = (seconds: number) => ({ ...scope, now: new Date(scope.now.getTime() + seconds * 1_000) });
const moment = (seconds: number) => at(seconds).now;

let count = 0;
const anEmail = () => `v${(count += 1)}@example.com`;
async function aCustomer(value = anEmail()): Promise<CustomerId> {
  return (await upsertCustomer(scope, { identities: [{ kind: 'email', value }], source: 'shop' })).customerId;
}
const refusal = (work: Promise<unknown>) => work.then(() => null).catch((error: unknown) => error);
const rowsOf = async () => {
  const [row] = await sql`
    select (select count(*)::int from customers) as customers, (select count(*)::int from identities) as identities,
      (select count(*)::int from customer_traits) as traits, (select count(*)::int from events) as events,
      (select max(updated_at) from customers) as newest`;
  return row;
};

test('an identity of somebody else stays there, and the answer names it without its owner', async () => {
  const taken = anEmail();
  const owner = await aCustomer(taken);
  const mine = anEmail();
  const me = await aCustomer(mine);

  const upserted = await upsertCustomer(scope, {
    identities: [
      { kind: 'email', value: mine },
      { kind: 'email', value: taken.toUpperCase() },
    ],
    source: 'shop',
  });

  expect(upserted).toEqual({
    customerId: me,
    personId: me,
    isNew: false,
    identityConflicts: [{ kind: 'email', value: taken.toUpperCase(), reason: 'conflict' }],
  });
  expect(JSON.stringify(upserted)).not.toContain(owner);
  expect((await customerByIdentity(scope, 'email', taken))!.id).toBe(owner);
});

test('C5: a customer who writes somebody’s identity is given nobody and changes nothing', async () => {
  const taken = anEmail();
  await aCustomer(taken);
  const me = aScope(database, 'customer', { customerId: await aCustomer() });
  const before = await rowsOf();

  const record = {
    identities: [{ kind: 'email', value: taken }],
    profile: { displayName: 'Me' },
    source: 'x',
  } as const;
  const tries = [
    upsertCustomer(me, record),
    upsertCustomers(me, [record]),
    addIdentity(me, me.viewer.customerId!, { kind: 'email', value: anEmail(), source: 'x' }),
    setTraits(me, me.viewer.customerId!, [{ key: 'vip', trait: { kind: 'boolean', value: true }, source: 'x' }]),
  ];

  for (const each of tries) expect(await refusal(each)).toMatchObject({ code: 'NOT_ALLOWED' });
  expect(await rowsOf()).toEqual(before);
});

test('C3: an id of somebody else in the place of one’s own is refused like one that does not exist', async () => {
  const [other, mine] = [await aCustomer(), await aCustomer()];
  const me = aScope(database, 'customer', { customerId: mine });
  const before = await rowsOf();

  const foreign = await refusal(setPreferences(me, other, { language: 'fi' }));
  const nowhere = await refusal(setPreferences(me, `cus_${'0'.repeat(26)}`, { language: 'fi' }));

  expect(foreign).toMatchObject({ code: 'NOT_FOUND', field: ['customerId'] });
  expect(nowhere).toEqual(foreign);
  expect(await rowsOf()).toEqual(before);
});

test('an identity is added once; a taken one is refused; a repeat may verify and never unverifies', async () => {
  const [customer, other] = [await aCustomer(), await aCustomer()];
  const add = (id: string, verified: boolean) =>
    addIdentity(scope, id, { kind: 'loyalty_id', value: 'L-1', verified, source: 'till' });

  await add(customer, false);
  await add(customer, true);
  await add(customer, false);
  const refused = await refusal(add(other, true));

  const [identities] = await identitiesOfPersons(scope, [customer]);
  expect(identities!.filter(({ kind }) => kind === 'loyalty_id')).toMatchObject([{ value: 'L-1', verified: true }]);
  expect(refused).toMatchObject({ code: 'IDENTITY_TAKEN', field: ['value'] });
  expect((await identitiesOfPersons(scope, [other]))[0]).toHaveLength(1);
  expect((await journalOf(sql, `customer:${customer}`)).map(({ type }) => type)).toEqual([
    'customer.created',
    'identity.added',
    'customer.updated',
  ]);
});

test('two who add one identity at once: one has it, the other is refused', async () => {
  const people = [await aCustomer(), await aCustomer()];

  const done = await Promise.all(
    people.map((id) => refusal(addIdentity(scope, id, { kind: 'loyalty_id', value: 'L-race', source: 'till' }))),
  );

  expect(done.filter((each) => each === null)).toHaveLength(1);
  expect(done.find((each) => each !== null)).toMatchObject({ code: 'IDENTITY_TAKEN' });
});

test('a list of customers: what cannot be taken is told by its place, all others are there', async () => {
  const emails = [anEmail(), anEmail(), anEmail()];
  const record = (value: string) => ({ identities: [{ kind: 'email' as const, value }], source: 'shop' });

  const outcomes = await upsertCustomers(scope, [
    record(emails[0]!),
    record('no address'),
    { ...record(emails[1]!), profile: { latitude: 91, longitude: 0 } },
    record(emails[2]!),
    record(emails[0]!.toUpperCase()),
  ]);

  expect(outcomes.map((each) => ('refusal' in each ? each.refusal.code : each.customer.isNew))).toEqual([
    true,
    'INVALID_INPUT',
    'INVALID_INPUT',
    true,
    false,
  ]);
  expect(await customerByIdentity(scope, 'email', emails[1]!)).toBeNull();
  expect(await refusal(upsertCustomers(scope, []))).toMatchObject({ code: 'INVALID_INPUT' });
});

test('preferences say who stated them and when, and earlier ones stay in the versions', async () => {
  const id = await aCustomer();
  const quietHours = { timeZone: 'Europe/Helsinki', from: '21:00', to: '08:00' };
  const me = { ...at(10), viewer: aScope(database, 'customer', { customerId: id }).viewer };

  await setPreferences(at(5), id, { preferredChannel: 'sms', language: 'fi' });
  await setPreferences(me, id, { quietHours, doNotContact: true });
  await setPreferences(at(20), id, { quietHours, preferredChannel: 'sms' });

  const [customer] = await customersByIds(scope, [id]);
  expect(customer).toMatchObject({ preferredChannel: 'sms', language: 'fi', updatedAt: moment(10) });
  expect(customer!.preferences).toEqual({
    quietHours,
    doNotContact: true,
    statedAt: moment(10).toISOString(),
    statedBy: me.viewer.principal,
    statedByRole: 'customer',
  });
  const versions = await sql`
    select valid_from, profile->'preferences'->>'statedByRole' as by from customer_versions
    where customer_id = ${id} order by valid_from`;
  expect([...versions]).toEqual([
    { validFrom: moment(0), by: null },
    { validFrom: moment(5), by: 'admin' },
    { validFrom: moment(10), by: 'customer' },
  ]);
});

test.each([
  [{ language: 'not a language' }, ['language']],
  [{ preferredChannel: 'Carrier pigeon' }, ['preferredChannel']],
  [{ quietHours: { timeZone: 'Mars/Olympus', from: '21:00', to: '08:00' } }, ['quietHours', 'timeZone']],
  [{ quietHours: { timeZone: 'UTC', from: '24:00', to: '08:00' } }, ['quietHours', 'from']],
  [{ quietHours: { timeZone: 'UTC', from: '08:00', to: '08:00' } }, ['quietHours', 'to']],
])('preferences %j are refused and nothing changes', async (change, field) => {
  const id = await aCustomer();
  const before = await rowsOf();

  expect(await refusal(setPreferences(at(5), id, change))).toMatchObject({ code: 'INVALID_INPUT', field });
  expect(await rowsOf()).toEqual(before);
});

const financing = (value: string | null, seconds: number) => ({
  key: 'financing_status',
  trait: value === null ? null : ({ kind: 'text', value } as const),
  source: 'bank',
  occurredAt: moment(seconds),
});
const historyOf = (id: string) => sql`
  select value, valid_from, valid_to from customer_traits where customer_id = ${id} order by valid_from`;

test('the newest statement by the source’s clock is the trait, in whatever order they come; all periods are kept', async () => {
  const orders = [
    [10, 20, 30],
    [30, 10, 20],
    [20, 30, 10],
    [30, 20, 10],
  ];
  for (const order of orders) {
    const id = await aCustomer();
    for (const seconds of order) await setTraits(at(100), id, [financing(`s${seconds}`, seconds)]);

    expect((await traitsOfPersons(scope, [id]))[0]).toMatchObject([{ key: 'financing_status', value: 's30' }]);
    expect([...(await historyOf(id))]).toEqual([
      { value: 's10', validFrom: moment(10), validTo: moment(20) },
      { value: 's20', validFrom: moment(20), validTo: moment(30) },
      { value: 's30', validFrom: moment(30), validTo: null },
    ]);
  }
});

test('a trait is taken back by null, and the same again changes nothing', async () => {
  const id = await aCustomer();
  await setTraits(at(100), id, [financing('approved', 10), financing('approved', 15), financing(null, 20)]);
  const told = await journalOf(sql, `customer:${id}`);

  await setTraits(at(100), id, [financing('approved', 10), financing(null, 25)]);

  expect((await traitsOfPersons(scope, [id]))[0]).toEqual([]);
  expect([...(await historyOf(id))]).toEqual([
    { value: 'approved', validFrom: moment(10), validTo: moment(20) },
    { value: null, validFrom: moment(20), validTo: null },
  ]);
  expect(await journalOf(sql, `customer:${id}`)).toEqual(told);
  expect(told.at(-1)!.details).toEqual({ customerId: id, fields: ['traits'] });
});

test.each([
  { key: 'Bad Key', trait: null, source: 'x' },
  { key: 'financing_status', trait: { kind: 'number', value: 3 } as const, source: 'x' },
  { key: 'note', trait: { kind: 'text', value: 'a\0' } as const, source: 'x' },
  { key: 'size', trait: { kind: 'number', value: Number.NaN } as const, source: 'x' },
  { key: 'size', trait: null, source: '' },
  { key: 'size', trait: null, source: 'x', occurredAt: moment(48 * 60 * 60) },
])('the trait %j is refused, and with it all others of the call', async (statement) => {
  const id = await aCustomer();
  const before = await rowsOf();

  const refused = await refusal(setTraits(scope, id, [financing('approved', 0), statement]));

  expect(refused).toMatchObject({ code: 'INVALID_INPUT' });
  expect((refused as Refusal).field!.slice(0, 2)).toEqual(['traits', '1']);
  expect(await rowsOf()).toEqual(before);
});

test('what members of one person say under one key: the newest counts', async () => {
  const [person, member] = [await aCustomer(), await aCustomer()];
  await setTraits(at(100), person, [financing('old', 10)]);
  await setTraits(at(100), member, [financing('new', 20)]);
  await sql`insert into person_links values (${member}, ${person}, now())`;

  expect((await traitsOfPersons(scope, [person]))[0]).toMatchObject([{ value: 'new' }]);
});

test.each([
  ['Müller-Lüdenscheidt, Łukasz', ['muller', 'ludenscheidt', 'lukasz']],
  ['Sinéad O’Brien', ['sinead', 'obrien']],
  ['Иван Ёлкин', ['иван', 'елкин']],
  ['STRASSE straße', ['strasse']],
  [' !? ', []],
])('"%s" is compared as %j', (name, words) => {
  expect(wordsOf(name)).toEqual(words);
});

test('a name that changes is found by its new words only', async () => {
  const email = anEmail();
  const record = { identities: [{ kind: 'email', value: email }], source: 'shop' } as const;
  const { customerId } = await upsertCustomer(scope, { ...record, profile: { displayName: 'Aino Laine' } });
  await upsertCustomer(at(1), { ...record, profile: { displayName: 'Aino Virtanen' } });

  const words = await sql`select word from customer_words where customer_id = ${customerId} order by word`;

  expect([...words]).toEqual([{ word: 'aino' }, { word: 'virtanen' }]);
});

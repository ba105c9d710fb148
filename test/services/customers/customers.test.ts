import { expect, test } from 'vitest';

import { identifyCustomer } from '../../../src/services/customers/identify-customer.ts';
import { normalizeIdentity } from '../../../src/services/customers/normalize-identity.ts';
import {
  customerByIdentity,
  customersByIds,
  identitiesOfPersons,
  listCustomers,
  type CustomersFilter,
} from '../../../src/services/customers/read-customers.ts';
import { setPreferences } from '../../../src/services/customers/set-preferences.ts';
import { upsertCustomer } from '../../../src/services/customers/upsert-customer.ts';
import { atomically } from '../../../src/services/events/atomically.ts';
import { journalOf } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database);
const at = (seconds: number) => ({ ...scope, now: new Date(scope.now.getTime() + seconds * 1_000) });

let count = 0;
const anEmail = () => `c${(count += 1)}@example.com`;
const typesOf = async (id: string) => (await journalOf(sql, `customer:${id}`)).map(({ type }) => type);

test.each([
  ['email', '  Äiti@Example.COM ', null, 'äiti@example.com'],
  ['phone', '040 555 1234', 'fi', '+358405551234'],
  ['phone', '00358 40 5551234', null, '+358405551234'],
  ['phone', '+1 (415) 555-2671', 'FI', '+14155552671'],
  ['loyalty_id', ' ab-12 ', null, 'ab-12'],
  ['external_id', 'Shop:AB', null, 'Shop:AB'],
] as const)('%s "%s" (market %s) is compared as "%s"', (kind, value, market, normalized) => {
  expect(normalizeIdentity(kind, value, { market })).toBe(normalized);
});

test.each([
  ['email', 'nobody'],
  ['email', 'a b@example.com'],
  ['phone', '040 555 1234'],
  ['phone', 'call me'],
  ['loyalty_id', ' '],
  ['external_id', 'a\0'],
  ['social_handle', 'x'.repeat(321)],
] as const)('%s "%s" is refused', (kind, value) => {
  expect(() => normalizeIdentity(kind, value)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
});

test('12 first contacts at once end as one customer with one identity and one fact', async () => {
  const value = anEmail();

  const found = await Promise.all(
    Array.from({ length: 12 }, () =>
      atomically(scope, (tx) => identifyCustomer(tx, { kind: 'email', value: value.toUpperCase(), source: 'test' })),
    ),
  );

  expect(new Set(found.map(({ customerId }) => customerId)).size).toBe(1);
  expect(found.filter(({ isNew }) => isNew)).toHaveLength(1);
  expect(await typesOf(found[0]!.customerId)).toEqual(['customer.created']);
});

test('a record makes a customer with all identities; the same record again changes nothing', async () => {
  const record = {
    identities: [
      { kind: 'external_id', value: `shop:${anEmail()}`, verified: true },
      { kind: 'email', value: anEmail() },
      { kind: 'loyalty_id', value: anEmail(), verified: true },
    ],
    profile: {
      displayName: 'Aino Laine',
      address: { line1: 'Katu 1', line2: null, postalCode: '00100', city: 'Helsinki', region: null, country: 'FI' },
    },
    source: 'shop',
  } as const;

  const first = await upsertCustomer(scope, record);
  const told = await typesOf(first.customerId);
  const again = await upsertCustomer(at(5), record);

  expect(first.isNew).toBe(true);
  expect(again).toMatchObject({ customerId: first.customerId, isNew: false });
  expect(told).toEqual(['customer.created', 'identity.added', 'identity.added', 'customer.updated']);
  expect(await typesOf(first.customerId)).toEqual(told);
  const [customer] = await customersByIds(scope, [first.customerId]);
  expect(customer).toMatchObject({ displayName: 'Aino Laine', address: record.profile.address, updatedAt: scope.now });
  const [identities] = await identitiesOfPersons(scope, [first.personId]);
  expect(identities!.map(({ kind, verified }) => [kind, verified]).sort()).toEqual([
    ['email', false],
    ['external_id', true],
    ['loyalty_id', true],
  ]);
});

test('earlier profiles are kept with the time they were true', async () => {
  const identities = [{ kind: 'email', value: anEmail() }] as const;
  const { customerId } = await upsertCustomer(scope, { identities, source: 'a', profile: { displayName: 'One' } });
  await upsertCustomer(at(10), { identities, source: 'a', profile: { displayName: 'Two', language: 'fi' } });
  await upsertCustomer(at(20), { identities, source: 'a', profile: { language: null } });

  const versions = await sql`
    select valid_from, valid_to, profile->>'displayName' as name, profile->>'language' as language
    from customer_versions where customer_id = ${customerId} order by valid_from`;

  expect([...versions]).toEqual([
    { validFrom: at(0).now, validTo: at(10).now, name: 'One', language: null },
    { validFrom: at(10).now, validTo: at(20).now, name: 'Two', language: 'fi' },
    { validFrom: at(20).now, validTo: null, name: 'Two', language: null },
  ]);
});

test('a fact about a profile names the fields, not what is in them', async () => {
  const { customerId } = await upsertCustomer(scope, {
    identities: [{ kind: 'email', value: anEmail() }],
    profile: { displayName: 'Very Secret' },
    source: 'a',
  });

  const told = await journalOf(sql, `customer:${customerId}`);

  expect(told.at(-1)!.details).toEqual({ customerId, fields: ['displayName'] });
  expect(JSON.stringify(told)).not.toMatch(/Secret|example\.com/);
});

test('an identity that belongs to somebody else stays there: nobody is merged by accident', async () => {
  const taken = anEmail();
  const first = await upsertCustomer(scope, { identities: [{ kind: 'email', value: taken }], source: 'a' });

  const second = await upsertCustomer(scope, {
    identities: [
      { kind: 'loyalty_id', value: `L${taken}` },
      { kind: 'email', value: anEmail() },
    ],
    source: 'a',
  });
  await upsertCustomer(scope, {
    identities: [
      { kind: 'loyalty_id', value: `L${taken}` },
      { kind: 'email', value: taken },
    ],
    source: 'a',
  });

  expect(second.customerId).not.toBe(first.customerId);
  expect((await customerByIdentity(scope, 'email', taken))!.id).toBe(first.customerId);
});

test('whoever is asked for by any member or identity of a person is that person', async () => {
  const email = anEmail();
  const survivor = await upsertCustomer(scope, {
    identities: [{ kind: 'email', value: anEmail() }],
    profile: { displayName: 'Survivor' },
    source: 'a',
  });
  const member = await upsertCustomer(scope, { identities: [{ kind: 'email', value: email }], source: 'a' });
  await sql`insert into person_links values (${member.customerId}, ${survivor.customerId}, now())`;

  const [byMember] = await customersByIds(scope, [member.customerId]);
  const byIdentity = await customerByIdentity(scope, 'email', email.toUpperCase());
  const [identities] = await identitiesOfPersons(scope, [survivor.customerId]);
  const { nodes } = await listCustomers(scope, { first: 100, after: null });

  expect(byMember).toMatchObject({ id: survivor.customerId, displayName: 'Survivor' });
  expect(byIdentity!.id).toBe(survivor.customerId);
  expect(identities).toHaveLength(2);
  expect(nodes.map(({ id }) => id)).not.toContain(member.customerId);
});

test('a member of a merged person is updated as the person', async () => {
  const survivor = await upsertCustomer(scope, { identities: [{ kind: 'email', value: anEmail() }], source: 'a' });
  const email = anEmail();
  const member = await upsertCustomer(scope, { identities: [{ kind: 'email', value: email }], source: 'a' });
  await sql`insert into person_links values (${member.customerId}, ${survivor.customerId}, now())`;

  const updated = await upsertCustomer(at(1), {
    identities: [{ kind: 'email', value: email }],
    profile: { displayName: 'Both' },
    source: 'a',
  });

  expect(updated).toMatchObject({ customerId: member.customerId, personId: survivor.customerId });
  expect((await customersByIds(scope, [survivor.customerId]))[0]!.displayName).toBe('Both');
  expect((await typesOf(survivor.customerId)).at(-1)).toBe('customer.updated');
});

test('a customer sees the own person only; a partner is denied', async () => {
  const me = await upsertCustomer(scope, { identities: [{ kind: 'email', value: anEmail() }], source: 'a' });
  const otherEmail = anEmail();
  const other = await upsertCustomer(scope, { identities: [{ kind: 'email', value: otherEmail }], source: 'a' });
  const mine = aScope(database, 'customer', { customerId: me.customerId });

  expect((await customersByIds(mine, [other.customerId, me.customerId])).map((row) => row?.id)).toEqual([
    undefined,
    me.customerId,
  ]);
  expect(await customerByIdentity(mine, 'email', otherEmail)).toBeNull();
  expect((await listCustomers(mine, { first: 10, after: null })).nodes.map(({ id }) => id)).toEqual([me.customerId]);
  expect(await identitiesOfPersons(mine, [other.customerId])).toEqual([[]]);
  await expect(customersByIds(aScope(database, 'partner'), [me.customerId])).rejects.toThrow('customers:read');
});

test('customers are listed newest first over pages without gap or repeat', async () => {
  const made: string[] = [];
  for (let i = 0; i < 7; i += 1) {
    const later = at(1_000 + Math.floor(i / 3));
    const record = { identities: [{ kind: 'email', value: anEmail() }], source: 'a' } as const;
    made.push((await upsertCustomer(later, record)).customerId);
  }

  const first = await listCustomers(scope, { first: 4, after: null });
  const second = await listCustomers(scope, { first: 3, after: first.keysetOf(first.nodes.at(-1)!) });

  const seen = [...first.nodes, ...second.nodes];
  expect(new Set(seen.map(({ id }) => id))).toEqual(new Set(made));
  expect(seen.map(({ createdAt }) => createdAt.getTime())).toEqual(
    seen.map(({ createdAt }) => createdAt.getTime()).sort((a, b) => b - a),
  );
});

test('a list is narrowed by when they arrived and by language, market and channel together', async () => {
  const record = (market: string, language: string) =>
    ({ identities: [{ kind: 'email', value: anEmail() }], profile: { market, language }, source: 'a' }) as const;
  const early = await upsertCustomer(at(5_000), record('EE', 'et'));
  const late = await upsertCustomer(at(5_001), record('EE', 'ru'));
  const other = await upsertCustomer(at(5_001), record('LV', 'ru'));
  const listed = async (filter: CustomersFilter) =>
    (await listCustomers(scope, { first: 10, after: null }, filter)).nodes.map(({ id }) => id);

  expect(await listed({ market: 'EE' })).toEqual([late.customerId, early.customerId]);
  expect(await listed({ market: 'EE', createdAfter: at(5_001).now })).toEqual([late.customerId]);
  expect(new Set(await listed({ language: 'ru' }))).toEqual(new Set([late.customerId, other.customerId]));
  expect(await listed({ preferredChannel: 'sms' })).toEqual([]);
  expect(await listed({ market: '' })).toEqual([]);
  expect(await listed({ market: 'EE', language: 'ru' })).toEqual([late.customerId]);
  expect(await listed({ market: 'LV', language: 'et' })).toEqual([]);
  await setPreferences(scope, late.customerId, { preferredChannel: 'sms' });
  expect(await listed({ market: 'EE', language: 'ru', preferredChannel: 'sms' })).toEqual([late.customerId]);
  expect(await listed({ market: 'EE', language: 'et', preferredChannel: 'sms' })).toEqual([]);
});

test('no filter reads more of the customers than its page', async () => {
  await sql`
    insert into customers (id, display_name, market, language, preferred_channel, created_at, updated_at)
    select 'cus_' || lpad(n::text, 26, '0'), 'n', case when n % 1000 = 0 then 'XX' else 'FI' end,
      case when n % 1000 = 0 then 'xx' else 'fi' end, case when n % 1000 = 0 then 'fax' end, now(), now()
    from generate_series(1, 20000) n`;
  await sql`analyze customers`;
  for (const filter of [
    { market: 'XX' },
    { language: 'xx' },
    { preferredChannel: 'fax' as never },
    { createdAfter: new Date() },
  ]) {
    const rows = await atomically(scope, async (tx) => {
      const read = async () =>
        (
          await tx.db.sql<{ rows: number }[]>`
            select sum(seq_tup_read + idx_tup_fetch)::int as rows from pg_stat_xact_user_tables where relname = 'customers'`
        )[0]!.rows;
      const before = await read();
      await listCustomers(tx, { first: 10, after: null }, filter);
      return (await read()) - before;
    });
    expect(rows).toBeLessThan(30);
  }
});

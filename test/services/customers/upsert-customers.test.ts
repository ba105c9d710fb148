import { expect, test } from 'vitest';

import { upsertCustomer, type CustomerRecord } from '../../../src/services/customers/upsert-customer.ts';
import { upsertCustomers } from '../../../src/services/customers/upsert-customers.ts';
import { erasePerson } from '../../../src/services/persons/erase-person.ts';
import { seededRandom } from '../../../src/values/seeded-random.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database, 'integration');

const BATCHES = 10;
const PEOPLE = 100;

/** People as one system tells them: by a number of its own, an address and a phone, told in an order of its own. */
function batchOf(system: number): CustomerRecord[] {
  const next = seededRandom(system);
  return Array.from({ length: PEOPLE }, (_, i): CustomerRecord => ({
    identities: [
      { kind: 'external_id' as const, value: `system${system}:${Math.floor(next() * 1e9)}` },
      { kind: 'email' as const, value: `shared-${i}@example.com` },
      { kind: 'phone' as const, value: `+35840555${String(1000 + i)}` },
    ].sort(() => next() - 0.5),
    profile: { givenName: `Aino ${i}`, address: null },
    source: `system${system}`,
  })).sort(() => next() - 0.5);
}

test(`${BATCHES} batches of ${PEOPLE} people with the same addresses, told in every order at once, are all taken`, async () => {
  const all = await Promise.all(
    Array.from({ length: BATCHES }, (_, system) => upsertCustomers(scope, batchOf(system))),
  );

  const refused = all.flat().filter((outcome) => 'refusal' in outcome);
  expect(refused).toEqual([]);
  const [known] = await sql<{ addresses: number; people: number }[]>`
    select (select count(*)::int from identities where kind in ('email', 'phone')) as addresses,
      (select count(distinct coalesce(l.person_id, i.customer_id))::int
        from identities i left join person_links l on l.member_id = i.customer_id where i.kind = 'email') as people`;
  expect(known).toEqual({ addresses: 2 * PEOPLE, people: PEOPLE });
}, 60_000);

test('somebody who was erased refuses their own record and none of the others', async () => {
  const named = (name: string): CustomerRecord => ({
    identities: [{ kind: 'email', value: `${name}@example.com` }],
    source: 'crm',
  });
  const { customerId } = await upsertCustomer(scope, named('gone'));
  await erasePerson(aScope(database, 'admin'), customerId, { suppressionDays: 90 });

  const outcomes = await upsertCustomers(scope, [named('before'), named('gone'), named('other')]);

  expect(outcomes.map((outcome) => ('refusal' in outcome ? outcome.refusal.code : 'taken'))).toEqual([
    'taken',
    'CUSTOMER_ERASED',
    'taken',
  ]);
  expect([...(await sql`select 1 from identities where normalized = 'gone@example.com'`)]).toEqual([]);
  const [suppression] = await sql<{ refusedCount: number }[]>`select refused_count from suppressions`;
  expect(suppression).toEqual({ refusedCount: 1 });
});

import { pino } from 'pino';
import { beforeAll, expect, test } from 'vitest';

import { generatePeople } from '../../../../src/identity/generate-people.ts';
import { personMatcher } from '../../../../src/live/match-persons.ts';
import { unmergeCustomer } from '../../../../src/services/conversations/unmerge-customer.ts';
import { acceptProposal } from '../../../../src/services/customers/proposals/accept-proposal.ts';
import { learnMatchModel } from '../../../../src/services/customers/proposals/learn-match-model.ts';
import { type MatchModel, readMatchModel } from '../../../../src/services/customers/proposals/match-model.ts';
import type { ProposalThresholds } from '../../../../src/services/customers/proposals/propose-merges.ts';
import { listProposals } from '../../../../src/services/customers/proposals/read-proposals.ts';
import { rejectProposal } from '../../../../src/services/customers/proposals/reject-proposal.ts';
import { keepAllMatchKeys, proposeAll } from '../../../../src/services/customers/proposals/walk-persons.ts';
import { customersByIds } from '../../../../src/services/customers/read-customers.ts';
import { setTraits } from '../../../../src/services/customers/set-traits.ts';
import { upsertCustomer, type CustomerRecord } from '../../../../src/services/customers/upsert-customer.ts';
import { upsertCustomers } from '../../../../src/services/customers/upsert-customers.ts';
import { readInstallation } from '../../../../src/services/events/installation.ts';
import type { CustomerId } from '../../../../src/values/ids.ts';
import { aScope } from '../../../support/scopes.ts';
import { withDatabase } from '../../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database);
const installation = await readInstallation(sql);
const log = pino({ level: 'silent' });
const ASKING: ProposalThresholds = { propose: 0.5, merge: null };
const PAGE = { first: 100, after: null };

/** Who each stored customer is, by the truth. */
const personOf = new Map<string, string>();
let model: MatchModel;

type Generated = ReturnType<typeof generatePeople> extends Generator<infer Person> ? Person : never;

const anAddress = (line1: string, postalCode: string, city: string) => ({
  ...{ line1, line2: null, postalCode, city, region: null, country: 'FI' },
});
const recordOf = (row: Generated): CustomerRecord => ({
  identities: [
    { kind: 'external_id', value: `crm:${row.id}` },
    ...(/^[^\s@]+@[^\s@]+$/.test(row.email) ? [{ kind: 'email', value: row.email } as const] : []),
    ...(/^\+358\d{7,9}$/.test(row.phone) ? [{ kind: 'phone', value: row.phone } as const] : []),
  ],
  profile: {
    ...{ givenName: row.given_name || null, familyName: row.family_name || null, market: 'FI' },
    address: anAddress(`${row.street} ${row.house_number}`, row.postal_code, row.city),
  },
  source: 'crm',
});

beforeAll(async () => {
  const rows = [...generatePeople({ records: 700, seed: 11, errors: 0.1 })];
  const outcomes = await upsertCustomers(scope, rows.map(recordOf));
  for (const [i, outcome] of outcomes.entries()) {
    if (!('customer' in outcome)) continue;
    const { customerId } = outcome.customer;
    const { person, birth_date: value } = rows[i]!;
    personOf.set(customerId, person);
    const trait = { kind: 'text', value } as const;
    if (value) await setTraits(scope, customerId, [{ key: 'birth_date', trait, source: 'crm' }]);
  }
  await keepAllMatchKeys(scope);
  model = (await learnMatchModel(scope))!;
}, 120_000);

async function walk(thresholds = ASKING) {
  const { proposed, merged } = await proposeAll(scope, model, { thresholds });
  return { proposed, merged: merged.length / 2 };
}
async function proposals(state: 'open' | 'accepted' | 'rejected' = 'open') {
  const found = [];
  for (let page = await listProposals(scope, { state }, PAGE); ;) {
    found.push(...page.nodes);
    if (!page.hasNextPage) return found;
    page = await listProposals(scope, { state }, { ...PAGE, after: page.keysetOf(page.nodes.at(-1)!) });
  }
}
type Pair = { readonly oneId: string; readonly otherId: string };
const isRight = ({ oneId, otherId }: Pair) => personOf.get(oneId) === personOf.get(otherId);
const truePairs = () =>
  [...Map.groupBy(personOf, ([, person]) => person).values()].reduce(
    (sum, { length }) => sum + (length * (length - 1)) / 2,
    0,
  );
const openWith = async (customerId: string) =>
  (await proposals()).filter(({ oneId, otherId }) => oneId === customerId || otherId === customerId);

test('persons that are one are found among the stored ones, with weights that nobody taught, and said why', async () => {
  const { proposed } = await walk();

  const found = await proposals();
  const sure = found.filter(({ confidence }) => confidence >= 0.95);
  const right = found.filter(isRight).length;
  expect(found).toHaveLength(proposed);
  expect({ recall: right / truePairs() > 0.85, precision: right / found.length > 0.9 }).toEqual({
    recall: true,
    precision: true,
  });
  expect(sure.filter(isRight).length / sure.length).toBeGreaterThan(0.98);
  for (const { oneId, otherId, confidence, evidence } of found) {
    expect(oneId < otherId).toBe(true);
    expect(confidence).toBeGreaterThanOrEqual(0.5);
    // No values: names of fields and of how they compare.
    expect(Object.keys(evidence[0]!).sort()).toEqual(['bits', 'field', 'level']);
  }
  // Once more finds the same and proposes nothing anew.
  expect(await walk()).toEqual({ proposed: 0, merged: 0 });
  expect(await proposals()).toHaveLength(found.length);
});

test('what is accepted is merged; what is rejected or taken back is never asked again, and nothing merges it', async () => {
  const [first, second] = (await proposals()).filter(({ confidence }) => confidence > 0.95);

  const personId = await acceptProposal(scope, first!.id);
  await rejectProposal(scope, second!.id);

  const [one, other] = await customersByIds(scope, [first!.oneId, first!.otherId]);
  expect([one!.id, other!.id]).toEqual([personId, personId]);
  await expect(acceptProposal(scope, first!.id)).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(rejectProposal(scope, 'mpr_00000000000000000000000000')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(acceptProposal(aScope(database, 'bot'), second!.id)).rejects.toThrow(/customers:merge/);
  await unmergeCustomer(scope, first!.otherId);
  await walk();
  const { merged } = await walk({ propose: 0.5, merge: 0.95 });

  expect(merged).toBeGreaterThan(20);
  for (const { oneId, otherId } of [first!, second!]) {
    const persons = await customersByIds(scope, [oneId, otherId]);
    expect(new Set(persons.map((person) => person!.id)).size).toBe(2);
    expect((await openWith(oneId)).filter((each) => each.otherId === otherId)).toEqual([]);
  }
});

test('who is certain enough is merged without anybody being asked, but never against verified strong identifiers', async () => {
  // The walk above has merged them.
  const merged = await sql<{ personId: string; mergedId: string; confidence: number }[]>`
    select person_id, merged_id, confidence from merges where reason = 'confidence'`;
  const wrong = merged.filter(({ personId, mergedId }) => !isRight({ oneId: personId, otherId: mergedId }));
  expect(wrong.length / merged.length).toBeLessThan(0.02);
  expect(merged.every(({ confidence }) => confidence >= 0.95)).toBe(true);

  const twin = (loyaltyId: string): CustomerRecord => ({
    identities: [{ kind: 'loyalty_id', value: loyaltyId, verified: true }],
    profile: {
      ...{ givenName: 'Kaarlo', familyName: 'Poikkeuksellinen', market: 'FI' },
      address: anAddress('Erikoiskuja 17', '99310', 'Sodankylä'),
    },
    source: 'till',
  });
  const [a, b] = [await upsertCustomer(scope, twin('L-1')), await upsertCustomer(scope, twin('L-2'))];
  await walk({ propose: 0.001, merge: 0.002 });

  const persons = await customersByIds(scope, [a.customerId, b.customerId]);
  expect(persons.map((person) => person!.id)).toEqual([a.customerId, b.customerId]);
  const between = (await openWith(a.customerId)).filter(({ otherId }) => otherId === b.customerId);
  expect(between.map(({ isContradicted }) => isContradicted)).toEqual([true]);
});

test('newcomers are looked at by the minute, from the journal, and whoever changed is looked at again', async () => {
  const turn = personMatcher({ database, installation, thresholds: ASKING, log });
  await turn();
  await turn();
  const { version } = (await readMatchModel(sql))!;
  const known = (id: string, familyName: string): CustomerRecord => ({
    identities: [{ kind: 'external_id', value: `crm:${id}` }],
    profile: {
      ...{ givenName: 'Tuulikki', familyName, market: 'FI' },
      address: anAddress('Kivitie 3', '90100', 'Oulu'),
    },
    source: 'crm',
  });
  const first = await upsertCustomer(scope, known('new-1', 'Harvinainen'));
  await turn();
  expect(await openWith(first.customerId)).toEqual([]);
  const second = await upsertCustomer(scope, known('new-2', 'Harvinaien'));
  await turn();
  expect((await openWith(first.customerId)).map(({ otherId }) => otherId)).toEqual([second.customerId]);

  await upsertCustomer(scope, {
    identities: [{ kind: 'external_id', value: 'crm:new-2' }],
    profile: { givenName: 'Olavi', familyName: 'Toinen', address: anAddress('Rantakatu 99', '00100', 'Helsinki') },
    source: 'crm',
  });
  // Another process goes on where this one was.
  await personMatcher({ database, installation, thresholds: ASKING, log })();

  expect(await openWith(first.customerId)).toEqual([]);
  expect((await readMatchModel(sql))!.version).toBe(version);
});

test('what a merge has settled is no longer open, and a merged person is looked for under one set of keys', async () => {
  const [proposal] = await proposals();
  await acceptProposal(scope, proposal!.id);
  await personMatcher({ database, installation, thresholds: ASKING, log })();

  const keys = await sql<{ customerId: CustomerId }[]>`
    select distinct customer_id from match_keys where customer_id in (${proposal!.oneId}, ${proposal!.otherId})`;
  expect(keys.map(({ customerId }) => customerId)).toEqual([proposal!.oneId]);
  expect((await openWith(proposal!.otherId)).map(({ id }) => id)).toEqual([]);
  expect((await proposals('accepted')).map(({ id }) => id)).toContain(proposal!.id);
});

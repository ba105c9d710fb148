import { pino } from 'pino';
import { beforeAll, expect, test } from 'vitest';

import { generatePeople } from '../../../../src/identity/generate-people.ts';
import { personMatcher } from '../../../../src/live/match-persons.ts';
import { unmergeCustomer } from '../../../../src/services/conversations/unmerge-customer.ts';
import { acceptProposal } from '../../../../src/services/customers/proposals/accept-proposal.ts';
import { readMatchModel } from '../../../../src/services/customers/proposals/match-model.ts';
import type { ProposalThresholds } from '../../../../src/services/customers/proposals/propose-merges.ts';
import { listProposals } from '../../../../src/services/customers/proposals/read-proposals.ts';
import { rejectProposal } from '../../../../src/services/customers/proposals/reject-proposal.ts';
import { settleCandidates } from '../../../../src/services/customers/proposals/settle-candidates.ts';
import { walkPersons } from '../../../../src/services/customers/proposals/walk-persons.ts';
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

/** Of whom nothing is known but a name and where they live: whoever is told so too may be one. */
const alike = (
  id: string,
  [givenName, familyName]: readonly [string, string],
  address: ReturnType<typeof anAddress>,
) => ({
  identities: [{ kind: 'external_id' as const, value: `crm:${id}` }],
  profile: { givenName, familyName, market: 'FI', address },
  source: 'crm',
});
const PAIR = [['Tuovi', 'Kaksikko'], anAddress('Kahtiakuja 2', '95700', 'Pello')] as const;
const FOUR = [['Vilhelmiina', 'Kolmikko'], anAddress('Kolmostie 3', '33300', 'Tampere')] as const;
const THREE = [['Sylvester', 'Kolmonen'], anAddress('Ainoakatu 8', '87100', 'Kajaani')] as const;

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
}, 120_000);

async function walk(thresholds = ASKING) {
  const { proposed, merges } = await walkPersons(scope, { thresholds });
  return { proposed, merges };
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
  expect(await walk()).toEqual({ proposed: 0, merges: 0 });
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
  const { merges } = await walk({ propose: 0.5, merge: 0.95 });

  expect(merges).toBeGreaterThan(20);
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
  const one = await upsertCustomer(scope, alike('k-1', ...PAIR));
  await upsertCustomer(scope, alike('k-2', ...PAIR));
  await personMatcher({ database, installation, thresholds: ASKING, log })();
  const [proposal] = await openWith(one.customerId);
  await acceptProposal(scope, proposal!.id);
  await personMatcher({ database, installation, thresholds: ASKING, log })();

  const keys = await sql<{ customerId: CustomerId }[]>`
    select distinct customer_id from match_keys where customer_id in (${proposal!.oneId}, ${proposal!.otherId})`;
  expect(keys.map(({ customerId }) => customerId)).toEqual([proposal!.oneId]);
  expect((await openWith(proposal!.otherId)).map(({ id }) => id)).toEqual([]);
  expect((await proposals('accepted')).map(({ id }) => id)).toContain(proposal!.id);
});

test('a walk over everybody that was stopped goes on where it was, and ends as if nothing had stopped it', async () => {
  await walk();
  const whole = (await proposals()).map(({ oneId, otherId }) => `${oneId} ${otherId}`).sort();
  await sql`delete from merge_proposals where state = 'open'`;
  // One that nothing speaks for any more.
  await sql`
    insert into merge_proposals (id, one_id, other_id, confidence, evidence, is_contradicted, state, weights_version, proposed_at)
    select 'mpr_0000000000000000000000000A', min(id), max(id), 0.9, '[]', false, 'open', 1, now()
    from customers where id not in (select member_id from person_links)`;

  const units: string[] = [];
  for (let isDone = false, tries = 0; !isDone; tries += 1) {
    expect(tries).toBeLessThan(60);
    const stopping = new AbortController();
    const onProgress = (unit: string, done: number) => {
      units.push(unit);
      // Each time a little of it, then somebody stops it.
      if (unit !== 'customers read' || done > 0) stopping.abort();
    };
    ({ isDone } = await walkPersons(scope, { thresholds: ASKING, onProgress, signal: stopping.signal }));
  }

  expect((await proposals()).map(({ oneId, otherId }) => `${oneId} ${otherId}`).sort()).toEqual(whole);
  expect([...new Set(units)]).toEqual(['customers read', 'blocks compared', 'pairs settled', 'proposals weighed']);
  expect([...(await sql`select 1 from match_walk union all select 1 from match_candidates`)]).toEqual([]);
});

test('pairs that merges have made one pair are settled once, and of one that became one person nothing is left to ask', async () => {
  const ids: CustomerId[] = [];
  for (const name of ['t-1', 't-2', 't-3', 't-4'])
    ids.push((await upsertCustomer(scope, alike(name, ...FOUR))).customerId);

  // Every pair of the four, as the walk finds them.
  await sql`
    insert into match_candidates (one_id, other_id, confidence)
    select a, b, 0.9 from unnest(${ids}::text[]) a, unnest(${ids}::text[]) b where a < b`;

  const sure = { ...(await readMatchModel(sql))!, personCount: 1_000 };
  let merges = 0;
  for (let settled = 1; settled > 0;) {
    const found = await settleCandidates(scope, sure, { propose: 0.5, merge: 0.5 });
    merges += found.merges;
    ({ settled } = found);
  }

  expect(merges).toBe(3);
  const persons = await customersByIds(scope, ids);
  expect(new Set(persons.map((person) => person!.id))).toEqual(new Set([ids[0]]));
  expect(await openWith(ids[1]!)).toEqual([]);
});

test('who was rejected is not asked about again as a part of somebody else', async () => {
  const [a, b, c] = [
    await upsertCustomer(scope, alike('r-1', ...THREE)),
    await upsertCustomer(scope, alike('r-2', ...THREE)),
    await upsertCustomer(scope, alike('r-3', ...THREE)),
  ];
  await walk();
  const among = async () => (await openWith(c.customerId)).map(({ oneId }) => oneId).sort();
  expect(await among()).toEqual([a.customerId, b.customerId].sort());

  const [rejected] = (await openWith(c.customerId)).filter(({ oneId }) => oneId === b.customerId);
  await rejectProposal(scope, rejected!.id);
  const [accepted] = (await openWith(a.customerId)).filter(({ otherId }) => otherId === b.customerId);
  await acceptProposal(scope, accepted!.id);

  await personMatcher({ database, installation, thresholds: ASKING, log })();
  expect(await among()).toEqual([]);
  await walk();
  expect(await among()).toEqual([]);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { upsertCustomer } from '../../../src/services/customers/upsert-customer.ts';
import { assembleContext } from '../../../src/services/context/assemble-context.ts';
import { consentHistoriesOfPersons, consentsOfPersons } from '../../../src/services/privacy/read-consents.ts';
import { type ConsentAnswer, setConsents } from '../../../src/services/privacy/set-consents.ts';
import { CONSENT_STATES } from '../../../src/values/consents.ts';
import type { CustomerId } from '../../../src/values/ids.ts';
import { readPageRequest } from '../../../src/values/page.ts';
import { journalOf } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database);
const at = (seconds: number) => new Date(scope.now.getTime() + seconds * 1_000);
const later = (seconds: number) => ({ ...scope, now: at(seconds) });

let count = 0;
async function aCustomer(): Promise<CustomerId> {
  const value = `c${(count += 1)}@example.com`;
  return (await upsertCustomer(scope, { identities: [{ kind: 'email', value }], source: 'shop' })).customerId;
}
const link = (member: CustomerId, person: CustomerId) =>
  sql`insert into person_links values (${member}, ${person}, now())`;
const unlink = (member: CustomerId) => sql`delete from person_links where member_id = ${member}`;
const marketing = (state: ConsentAnswer['state'], but: Partial<ConsentAnswer> = {}): ConsentAnswer => ({
  ...{ purpose: 'marketing', channel: 'email', state, source: 'form' },
  ...but,
});
const statesOf = async (id: CustomerId) => (await consentsOfPersons(scope, [id]))[0]!.map(({ state }) => state);
const historyOf = async (id: CustomerId) =>
  (await consentHistoriesOfPersons(scope, [id], readPageRequest()))[0]!.nodes.map(({ state, validFrom, validTo }) => [
    state,
    validFrom,
    validTo,
  ]);
const changesOf = async (id: CustomerId) =>
  (await journalOf(sql, `customer:${id}`)).filter(({ type }) => type === 'consent.changed');

test('what a person agrees to and takes back is told with its proof, in the packet and the journal, and nothing of it is lost', async () => {
  const id = await aCustomer();
  await setConsents(scope, id, [
    marketing('granted', { optInLevel: 'confirmed', jurisdiction: 'DE', proof: 'form v3, mail of 12:00' }),
  ]);
  await setConsents(later(60), id, [marketing('withdrawn', { jurisdiction: 'DE' })]);

  expect(await historyOf(id)).toEqual([
    ['withdrawn', at(60), null],
    ['granted', at(0), at(60)],
  ]);
  expect((await consentsOfPersons(scope, [id]))[0]).toMatchObject([
    {
      ...{ customerId: id, purpose: 'marketing', channel: 'email', jurisdiction: 'DE', state: 'withdrawn' },
      ...{ optInLevel: 'unknown', source: 'form', proof: null, statedByRole: 'admin', recordedAt: at(60) },
    },
  ]);
  const packet = await assembleContext(scope, id);
  expect(packet!.consents).toEqual([
    {
      ...{ purpose: 'marketing', channel: 'email', jurisdiction: 'DE', state: 'withdrawn', optInLevel: 'unknown' },
      ...{ source: 'form', validFrom: expect.stringContaining('2026-11-20T12:01:00') },
    },
  ]);
  expect(new Date(packet!.asOf.consents!)).toEqual(at(60));
  const about = { customerId: id, purpose: 'marketing', channel: 'email', jurisdiction: 'DE' };
  expect((await changesOf(id)).map(({ details }) => details)).toEqual([
    { ...about, state: 'granted' },
    { ...about, state: 'withdrawn' },
  ]);
});

test('the same again changes nothing, with another proof it is another answer', async () => {
  const id = await aCustomer();
  for (const seconds of [0, 5]) await setConsents(later(seconds), id, [marketing('granted', { proof: 'form v3' })]);
  await setConsents(later(7), id, [marketing('granted')]);
  expect(await historyOf(id)).toEqual([['granted', at(0), null]]);
  expect(await changesOf(id)).toHaveLength(1);

  await setConsents(later(9), id, [marketing('granted', { proof: 'form v4' })]);
  expect((await historyOf(id)).length).toBe(2);
});

test('what is told late takes its place in the past, and what is withdrawn now counts whatever clock was ahead', async () => {
  const id = await aCustomer();
  await setConsents(scope, id, [marketing('granted', { occurredAt: at(120) })]);
  await setConsents(scope, id, [marketing('withdrawn')]);
  expect(await statesOf(id)).toEqual(['withdrawn']);

  await setConsents(later(300), id, [marketing('granted', { occurredAt: at(-60) })]);
  expect(await statesOf(id)).toEqual(['withdrawn']);
  expect(await historyOf(id)).toEqual([
    ['withdrawn', new Date(at(120).getTime() + 1), null],
    ['granted', at(120), new Date(at(120).getTime() + 1)],
    ['granted', at(-60), at(120)],
  ]);
});

test('of two members of one person the stricter answer counts; what the person says then counts for both, also when they are parted', async () => {
  const [person, member] = [await aCustomer(), await aCustomer()];
  await setConsents(scope, person, [marketing('granted')]);
  await setConsents(scope, member, [marketing('denied')]);
  await link(member, person);
  expect(await statesOf(person)).toEqual(['denied']);
  expect((await assembleContext(scope, member))!.consents.map(({ state }) => state)).toEqual(['denied']);

  await setConsents(later(10), member, [marketing('granted', { source: 'till' })]);
  expect(await statesOf(person)).toEqual(['granted']);
  await setConsents(later(20), person, [marketing('withdrawn')]);
  await unlink(member);
  expect([await statesOf(person), await statesOf(member)]).toEqual([['withdrawn'], ['withdrawn']]);
});

test('purposes, channels and jurisdictions are answered apart', async () => {
  const id = await aCustomer();
  await setConsents(scope, id, [
    marketing('granted'),
    marketing('denied', { channel: 'sms' }),
    marketing('pending', { jurisdiction: 'US-CA' }),
    { purpose: 'profiling', state: 'denied', source: 'app' },
  ]);
  expect(
    (await consentsOfPersons(scope, [id]))[0]!.map(({ purpose, channel, jurisdiction, state }) =>
      [purpose, channel, jurisdiction, state].join(' '),
    ),
  ).toEqual([
    'marketing email  granted',
    'marketing email US-CA pending',
    'marketing sms  denied',
    'profiling   denied',
  ]);
});

test('a customer answers for themselves, not for others, and does not confirm an address themselves', async () => {
  const [me, other] = [await aCustomer(), await aCustomer()];
  const mine = aScope(database, 'customer', { customerId: me });
  await setConsents(mine, me, [marketing('granted')]);
  expect((await consentsOfPersons(mine, [me, other])).map((all) => all.map(({ optInLevel }) => optInLevel))).toEqual([
    ['single'],
    [],
  ]);
  const refused = (work: Promise<unknown>) => expect(work).rejects;
  await refused(setConsents(mine, other, [marketing('granted')])).toMatchObject({ code: 'NOT_FOUND' });
  await refused(setConsents(mine, me, [marketing('granted', { optInLevel: 'confirmed' })])).toMatchObject({
    ...{ code: 'NOT_ALLOWED', field: ['consents', '0', 'optInLevel'] },
  });
  await refused(setConsents(scope, other, [])).toMatchObject({ code: 'INVALID_INPUT' });
  for (const wrong of [
    { jurisdiction: 'Bavaria' },
    { channel: 'Carrier Pigeon' },
    { source: ' ' },
    { proof: 'x'.repeat(2_001) },
    { occurredAt: at(3_600) },
  ])
    await refused(setConsents(scope, other, [marketing('granted'), marketing('granted', wrong)])).toMatchObject({
      ...{ code: 'INVALID_INPUT', field: ['consents', '1', Object.keys(wrong)[0]] },
    });
  expect(await statesOf(other)).toEqual([]);
  expect(await changesOf(other)).toEqual([]);
});

test('in whatever order answers of a source come, the versions are the same, without gap and overlap', async () => {
  const statements = fc.uniqueArray(
    fc.record({ minute: fc.integer({ min: -50, max: 0 }), state: fc.constantFrom(...CONSENT_STATES) }),
    { selector: ({ minute }) => minute, minLength: 1, maxLength: 5 },
  );
  await fc.assert(
    fc.asyncProperty(statements, fc.infiniteStream(fc.nat()), async (said, dice) => {
      const shuffled = said
        .map((one) => ({ one, place: dice.next().value as number }))
        .sort((a, b) => a.place - b.place)
        .map(({ one }) => one);
      const id = await aCustomer();
      for (const { minute, state } of shuffled)
        await setConsents(scope, id, [marketing(state, { occurredAt: at(minute * 60), proof: String(minute) })]);
      const versions = (await consentHistoriesOfPersons(scope, [id], readPageRequest(50)))[0]!.nodes.toReversed();
      const expected = said.toSorted((a, b) => a.minute - b.minute);
      expect(versions.map(({ state, proof }) => [state, proof])).toEqual(
        expected.map(({ state, minute }) => [state, String(minute)]),
      );
      expect(versions.map(({ validTo }) => validTo)).toEqual([...versions.slice(1).map((one) => one.validFrom), null]);
    }),
    { numRuns: 15 },
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { assembleContext } from '../../../src/services/context/assemble-context.ts';
import { upsertCustomer } from '../../../src/services/customers/upsert-customer.ts';
import { notAgreedToByPersons } from '../../../src/services/privacy/not-agreed-to.ts';
import { consentAllows } from '../../../src/services/privacy/open-to.ts';
import { setConsentRules } from '../../../src/services/privacy/set-consent-rules.ts';
import { setConsents } from '../../../src/services/privacy/set-consents.ts';
import { hiddenIn, visibleClasses } from '../../../src/services/privacy/visible-classes.ts';
import { CONSENT_MODELS, type ConsentRule } from '../../../src/values/consent-rules.ts';
import { CONSENT_STATES, type ConsentState, type Purpose } from '../../../src/values/consents.ts';
import { DATA_CLASS_NAMES, SHOWING_PURPOSES } from '../../../src/values/personal-classes.ts';
import { aScope, aViewer } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database);
const agent = aViewer('agent');

const addressIn = (country: string | null) =>
  country === null ? null : { line1: null, line2: null, postalCode: null, city: null, region: null, country };
let count = 0;
async function aCustomer(where: { country?: string | null; market?: string | null } = {}) {
  const { customerId } = await upsertCustomer(scope, {
    identities: [{ kind: 'email', value: `r${(count += 1)}@example.com` }],
    source: 'shop',
    profile: { market: where.market ?? null, address: addressIn(where.country ?? null) },
  });
  return customerId;
}
const rule = (purpose: Purpose, jurisdiction: string | null, model: ConsentRule['model']): ConsentRule => ({
  ...{ purpose, jurisdiction, model },
});
const set = (...rules: ConsentRule[]) => setConsentRules(scope, { rules });
const say = (id: string, purpose: Purpose, state: ConsentState, but: object = {}) =>
  setConsents(scope, id, [{ purpose, state, source: 'form', ...but }]);
/** As every way of the code says it: the state of a packet, the loader of the graph, the condition in SQL. They agree. */
async function awaitedOf(id: Awaited<ReturnType<typeof aCustomer>>): Promise<Purpose[]> {
  const state = (await assembleContext(scope, id))!;
  const [loaded] = await notAgreedToByPersons(scope, [state.customerId]);
  expect(state.notAgreedTo).toEqual(loaded);
  const hidden = hiddenIn(visibleClasses(agent, state));
  for (const dataClass of DATA_CLASS_NAMES) {
    const [row] = await sql<{ isOpen: boolean }[]>`
      select ${sql.unsafe(consentAllows(dataClass, 'c.id'))} as is_open from customers c where c.id = ${id}`;
    expect([dataClass, !row!.isOpen]).toEqual([dataClass, hidden.has(dataClass)]);
  }
  return state.notAgreedTo;
}

test('who said nothing is shown until a rule asks for an agreement, and from the agreement on', async () => {
  const id = await aCustomer({ country: 'de' });
  expect(await awaitedOf(id)).toEqual([]);
  await set(rule('personalisation', null, 'opt_in'));
  expect(await awaitedOf(id)).toEqual(['personalisation']);
  await say(id, 'personalisation', 'granted');
  expect(await awaitedOf(id)).toEqual([]);
  await set(rule('personalisation', null, 'opt_in'), rule('profiling', 'EU', 'opt_in'));
  expect(await awaitedOf(id)).toEqual(['profiling']);
  await set();
  expect(await awaitedOf(id)).toEqual([]);
});

test('the rule of the country goes before that of the EU, and that before the one for all; of nobody knows where the strictest counts', async () => {
  const ids = {
    german: await aCustomer({ country: 'DE', market: 'US' }),
    finn: await aCustomer({ market: 'fi' }),
    american: await aCustomer({ country: 'US' }),
    nowhere: await aCustomer(),
    written: await aCustomer({ country: 'Germany', market: 'DE' }),
  };
  const awaited = async () => {
    const entries = Object.entries(ids).map(async ([name, id]) => [name, (await awaitedOf(id)).length] as const);
    return Object.fromEntries(await Promise.all(entries));
  };
  await set(rule('profiling', null, 'opt_out'), rule('profiling', 'EU', 'opt_in'), rule('profiling', 'DE', 'opt_out'));
  expect(await awaited()).toEqual({ german: 0, finn: 1, american: 0, nowhere: 1, written: 1 });
  await set(rule('profiling', null, 'opt_in'), rule('profiling', 'US', 'opt_out'));
  expect(await awaited()).toEqual({ german: 1, finn: 1, american: 0, nowhere: 1, written: 1 });
});

test('an agreement under another law, for one channel or taken back opens nothing; one of any customer id of the person does', async () => {
  await set(rule('profiling', null, 'opt_in'));
  const id = await aCustomer({ country: 'FI' });
  await say(id, 'profiling', 'granted', { jurisdiction: 'US' });
  await say(id, 'profiling', 'granted', { channel: 'email' });
  expect(await awaitedOf(id)).toEqual(['profiling']);
  await say(id, 'profiling', 'granted', { jurisdiction: 'EU' });
  expect(await awaitedOf(id)).toEqual([]);
  await say(id, 'profiling', 'withdrawn', { jurisdiction: 'EU' });
  expect(await awaitedOf(id)).toEqual(['profiling']);
  const state = (await assembleContext(scope, id))!;
  expect(visibleClasses(agent, state).find(({ dataClass }) => dataClass === 'traits')).toEqual({
    ...{ dataClass: 'traits', visibility: 'redacted', reason: 'consent_withdrawn', refused: ['profiling'] },
  });
  const [person, member] = [await aCustomer({ country: 'SE' }), await aCustomer()];
  await say(member, 'profiling', 'granted');
  await sql`insert into person_links values (${member}, ${person}, now())`;
  expect(await awaitedOf(person)).toEqual([]);
  expect(await awaitedOf(member)).toEqual([]);
});

test('whatever the rules, where they live and what they said: packets, queries and lists hide the same', async () => {
  const aRule = fc.record({
    purpose: fc.constantFrom(...SHOWING_PURPOSES),
    jurisdiction: fc.constantFrom(null, 'EU', 'DE', 'US'),
    model: fc.constantFrom(...CONSENT_MODELS),
  });
  const anAnswer = fc.record({
    purpose: fc.constantFrom(...SHOWING_PURPOSES),
    jurisdiction: fc.constantFrom(null, 'EU', 'DE', 'US-CA'),
    channel: fc.constantFrom(null, 'email' as const),
    state: fc.constantFrom(...CONSENT_STATES),
  });
  const rules = fc.uniqueArray(aRule, { selector: (one) => `${one.purpose} ${one.jurisdiction}`, maxLength: 6 });
  const world = fc.record({
    rules,
    country: fc.constantFrom(null, 'DE', 'FI', 'US'),
    answers: fc.array(anAnswer, { maxLength: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(world, async ({ rules: wanted, country, answers }) => {
      await set(...wanted);
      const id = await aCustomer({ country });
      for (const { purpose, state, ...but } of answers) await say(id, purpose, state, but);
      const newest = new Map(answers.map((one) => [`${one.purpose} ${one.channel} ${one.jurisdiction}`, one]));
      const expected = SHOWING_PURPOSES.filter((purpose) => {
        const ofPurpose = wanted.filter((one) => one.purpose === purpose);
        const named = (jurisdiction: string | null) => ofPurpose.find((one) => one.jurisdiction === jurisdiction);
        const model =
          country === null
            ? (ofPurpose.find((one) => one.model === 'opt_in')?.model ?? 'opt_out')
            : ((named(country) ?? (country === 'US' ? undefined : named('EU')) ?? named(null))?.model ?? 'opt_out');
        const isAgreed = [...newest.values()].some(
          (one) =>
            one.purpose === purpose &&
            one.state === 'granted' &&
            one.channel === null &&
            (country === null ||
              one.jurisdiction === null ||
              one.jurisdiction.startsWith(country) ||
              (one.jurisdiction === 'EU' && country !== 'US')),
        );
        return model === 'opt_in' && !isAgreed;
      });
      expect(await awaitedOf(id)).toEqual([...expected].sort());
    }),
    { numRuns: 40 },
  );
});

import { expect, test } from 'vitest';

import { aFullShop } from '../support/a-full-shop.ts';
import { asking } from '../support/asking.ts';
import { journalOf } from '../support/journal.ts';
import { aViewer } from '../support/scopes.ts';
import { withDatabase } from '../support/with-database.ts';

const { database, sql } = await withDatabase();
const shop = await aFullShop(await asking(database));

const FIELDS = 'version note setBy setAt rules { purpose jurisdiction model }';
const SET = /* GraphQL */ `
  mutation ($input: ConsentRulesSetInput!, $expectedVersion: Int, $key: String) {
    consentRulesSet(input: $input, expectedVersion: $expectedVersion, idempotencyKey: $key) {
      ruleSet { ${FIELDS} }
      userErrors { code message field }
    }
  }
`;
const admin = aViewer('admin', { principal: 'key_admin' });
async function set(input: object, more: object = {}) {
  const { data } = await shop.ask(admin, SET, { input, ...more });
  return data!['consentRulesSet'] as unknown as {
    ruleSet: { version: number; rules: object[] } | null;
    userErrors: { code: string; field: string[] }[];
  };
}
const read = async (version?: number) =>
  (await shop.ask(admin, `query ($version: Int) { consentRules(version: $version) { ${FIELDS} } }`, { version })).data![
    'consentRules'
  ] as unknown;
const optIn = (purpose: string, jurisdiction?: string) => ({ purpose, jurisdiction, model: 'OPT_IN' });

test('rules are set under a new version, with who and why; the one before stays, and the journal says so', async () => {
  expect(await read()).toEqual({ version: 0, note: null, setBy: null, setAt: null, rules: [] });
  const first = await set({ rules: [optIn('PROFILING', 'EU')], note: 'GDPR 22' }, { key: 'one' });
  expect(first).toMatchObject({
    ruleSet: {
      ...{ version: 1, note: 'GDPR 22', setBy: 'key_admin' },
      rules: [{ purpose: 'PROFILING', jurisdiction: 'EU', model: 'OPT_IN' }],
    },
    userErrors: [],
  });
  // The same again is the same act.
  expect(await set({ rules: [optIn('PROFILING', 'EU')], note: 'GDPR 22' }, { key: 'one' })).toEqual(first);
  await set({ rules: [] }, { expectedVersion: 1 });
  expect(await read()).toMatchObject({ version: 2, rules: [] });
  expect(await read(1)).toEqual(first.ruleSet);
  expect(await read(0)).toMatchObject({ version: 0, rules: [] });
  expect(await read(3)).toBeNull();
  expect((await journalOf(sql, 'consent-rules')).map(({ type, details }) => [type, details])).toEqual([
    ['consent.rules_changed', { version: 1 }],
    ['consent.rules_changed', { version: 2 }],
  ]);
});

test.each([
  ['a purpose for which nothing is hidden', [optIn('MARKETING')], ['input', 'rules', '0', 'purpose']],
  ['no country', [optIn('PROFILING', 'Germany')], ['input', 'rules', '0', 'jurisdiction']],
  ['a region', [optIn('PROFILING', 'US-CA')], ['input', 'rules', '0', 'jurisdiction']],
  ['the same twice', [optIn('PROFILING'), optIn('PROFILING')], ['input', 'rules', '1', 'purpose']],
])('%s is refused, and nothing has changed', async (_what, rules, field) => {
  const before = await read();
  expect(await set({ rules })).toMatchObject({ ruleSet: null, userErrors: [{ code: 'INVALID_INPUT', field }] });
  expect(await read()).toEqual(before);
});

test('whoever decided on another version is refused, and so is who may not', async () => {
  const before = await read();
  expect(await set({ rules: [] }, { expectedVersion: 0 })).toMatchObject({
    userErrors: [{ code: 'CONFLICT', field: ['expectedVersion'] }],
  });
  for (const [role, document] of [
    ['supervisor', SET],
    ['agent', '{ consentRules { version } }'],
    ['customer', '{ consentRules { version } }'],
  ] as const) {
    const { errors } = await shop.ask(aViewer(role), document, { input: { rules: [] } });
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  }
  expect(await read()).toEqual(before);
});

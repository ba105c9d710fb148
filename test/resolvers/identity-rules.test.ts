import { expect, test } from 'vitest';

import { aFullShop } from '../support/a-full-shop.ts';
import { asking } from '../support/asking.ts';
import { aViewer } from '../support/scopes.ts';
import { withDatabase } from '../support/with-database.ts';

const { database, sql } = await withDatabase();
const shop = await aFullShop(await asking(database));
const supervisor = aViewer('supervisor', { principal: 'key_supervisor' });

const SET = /* GraphQL */ `
  mutation ($input: IdentityRulesSetInput!, $expectedVersion: Int) {
    identityRulesSet(input: $input, expectedVersion: $expectedVersion) {
      ruleSet {
        version
        note
        setBy
        rules {
          kind
          priority
          staleAfterDays
          personsPerValue {
            most
            withinDays
          }
          blockedValues
        }
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`;
interface RuleSet {
  version: number;
  note: string | null;
  setBy: string | null;
  rules: { kind: string; priority: number; staleAfterDays: number | null; blockedValues: string[] }[];
}
interface Answer {
  ruleSet: RuleSet | null;
  userErrors: { code: string; message: string; field: string[] }[];
}
async function set(input: object, expectedVersion: number | null = null): Promise<Answer> {
  const { data } = await shop.ask(supervisor, SET, { input, expectedVersion });
  return data!['identityRulesSet'] as unknown as Answer;
}
async function current(): Promise<RuleSet> {
  const { data } = await shop.ask(
    supervisor,
    '{ identityRules { version note setBy rules { kind priority staleAfterDays blockedValues } } }',
  );
  return data!['identityRules'] as unknown as RuleSet;
}

test('a supervisor changes the rules of a kind under a new version; the others stay, and so does the version before', async () => {
  const shipped = await current();
  const changed = await set(
    {
      note: 'The switchboard',
      rules: [
        {
          ...{ kind: 'PHONE', staleAfterDays: null, blockedValues: [' +35891234567 ', 'N/A'] },
          personsPerValue: { most: 3, withinDays: 90 },
        },
      ],
    },
    0,
  );

  expect(shipped).toMatchObject({ version: 0, note: null, setBy: null });
  expect(shipped.rules.map(({ kind }) => kind)).toEqual([
    ...['LOYALTY_ID', 'EXTERNAL_ID', 'EMAIL', 'PHONE', 'SOCIAL_HANDLE', 'VISITOR_ID'],
  ]);
  expect(changed).toMatchObject({
    userErrors: [],
    ruleSet: { version: 1, note: 'The switchboard', setBy: 'key_supervisor' },
  });
  expect(changed.ruleSet!.rules.find(({ kind }) => kind === 'PHONE')).toEqual({
    ...{ kind: 'PHONE', priority: 50, staleAfterDays: null, personsPerValue: { most: 3, withinDays: 90 } },
    blockedValues: ['+35891234567', 'n/a'],
  });
  expect((await current()).rules.filter(({ kind }) => kind !== 'PHONE')).toEqual(
    shipped.rules.filter(({ kind }) => kind !== 'PHONE'),
  );
  const { data } = await shop.ask(
    supervisor,
    '{ identityRules(version: 0) { version } none: identityRules(version: 99) { version } }',
  );
  expect(data).toEqual({ identityRules: { version: 0 }, none: null });
});

test.each<[string, object, string[], RegExp]>([
  ['no rules', { rules: [] }, ['input', 'rules'], /1 to 6 kinds/],
  ['a kind twice', { rules: [{ kind: 'EMAIL' }, { kind: 'EMAIL' }] }, ['input', 'rules', '1', 'kind'], /one rule/],
  ['no priority', { rules: [{ kind: 'EMAIL', priority: 0 }] }, ['input', 'rules', '0', 'priority'], /1 to 1000/],
  [
    'the same priority',
    { rules: [{ kind: 'EMAIL', priority: 50 }] },
    ['input', 'rules', '0', 'priority'],
    /same priority/,
  ],
  [
    'a weak kind above a strong one',
    {
      rules: [
        { kind: 'PHONE', priority: 40, isStrong: false },
        { kind: 'EMAIL', priority: 95 },
        { kind: 'SOCIAL_HANDLE', priority: 30 },
      ],
    },
    ['input', 'rules', '1', 'priority'],
    /strong kind has a higher priority/,
  ],
  [
    'a limit of none',
    { rules: [{ kind: 'PHONE', valuesPerPerson: { most: 0 } }] },
    ['input', 'rules', '0', 'valuesPerPerson', 'most'],
    /1 to 10000/,
  ],
  [
    'a limit within no time',
    { rules: [{ kind: 'PHONE', personsPerValue: { most: 1, withinDays: 0 } }] },
    ['input', 'rules', '0', 'personsPerValue', 'withinDays'],
    /1 to 36500/,
  ],
  [
    'a time that is none',
    { rules: [{ kind: 'PHONE', staleAfterDays: -1 }] },
    ['input', 'rules', '0', 'staleAfterDays'],
    /1 to 36500/,
  ],
  [
    'everything blocked',
    { rules: [{ kind: 'PHONE', blockedValues: ['x', ' ** '] }] },
    ['input', 'rules', '0', 'blockedValues', '1'],
    /block every value/,
  ],
  [
    'a pattern of stars',
    { rules: [{ kind: 'PHONE', blockedValues: ['*a*b*c*'] }] },
    ['input', 'rules', '0', 'blockedValues', '0'],
    /three/,
  ],
  ['a long note', { note: 'x'.repeat(501), rules: [{ kind: 'PHONE' }] }, ['input', 'note'], /500/],
])('%s is refused with the field at fault, and the rules stay', async (_, input, field, message) => {
  const before = await current();

  const { ruleSet, userErrors } = await set(input);

  expect(ruleSet).toBeNull();
  expect(userErrors).toEqual([{ code: 'INVALID_INPUT', field, message: expect.stringMatching(message) }]);
  expect(await current()).toEqual(before);
});

test('two who change the rules at once on the same version: one does, the other is told', async () => {
  const { version } = await current();
  const rules = [{ kind: 'VISITOR_ID', blocksRepeated: false }];

  const done = await Promise.all([set({ rules }, version), set({ rules }, version)]);

  expect(done.map(({ ruleSet }) => ruleSet?.version ?? null).toSorted()).toEqual([version + 1, null].toSorted());
  expect(done.flatMap(({ userErrors }) => userErrors)).toMatchObject([
    { code: 'CONFLICT', field: ['expectedVersion'] },
  ]);
  expect((await current()).version).toBe(version + 1);
});

test('an agent reads the rules and what was dropped, and changes nothing; a customer sees neither', async () => {
  const agent = aViewer('agent', { principal: 'key_agent' });
  const anna = await shop.aShopper('anna');
  const customer = aViewer('customer', { principal: 'key_anna', customerId: anna.customerId });
  await shop.act('customerUpsert', {
    input: {
      identities: [
        { kind: 'EMAIL', value: anna.email },
        { kind: 'PHONE', value: 'call me' },
      ],
      source: 'crm',
    },
  });

  const dropped =
    '{ customer(id: "' + anna.customerId + '") { droppedIdentities { kind value reason source rulesVersion } } }';
  const { data } = await shop.ask(agent, dropped);
  const { version } = await current();
  expect(data!['customer']).toEqual({
    droppedIdentities: [{ kind: 'PHONE', value: 'call me', reason: 'MALFORMED', source: 'crm', rulesVersion: version }],
  });
  for (const [viewer, document] of [
    [agent, 'mutation { identityRulesSet(input: { rules: [{ kind: EMAIL }] }) { userErrors { code } } }'],
    [agent, '{ identityRulesRehearsal(rules: [{ kind: EMAIL }]) { examined } }'],
    [customer, '{ identityRules { version } }'],
    [customer, dropped],
  ] as const)
    expect((await shop.ask(viewer, document)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  expect((await current()).version).toBe(version);
});

test('a rehearsal says what changed rules would merge and part, and changes nothing', async () => {
  const record = (identities: object[]) => shop.act('customerUpsert', { input: { identities, source: 'crm' } });
  const id = (kind: string, value: string, verified = false) => ({ kind, value, verified });
  const first = await record([id('LOYALTY_ID', 'R-1'), id('EMAIL', 'rehearsed@example.com')]);
  const second = await record([id('LOYALTY_ID', 'R-2'), id('EMAIL', 'rehearsed@example.com', true)]);
  const third = await record([id('EMAIL', 'office@example.com'), id('PHONE', '+358409990001')]);
  const counted = () =>
    sql`select (select count(*) from identities) as identities, (select count(*) from person_links) as links,
      (select count(*) from identity_rule_sets) as sets`;
  const before = await counted();
  const rehearse = async (rules: string) => {
    const { data, errors } = await shop.ask(
      supervisor,
      `{ identityRulesRehearsal(rules: ${rules}) { rulesVersion examined merges parts drops takes endCursor
          changes { kind personId otherPersonId identityKind reason } } }`,
    );
    expect(errors).toBeUndefined();
    return data!['identityRulesRehearsal'] as unknown as { changes: object[]; examined: number };
  };

  const same = await rehearse('[{ kind: EMAIL }]');
  const loose = await rehearse('[{ kind: LOYALTY_ID, valuesPerPerson: { most: 5 } }]');
  const strict = await rehearse('[{ kind: EMAIL, blockedValues: ["office@*"] }]');

  expect(same).toMatchObject({ merges: 0, parts: 0, drops: 0, takes: 0, changes: [], endCursor: null });
  expect(loose).toMatchObject({ merges: 1, parts: 0, drops: 0 });
  expect(loose.changes).toEqual([
    {
      ...{ kind: 'MERGE', personId: second.customer.id, otherPersonId: first.customer.id },
      ...{ identityKind: 'EMAIL', reason: 'CONFLICT' },
    },
  ]);
  expect(strict).toMatchObject({ merges: 0, drops: 1 });
  expect(strict.changes).toEqual([
    {
      ...{ kind: 'DROP', personId: third.customer.id, otherPersonId: null },
      ...{ identityKind: 'EMAIL', reason: 'BLOCKED' },
    },
  ]);
  expect(await counted()).toEqual(before);
});

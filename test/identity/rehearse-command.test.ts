import { describe, expect, test } from 'vitest';

import { identityCommand } from '../../src/identity/identity-command.ts';
import { upsertCustomer } from '../../src/services/customers/upsert-customer.ts';
import { aFolder } from '../support/importing.ts';
import { aScope } from '../support/scopes.ts';
import { withDatabase } from '../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database, 'admin');

async function rehearse(rules: string, ...args: string[]) {
  const [stdout, stderr] = [[] as string[], [] as string[]];
  const code = await identityCommand(['rehearse', 'rules.json', ...args], {
    workingDir: aFolder({ 'rules.json': rules }),
    stdout: { write: (text) => stdout.push(text) },
    stderr: { write: (text) => stderr.push(text) },
    peakMemoryBytes: () => 5_000_000,
    thresholds: { propose: 0.5, merge: 0.95 },
    enter: () => Promise.resolve({ database, leave: () => Promise.resolve() }),
  });
  return { code, stdout: stdout.join(''), stderr: stderr.join('') };
}

test('changed rules are told by what they would do with who is stored, and nothing changes', async () => {
  const person = (value: string) =>
    upsertCustomer(scope, {
      identities: [
        { kind: 'email', value },
        { kind: 'phone', value: '+358451000000' },
      ],
      source: 'shop',
      occurredAt: scope.now,
    });
  const { personId } = await person('one@example.com');
  await person('two@example.com');
  const [before] = await sql`select count(*)::int as count from events`;
  const rules = '[{ "kind": "PHONE", "blockedValues": ["+358451000000"] }]';

  const told = await rehearse(rules);
  const line = await rehearse(rules, '--json');

  expect(told.stdout).toMatch(/^\d persons examined, compared with version 0 of the rules\n/);
  expect(told.stdout).toContain(`${personId} would not have phone (blocked)\n`);
  expect(JSON.parse(line.stdout)).toMatchObject({ rulesVersion: 0, examined: 2, merges: 0, parts: 0, drops: 1 });
  expect([told.code, line.code]).toEqual([0, 0]);
  expect(await sql`select 1 from identity_rule_sets`).toHaveLength(0);
  expect(await sql`select count(*)::int as count from events`).toEqual([before]);
});

describe('what is wrong with the file is said in a sentence', () => {
  test.each([
    ['', 'The file is no JSON'],
    ['{ "kind": "PHONE" }', 'The file needs a list of rules'],
    ['[]', 'The file needs a list of rules'],
    ['["PHONE"]', 'rule 1: A rule is an object'],
    ['{ "rules": [{ "kind": "FAX" }] }', 'rule 1: `kind` is one of EMAIL, PHONE, LOYALTY_ID, '],
    ['[{ "kind": "PHONE" }, { "kind": "EMAIL", "prio": 3 }]', 'rule 2: There is no field prio. Fields are kind,'],
    ['[{ "kind": "PHONE", "priority": "high" }]', 'rule 1: `priority` is a whole number.'],
    ['[{ "kind": "PHONE", "personsPerValue": 3 }]', 'rule 1: `personsPerValue` is a limit'],
    ['[{ "kind": "PHONE", "blockedValues": [1] }]', 'rule 1: `blockedValues` is a list of texts.'],
    ['[{ "kind": "PHONE", "priority": 60 }]', 'email and phone have the same priority'],
    ['[{ "kind": "PHONE", "personsPerValue": { "most": 0 } }]', '0.personsPerValue.most: '],
  ])('%s', async (rules, sentence) => {
    const { code, stdout, stderr } = await rehearse(rules);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain('failed');
    expect([code, stdout]).toEqual([1, '']);
  });
});

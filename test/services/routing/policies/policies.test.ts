import { expect, test } from 'vitest';

import { activatePolicy } from '../../../../src/services/routing/policies/activate-policy.ts';
import { createPolicy } from '../../../../src/services/routing/policies/create-policy.ts';
import { policiesInForce } from '../../../../src/services/routing/policies/policies-in-force.ts';
import { readActivePolicy } from '../../../../src/services/routing/policies/read-active-policy.ts';
import {
  listPolicies,
  policiesByIds,
  policyByVersion,
} from '../../../../src/services/routing/policies/read-policies.ts';
import { rollBackPolicy } from '../../../../src/services/routing/policies/roll-back-policy.ts';
import { bucketOf } from '../../../../src/services/routing/policies/trial.ts';
import { AccessDenied } from '../../../../src/values/access-denied.ts';
import type { CustomerId } from '../../../../src/values/ids.ts';
import type { Refusal } from '../../../../src/values/refusal.ts';
import { Refusals } from '../../../../src/values/refusals.ts';
import { countStatements } from '../../../support/count-statements.ts';
import { journalOf } from '../../../support/journal.ts';
import { aScope } from '../../../support/scopes.ts';
import { tableDigests } from '../../../support/table-digests.ts';
import { withDatabase } from '../../../support/with-database.ts';

const { database, sql } = await withDatabase();
const START = Date.parse('2026-11-20T12:00:00.000Z');
let minute = 0;
/** Each act a minute after the one before. */
const admin = () => aScope(database, 'admin', { now: new Date(START + (minute += 1) * 60_000) });
const ahead = (minutes: number) => aScope(database, 'admin', { now: new Date(START + (minute + minutes) * 60_000) });

async function aPolicy(document: object): Promise<number> {
  const scope = admin();
  const id = await createPolicy(scope, { document: JSON.stringify(document), note: 'Why' });
  return (await policiesByIds(scope, [id]))[0]!.version;
}
const refused = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) =>
      (error instanceof Refusals ? error.all : [error as Refusal]).map(
        ({ code, field, message }) => `${code} ${field?.join('.') ?? ''}: ${message}`,
      ),
  );
const holds = async (scope = ahead(0)) => {
  const { version, policy } = await readActivePolicy(scope);
  return [version, policy.name];
};
const stateOf = async (version: number, scope = ahead(0)) => (await policyByVersion(scope, version))?.state;

test('until a shop says otherwise the policy that Punos brings holds, as version 1', async () => {
  expect(await holds()).toEqual([1, 'default']);
  expect(await policyByVersion(ahead(0), null)).toMatchObject({ version: 1, state: 'active', createdAt: null });
  expect(await listPolicies(ahead(0), { first: 10, after: null })).toMatchObject({ nodes: [] });
  expect(await refused(rollBackPolicy(admin()))).toEqual([
    'NOTHING_TO_ROLL_BACK : The policy that Punos brings holds: nothing came before it.',
  ]);
});

test('a document is kept as it was written and holds for nobody; a wrong one is refused with every place', async () => {
  const document = '{ "name":  "mine", "declineSeconds": 30 }';
  const id = await createPolicy(admin(), { document, note: ' A try ' });

  const [kept] = await policiesByIds(ahead(0), [id]);
  expect(kept).toMatchObject({ version: 2, name: 'mine', document, state: 'draft', createdBy: 'system:test-admin' });
  expect(await holds()).toEqual([1, 'default']);
  expect((await journalOf(sql, 'routing-policies')).at(-1)).toMatchObject({
    type: 'routing.policy_created',
    details: { policyId: id, version: 2 },
  });

  const before = await tableDigests(sql);
  expect(await refused(createPolicy(admin(), { document: '{"name": 1, "stepps": []}' }))).toEqual([
    'INVALID_INPUT input.document.name: This must be a text, and is 1.',
    'INVALID_INPUT input.document.stepps: There is no "stepps" here. Did you mean `steps`?',
  ]);
  expect((await refused(createPolicy(admin(), { document: '{"name": ' })))![0]).toMatch(
    /^INVALID_INPUT input\.document: This is no JSON: /,
  );
  expect(await tableDigests(sql)).toEqual(before);
});

test('supervisors read policies, only admins write them, agents do neither', async () => {
  const supervisor = aScope(database, 'supervisor');
  expect((await policyByVersion(supervisor, 1))?.version).toBe(1);
  await expect(createPolicy(supervisor, { document: '{}' })).rejects.toThrow(AccessDenied);
  await expect(policyByVersion(aScope(database, 'agent'), 1)).rejects.toThrow(AccessDenied);
});

test('what is activated holds from its moment on, without anything being done then, and is rolled back step by step', async () => {
  const one = await aPolicy({ name: 'one' });
  const two = await aPolicy({ name: 'two' });

  await activatePolicy(admin(), { version: one });
  expect(await holds()).toEqual([one, 'one']);
  const at = new Date(START + (minute + 60) * 60_000);
  await activatePolicy(admin(), { version: two, at });
  expect([await stateOf(one), await stateOf(two)]).toEqual(['active', 'scheduled']);
  expect(await holds(aScope(database, 'admin', { now: new Date(at.getTime() - 1) }))).toEqual([one, 'one']);
  expect(await holds(aScope(database, 'admin', { now: at }))).toEqual([two, 'two']);

  minute += 60;
  expect([await stateOf(one), await stateOf(two)]).toEqual(['retired', 'active']);
  expect(await rollBackPolicy(admin(), { expectedVersion: two })).toBe(one);
  expect(await holds()).toEqual([one, 'one']);
  expect(await rollBackPolicy(admin())).toBe(1);
  expect(await holds()).toEqual([1, 'default']);
  expect(await refused(rollBackPolicy(admin()))).toHaveLength(1);
  expect(
    (await journalOf(sql, 'routing-policies')).slice(-2).map(({ type, details }) => [type, details['version']]),
  ).toEqual([
    ['routing.policy_rolled_back', one],
    ['routing.policy_rolled_back', 1],
  ]);
});

test('a roll-back takes back what was to begin later', async () => {
  const next = await aPolicy({ name: 'next' });
  await activatePolicy(admin(), { version: next, at: new Date(START + (minute + 30) * 60_000) });

  expect(await rollBackPolicy(admin())).toBe(1);
  expect(await stateOf(next)).toBe('draft');
  expect(await holds(ahead(60))).toEqual([1, 'default']);
});

test('a trial holds for its segment without the control group, and its end changes nothing for the others', async () => {
  const tried = await aPolicy({
    name: 'tried',
    queues: [{ name: 'gold', when: [{ signal: 'segment', is: ['gold'] }] }, { name: 'everybody' }],
    serviceLevels: [{ name: 'finns', firstResponseSeconds: 60 }],
  });
  const segment = JSON.stringify([{ signal: 'market', is: ['fi'] }]);
  await activatePolicy(admin(), { version: tried, segment, controlPercent: 30 });

  expect(await stateOf(tried)).toBe('trial');
  const { policyFor, signalNames } = await policiesInForce(ahead(0));
  const persons = Array.from({ length: 2_000 }, (_, n) => `cus_${n}` as CustomerId);
  const versionOf = (personId: CustomerId, market: string) => policyFor({ personId, signals: { market } }).version;
  const share = persons.filter((id) => versionOf(id, 'fi') === tried).length / persons.length;
  expect(share).toBeGreaterThan(0.66);
  expect(share).toBeLessThan(0.74);
  expect(persons.some((id) => versionOf(id, 'se') !== 1)).toBe(false);
  expect(new Set(signalNames)).toEqual(new Set(['market', 'bucket']));

  const { version, policy } = await readActivePolicy(ahead(0));
  expect([version, policy.name]).toEqual([1, 'default']);
  expect(policy.queues.map(({ name, policyVersion }) => [name, policyVersion])).toEqual([
    ['gold', tried],
    [`everybody (version ${tried})`, tried],
    ['everybody', undefined],
  ]);
  const inTrial = persons.filter((id) => versionOf(id, 'fi') === tried).map(bucketOf);
  expect(policy.queues[0]!.when[1]).toMatchObject({ signal: 'bucket' });
  expect(inTrial.every((bucket) => policy.queues[0]!.when[1]!.is!.includes(bucket))).toBe(true);

  expect(await rollBackPolicy(admin())).toBe(1);
  expect(await stateOf(tried)).toBe('retired');
  expect((await readActivePolicy(ahead(0))).policy.queues).toHaveLength(1);
});

test('what cannot be activated is refused, and changes nothing', async () => {
  const version = await aPolicy({ name: 'mine' });
  const before = await tableDigests(sql);

  for (const [wish, fault] of [
    [{ version: 4_711 }, 'NOT_FOUND input.version: There is no such version of the routing policy.'],
    [
      { version, at: new Date(START) },
      'INVALID_INPUT input.at: `at` must lie ahead, 366 days at most. Leave it out for now.',
    ],
    [
      { version, controlPercent: 10 },
      'INVALID_INPUT input.controlPercent: A control group is of a segment. Name the `segment`, too.',
    ],
    [{ version, segment: '[]' }, 'INVALID_INPUT input.segment: This must have at least 1, and has 0.'],
    [
      { version, segment: '[{"signal": "market", "ist": ["fi"]}]' },
      'INVALID_INPUT input.segment.0.ist: There is no "ist" here. Did you mean `is`?',
    ],
    [
      { version, segment: '[{"signal": "market", "is": ["fi"]}]', controlPercent: 100 },
      'INVALID_INPUT input.controlPercent: A control group is 0 to 99 percent.',
    ],
    [
      { version: 1, segment: '[{"signal": "market", "is": ["fi"]}]' },
      'INVALID_INPUT input.version: This version holds for everybody: there is nothing to try.',
    ],
    [{ version, expectedVersion: 7 }, 'CONFLICT input.expectedVersion: Version 1 holds by now. Read it, then decide.'],
  ] as const)
    expect(await refused(Promise.resolve().then(() => activatePolicy(admin(), wish)))).toEqual([fault]);
  expect(await tableDigests(sql)).toEqual(before);
});

test('two who write at once get two versions, and reading what holds is one statement', async () => {
  const scope = admin();
  const ids = await Promise.all([1, 2, 3].map((n) => createPolicy(scope, { document: `{"name": "n${n}"}` })));
  const versions = (await policiesByIds(scope, ids)).map((policy) => policy!.version).sort((a, b) => a - b);
  expect(versions).toEqual([versions[0], versions[0]! + 1, versions[0]! + 2]);

  await activatePolicy(admin(), { version: versions[0]! });
  await readActivePolicy(ahead(0));
  const counted = countStatements(database);
  const known = await readActivePolicy({ ...ahead(0), db: counted.database });
  expect(counted.count()).toBe(1);
  expect((await readActivePolicy(ahead(1))).policy).toBe(known.policy);
});

import { expect, test } from 'vitest';

import { ensureAgent } from '../../../../src/services/conversations/ensure-agent.ts';
import {
  listReviewsDue,
  listSkills,
  skillsByIds,
  versionsOfSkills,
} from '../../../../src/services/conversations/skills/read-skills.ts';
import { reviewSkill } from '../../../../src/services/conversations/skills/review-skill.ts';
import { upsertSkill } from '../../../../src/services/conversations/skills/upsert-skill.ts';
import type { Scope } from '../../../../src/services/scope.ts';
import { rowCounts } from '../../../support/journal.ts';
import { aScope } from '../../../support/scopes.ts';
import { withDatabase } from '../../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database, 'admin', { principal: 'key_lead' });
const on = (day: string): Scope => ({ ...scope, now: new Date(`${day}T12:00:00.000Z`) });
let count = 0;

const anAgent = (skills: Record<string, number>, in_ = scope) =>
  ensureAgent(in_, { externalId: `a${(count += 1)}`, name: 'A', capacity: 1, skills });
const skillCalled = async (name: string) => {
  const { nodes } = await listSkills(scope, {}, { first: 100, after: null });
  return nodes.find(({ skill }) => skill === name);
};
const dueAt = async (in_: Scope) =>
  (await listReviewsDue(in_, { first: 100, after: null })).nodes.map(({ skill }) => skill);

test('a skill has its versions: who said what of it, and what changes nothing makes none', async () => {
  const id = await upsertSkill(on('2026-11-01'), { skill: 'area:lamps', label: 'Lamps', owner: 'Light team' });
  expect(await upsertSkill(on('2026-11-02'), { skill: 'area:lamps', label: 'Lamps' })).toBe(id);
  await upsertSkill(on('2026-11-03'), { skill: 'area:lamps', description: '5: knows every wire', owner: null });
  await reviewSkill(on('2026-11-20'), id, 'Still sold');

  const [page] = await versionsOfSkills(scope, [id], { first: 10, after: null });
  expect(page!.nodes.map(({ skillId: _, at, ...rest }) => ({ ...rest, on: at.toISOString().slice(0, 10) }))).toEqual([
    ...[
      {
        version: 3,
        act: 'reviewed',
        label: 'Lamps',
        description: '5: knows every wire',
        owner: null,
        note: 'Still sold',
        by: 'key_lead',
        on: '2026-11-20',
      },
    ],
    ...[
      {
        version: 2,
        act: 'changed',
        label: 'Lamps',
        description: '5: knows every wire',
        owner: null,
        note: null,
        by: 'key_lead',
        on: '2026-11-03',
      },
    ],
    ...[
      {
        version: 1,
        act: 'recorded',
        label: 'Lamps',
        description: null,
        owner: 'Light team',
        note: null,
        by: 'key_lead',
        on: '2026-11-01',
      },
    ],
  ]);
  expect(await skillsByIds(scope, [id, 'skl_none'])).toEqual([
    expect.objectContaining({ class: 'area', version: 3, owner: null, reviewedAt: on('2026-11-20').now }),
    null,
  ]);
});

test('a review is due a month after the last one, by the calendar', async () => {
  const id = await upsertSkill(on('2026-01-31'), { skill: 'topic:warranty' });

  expect(await dueAt(on('2026-02-27'))).not.toContain('topic:warranty');
  expect(await dueAt(on('2026-02-28'))).toContain('topic:warranty');
  await reviewSkill(on('2026-03-02'), id);
  expect(await dueAt(on('2026-04-01'))).not.toContain('topic:warranty');
  expect(await dueAt(on('2026-04-02'))).toContain('topic:warranty');
});

test('a skill that an agent brings comes onto the map once, without an owner and due for review', async () => {
  await Promise.all([
    anAgent({ 'language:et': 5, 'area:shoes': 2 }),
    anAgent({ 'area:shoes': 4, 'language:et': 1 }),
    anAgent({ 'language:et': 3 }),
  ]);

  expect(await skillCalled('area:shoes')).toMatchObject({ class: 'area', owner: null, version: 1, reviewedAt: null });
  const rows =
    await sql`select s.skill, count(*)::int as versions from skills s join skill_versions v on v.skill_id = s.id
    where s.skill in ('language:et', 'area:shoes') group by s.skill order by s.skill`;
  expect([...rows]).toEqual([
    { skill: 'area:shoes', versions: 1 },
    { skill: 'language:et', versions: 1 },
  ]);
  expect(await dueAt(scope)).toEqual(expect.arrayContaining(['area:shoes', 'language:et']));
});

test.each([
  ['produkt:shoes', 'there is no class `produkt`'],
  ['languge:fi', 'Did you mean `language:fi`?'],
  ['language:Finnish', 'would fit no conversation'],
  ['language:FI', 'would fit no conversation'],
  ['shoes', 'A skill is `class:name`'],
  ['constructor:x', 'there is no class `constructor`'],
])('%s is refused, for an agent and on the map, and nothing changes', async (skill, words) => {
  const before = await rowCounts(sql);

  const refused = { code: 'INVALID_INPUT', message: expect.stringContaining(words) };
  await expect(async () => anAgent({ [skill]: 3 })).rejects.toMatchObject({ ...refused, field: ['input', 'skills'] });
  await expect(async () => upsertSkill(scope, { skill })).rejects.toMatchObject({
    ...refused,
    field: ['input', 'skill'],
  });

  expect(await rowCounts(sql)).toEqual(before);
});

test('a review of what is not there is refused, and a bot changes no map', async () => {
  const bot = aScope(database, 'bot');

  await expect(reviewSkill(scope, 'skl_none')).rejects.toMatchObject({ code: 'NOT_FOUND', field: ['id'] });
  await expect(async () => upsertSkill(bot, { skill: 'topic:spam' })).rejects.toThrow('agents:write');
  expect(await skillCalled('topic:spam')).toBeUndefined();
});

import { fastify } from 'fastify';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { checkBySchema } from '../../../../src/services/routing/core/check-by-schema.ts';
import { DEFAULT_POLICY_DOCUMENT } from '../../../../src/services/routing/core/default-policy.ts';
import { POLICY_SCHEMA } from '../../../../src/services/routing/core/policy-schema.ts';
import { readPolicy } from '../../../../src/services/routing/core/read-policy.ts';
import { offerTerms } from '../../../../src/services/routing/core/routing-policy.ts';

const faultsOf = (document: unknown) =>
  readPolicy(document).faults.map(({ path, sentence }) => `${path.join('.')}: ${sentence}`);

test('the published schema is the one that documents are checked by', async () => {
  await expect(`${JSON.stringify(POLICY_SCHEMA, null, 2)}\n`).toMatchFileSnapshot(
    '../../../../docs/routing-policy.schema.json',
  );
});

test('a document that says nothing is the default policy', () => {
  const { policy } = readPolicy({});

  expect(policy).toEqual(readPolicy(DEFAULT_POLICY_DOCUMENT).policy);
  expect(policy!.queues).toHaveLength(1);
  expect(policy!.queues[0]!.steps[1]).toEqual({
    name: 'who speaks the language',
    afterSeconds: 30,
    pinTo: null,
    lower: [],
    drop: ['topic', 'area'],
    addTeams: [],
    anyTeam: false,
    raisePriorityMinutes: 0,
    overflowTo: [],
    escalate: false,
    offerCallback: false,
  });
});

test('what is said of a channel or a weight leaves the others as they are', () => {
  const { policy } = readPolicy({ capacity: { channels: { sms: { weight: 0.5 } } }, weights: { continuity: 40 } });

  expect(policy!.capacity.channels).toMatchObject({
    voice: { weight: 'all', yields: false },
    sms: { weight: 0.5, yields: false },
  });
  expect(policy!.weights).toMatchObject({ skillFit: 60, continuity: 40 });
});

test('terms of offers hold for every channel that has none of its own', () => {
  const { policy } = readPolicy({ offers: { wrapUpSeconds: 30, channels: { voice: { acceptSeconds: 20 } } } });

  expect(offerTerms(policy!, 'voice')).toEqual({ acceptSeconds: 20, wrapUpSeconds: 30 });
  expect(offerTerms(policy!, 'email')).toMatchObject({ acceptSeconds: 0, wrapUpSeconds: 30 });
  expect(faultsOf({ offers: { acceptSeconds: -1 } })).toEqual([
    'offers.acceptSeconds: This must be from 0 to 3600, and is -1.',
  ]);
});

describe('what is wrong is said with its place', () => {
  test.each([
    ['a list', [], ': This must be an object, and is a list.'],
    ['nothing', null, ': This must be an object, and is null.'],
    [
      'a word that is mistyped',
      { queues: [{ name: 'all', step: [] }] },
      'queues.0.step: There is no "step" here. Did you mean `steps`?',
    ],
    [
      'hours that overlap over midnight and over the week’s end',
      {
        calendars: {
          night: {
            timeZone: 'Europe/Helsinki',
            weekly: [
              { days: ['sunday'], opensAt: '22:00', closesAt: '06:00' },
              { days: ['monday'], opensAt: '05:00', closesAt: '12:00' },
            ],
          },
        },
      },
      'calendars.night.weekly.1: These hours overlap others, on monday.',
    ],
    [
      'a place that is none',
      {
        calendars: {
          a: { timeZone: 'Mars/Base', weekly: [{ days: ['monday'], opensAt: '09:00', closesAt: '17:00' }] },
        },
      },
      'calendars.a.timeZone: A time zone is a name of the IANA, for example Europe/Helsinki.',
    ],
    [
      'a date that is none',
      {
        calendars: {
          a: {
            timeZone: 'UTC',
            weekly: [{ days: ['monday'], opensAt: '09:00', closesAt: '24:00' }],
            holidays: ['2026-02-30'],
          },
        },
      },
      'calendars.a.holidays.0: There is no such date.',
    ],
    [
      'a clock that is none',
      { calendars: { a: { timeZone: 'UTC', weekly: [{ days: ['monday'], opensAt: '24:00', closesAt: '17:00' }] } } },
      'calendars.a.weekly.0.opensAt: "24:00" is not of the form `00:00` to `23:59`.',
    ],
    [
      'hours of no length',
      { calendars: { a: { timeZone: 'UTC', weekly: [{ days: ['monday'], opensAt: '09:00', closesAt: '09:00' }] } } },
      'calendars.a.weekly.0.closesAt: This must close at another time than it opens.',
    ],
    [
      'a calendar that is not there',
      { serviceLevels: [{ name: 'all', calendar: 'office', firstResponseSeconds: 60 }] },
      'serviceLevels.0.calendar: There is no calendar "office".',
    ],
    [
      'a level that leaves some out',
      { serviceLevels: [{ name: 'chat', when: [{ signal: 'channel', is: ['chat'] }] }] },
      'serviceLevels.0.when: The last service level is for all others: it has no conditions.',
    ],
    [
      'a level that hides another',
      { serviceLevels: [{ name: 'all' }, { name: 'chat' }] },
      'serviceLevels.0: This service level counts for every conversation, so that those after it never do. Give it conditions, or put it last.',
    ],
    ['a word of no use', { colour: 'red' }, 'colour: There is no "colour" here.'],
    ['a name of an object’s own', JSON.parse('{"__proto__": {}}'), '__proto__: There is no "__proto__" here.'],
    ['a step without a time', { steps: [{ name: 'first' }] }, 'steps.0.afterSeconds: `afterSeconds` is missing.'],
    [
      'half a second',
      { steps: [{ afterSeconds: 0.5 }] },
      'steps.0.afterSeconds: This must be a whole number from 0 to 2592000, and is 0.5.',
    ],
    [
      'a level beyond the best',
      { requirements: [{ skill: 'area:shoes', level: 6 }] },
      'requirements.0.level: This must be from 1 to 5, and is 6.',
    ],
    [
      'a skill without a class',
      { requirements: [{ skill: 'shoes' }] },
      'requirements.0.skill: "shoes" is not of the form class:name, such as `language:fi`.',
    ],
    [
      'places that are no quarters',
      { capacity: { channels: { sms: { weight: 0.3 } } } },
      'capacity.channels.sms.weight: This must be a number from 0.25 to 1000 or "all", and is 0.3.',
    ],
    [
      'a channel with a strange name',
      { capacity: { channels: { 'SMS!': { weight: 1 } } } },
      'capacity.channels.SMS!: "SMS!" is no name here: ^[a-z][a-z0-9_]{0,39}$.',
    ],
    ['no queue', { queues: [] }, 'queues: This must have at least 1, and has 0.'],
    [
      'a first step that is not the beginning',
      { steps: [{ afterSeconds: 5 }] },
      'steps.0.afterSeconds: The first step begins at 0.',
    ],
    [
      'steps that go back',
      { queues: [{ name: 'all', steps: [{ afterSeconds: 0 }, { afterSeconds: 9 }, { afterSeconds: 9 }] }] },
      'queues.0.steps.2.afterSeconds: This step must begin after the one before it (9).',
    ],
    [
      'overflow to nowhere',
      { steps: [{ afterSeconds: 0, overflowTo: ['gold'] }] },
      'steps.0.overflowTo.0: There is no queue "gold".',
    ],
    [
      'a queue that nothing reaches',
      { queues: [{ name: 'all' }, { name: 'gold', when: [{ signal: 'segment', is: ['gold'] }] }, { name: 'rest' }] },
      'queues.0: This queue takes every task, so that those after it never get one. Give it conditions, or put it last.',
    ],
    [
      'tasks that no queue takes',
      { queues: [{ name: 'gold', when: [{ signal: 'segment', is: ['gold'] }] }] },
      'queues.0.when: The last queue takes what no other took: it has no conditions.',
    ],
    [
      'two queues of one name',
      { queues: [{ name: 'all', when: [{ signal: 'topic', isKnown: true }] }, { name: 'all' }] },
      'queues.1.name: There is another queue "all".',
    ],
    [
      'an escalation without a line',
      { steps: [{ afterSeconds: 0, escalate: true }] },
      'queues.0.name: Its steps escalate 1 times, and its line of escalation has 0 levels.',
    ],
    [
      'a value from nowhere',
      { requirements: [{ skill: 'language:{value}' }] },
      'requirements.0: `skill` has a {value}, and no `signal` to take it from.',
    ],
    [
      'a signal for nothing',
      { requirements: [{ skill: 'language:fi', signal: 'language' }] },
      'requirements.0: `signal` is only for a `skill` with a {value}. Say `when` it is asked for.',
    ],
  ])('%s', (_, document, fault) => {
    expect(faultsOf(document)).toEqual([fault]);
  });

  test('several at once, at most 50', () => {
    expect(faultsOf({ name: 1, steps: 2 })).toHaveLength(2);
    expect(faultsOf({ queues: Array.from({ length: 100 }, () => ({})) })).toHaveLength(50);
  });
});

test('whatever is sent, it is read or refused, and never thrown at', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
      for (const document of [one, { queues: one, steps: other }, { capacity: one, requirements: [other] }]) {
        const { policy, faults } = readPolicy(document);
        expect(policy === null).toBe(faults.length > 0);
      }
    }),
  );
});

// What others check documents with must say the same: an editor, a pipeline, a server.
test('Ajv finds the same documents right and wrong', async () => {
  const server = fastify({
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, strict: false } },
  });
  const { $schema: _draft, ...schema } = POLICY_SCHEMA;
  server.post('/', { schema: { body: schema } }, () => 'right');
  const documents = [
    {},
    DEFAULT_POLICY_DOCUMENT,
    { name: '' },
    { name: 'a', steps: [] },
    { steps: [{ afterSeconds: 0, drop: ['language', 'topic:returns'], pinTo: 'last_agent' }] },
    { steps: [{ afterSeconds: -1 }] },
    { steps: [{ afterSeconds: 1.5 }] },
    { steps: [{ afterSeconds: '1' }] },
    { queues: [{ name: 'x', when: [{ signal: 'segment', is: ['gold', 1, true] }] }] },
    { queues: [{ name: 'x', when: [{ signal: 'segment', is: [] }] }] },
    { queues: [{ name: 'x', when: [{ is: ['gold'] }] }] },
    { queues: [{ name: 'x', teams: [''] }] },
    { capacity: { weight: 0.75, channels: { sms: { weight: 'all', yields: true } } } },
    { capacity: { weight: 0.3 } },
    { capacity: { channels: { 'A b': { weight: 1 } } } },
    { capacity: { channels: { sms: { weight: 'half' } } } },
    { weights: { skillFit: -1 } },
    { requirements: [{ skill: 'a:b:c' }] },
    { escalation: [{ name: 'x', skills: [{ skill: 'authority:refund', level: 5 }] }] },
    { unknown: 1 },
  ];

  for (const document of documents) {
    const { statusCode } = await server.inject({ method: 'POST', url: '/', payload: document });
    expect([document, statusCode === 200]).toEqual([document, checkBySchema(document, POLICY_SCHEMA).length === 0]);
  }
  await server.close();
});

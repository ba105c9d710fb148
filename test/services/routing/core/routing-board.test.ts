import { expect, test } from 'vitest';

import { DEFAULT_POLICY_DOCUMENT } from '../../../../src/services/routing/core/default-policy.ts';
import { aBoard, agentId, anAgent, aTask, START, told } from '../../../support/a-board.ts';

const FINNISH = { 'language:fi': 5 };
const after = (seconds: number) => START + seconds * 1_000;

test('a shop that has told nothing of skills is served by the default policy, who has been free the longest first', () => {
  const board = aBoard({}, anAgent('ann', { lastWorkAt: after(-10) }), anAgent('ben', { lastWorkAt: after(-20) }));

  const decisions = ['t1', 't2', 't3'].flatMap((id) =>
    board.addTask(aTask(id, { language: 'fi', topic: 'returns' }), START),
  );

  expect(told(decisions)).toEqual(['t1 → ben', 't2 → ann', 't3 → ann']);
});

test('a language that anybody speaks is a must, and the topic is one for half a minute', () => {
  const board = aBoard(
    {},
    anAgent('expert', { skills: { ...FINNISH, 'topic:returns': 5 }, presence: 'away' }),
    anAgent('finn', { skills: FINNISH, lastWorkAt: after(-5) }),
    anAgent('swede', { skills: { 'language:sv': 5, 'topic:returns': 5 } }),
  );

  expect(told(board.addTask(aTask('t1', { language: 'fi-FI', topic: 'returns' }), START))).toEqual(['t1 waits']);
  expect(board.nextDueAt()).toBe(after(30));
  expect(told(board.advance(after(29.999)))).toEqual([]);
  expect(told(board.advance(after(30)))).toEqual(['t1 → finn']);
  expect(board.nextDueAt()).toBeNull();
});

test('the score adds up skills, free places, continuity and idle minutes, and the record shows all of it', () => {
  const task = aTask(
    't1',
    { language: 'fi', topic: 'returns', sentiment: -0.8 },
    { earlierAgentIds: [agentId('busy')] },
  );
  const skills = { ...FINNISH, 'topic:returns': 3, 'channel:live_chat': 1 };
  const board = aBoard(
    {},
    anAgent('busy', { skills, lastWorkAt: after(-120) }),
    anAgent('idle', { skills, lastWorkAt: after(-60) }),
    anAgent('off', { skills, presence: 'offline' }),
    anAgent('swede', { skills: { 'language:sv': 5 } }),
  );
  board.takeTask(aTask('t0'), agentId('busy'), after(-120));

  const [decision] = board.addTask(task, START);

  expect(decision).toMatchObject({ agentId: agentId('busy'), cause: 'arrived', acts: [] });
  expect(decision!.record).toEqual({
    taskId: 't1',
    at: START,
    policyName: 'default',
    policyVersion: 7,
    queue: 'everybody',
    step: 'who fits best',
    stepIndex: 0,
    waitedSeconds: 0,
    priorityMinutes: 2,
    signals: [
      { name: 'channel', value: 'live_chat', source: 'task', at: START },
      { name: 'language', value: 'fi', source: 'test', at: START },
      { name: 'sentiment', value: -0.8, source: 'test', at: START },
      { name: 'topic', value: 'returns', source: 'test', at: START },
    ],
    requirements: [
      { skill: 'language:fi', level: 1, weight: 3, isRequired: true, isDropped: false, signal: 'language' },
      { skill: 'topic:returns', level: 1, weight: 2, isRequired: true, isDropped: false, signal: 'topic' },
      { skill: 'channel:live_chat', level: 1, weight: 1, isRequired: false, isDropped: false, signal: 'channel' },
    ],
    pinnedTo: null,
    acts: [],
    chosenId: agentId('busy'),
    candidates: [
      {
        agentId: agentId('busy'),
        name: 'busy',
        // 60 · (3·5 + 2·3 + 1·1) / (6·5) + 25 · 3/4 + 15 + 2 minutes
        score: 79.8,
        parts: { skillFit: 44, freePlaces: 18.8, continuity: 15, idle: 2 },
        matched: ['language:fi', 'topic:returns', 'channel:live_chat'],
        missing: [],
        levels: { 'language:fi': 5, 'topic:returns': 3, 'channel:live_chat': 1 },
        load: 1,
        capacity: 4,
        rejectedBecause: null,
      },
      expect.objectContaining({ name: 'idle', score: 70, rejectedBecause: null }),
      expect.objectContaining({ name: 'off', rejectedBecause: 'offline' }),
      expect.objectContaining({
        name: 'swede',
        missing: ['language:fi', 'topic:returns', 'channel:live_chat'],
        rejectedBecause: 'missing_skill',
      }),
    ],
    othersByReason: {},
  });
});

test('20 candidates are kept, the others counted by reason, and the board lists them all', () => {
  const agents = Array.from({ length: 60 }, (_, i) =>
    anAgent(`a${i + 10}`, {
      skills: i < 40 ? FINNISH : {},
      presence: i % 4 === 0 ? 'away' : 'online',
      teamIds: i === 59 ? [] : ['tea_1'],
    }),
  );
  const board = aBoard({ queues: [{ name: 'all', teams: ['tea_1'] }] }, ...agents);
  board.takeTask(aTask('call', {}, { channel: 'voice' }), agentId('a11'), START);

  const [decision] = board.addTask(aTask('t1', { language: 'fi' }), START);

  expect(decision!.record!.candidates).toHaveLength(20);
  expect(decision!.record!.candidates.every(({ rejectedBecause }) => rejectedBecause === null)).toBe(true);
  expect(decision!.record!.othersByReason).toEqual({
    lower_score: 9,
    away: 10,
    full: 1,
    missing_skill: 19,
    other_team: 1,
  });
  board.returnTask(aTask('t1', { language: 'fi' }, { pin: { agentId: agentId('nobody'), until: after(60) } }), START);
  expect(board.candidatesFor('t1', START)).toHaveLength(60);
});

test('a call takes every place, needs an agent without live work, and e-mail lies down for it', () => {
  const board = aBoard({}, anAgent('ann', { capacity: 2 }));
  const call = (id: string) => aTask(id, {}, { channel: 'voice' });
  const mail = (id: string) => aTask(id, {}, { channel: 'email' });

  expect(told([...board.addTask(mail('m1'), START), ...board.addTask(mail('m2'), START)])).toEqual([
    'm1 → ann',
    'm2 → ann',
  ]);
  expect(told(board.addTask(mail('m3'), START))).toEqual(['m3 waits']);
  expect(told(board.addTask(call('c1'), START))).toEqual(['c1 → ann']);
  expect(told(board.addTask(aTask('t1'), START))).toEqual(['t1 waits']);
  expect(told(board.endWork('c1', after(60)))).toEqual(['t1 → ann']);
  expect(told(board.endWork('t1', after(90)))).toEqual([]);
  expect(told(board.endWork('m1', after(99)))).toEqual(['m3 → ann']);
});

test('steps relax in order: a lower level, a dropped skill, other teams, another queue, the line of escalation, a callback', () => {
  const board = aBoard(
    {
      requirements: [
        { skill: 'language:{value}', signal: 'language' },
        { skill: 'area:{value}', signal: 'areas', levelFrom: 'complexity' },
      ],
      steps: [
        { afterSeconds: 0 },
        { afterSeconds: 10, lower: [{ skill: 'area', by: 2 }] },
        { afterSeconds: 20, drop: ['area:shoes'], raisePriorityMinutes: 3 },
        { afterSeconds: 30, addTeams: ['tea_b'] },
        { afterSeconds: 40, overflowTo: ['second'] },
        { afterSeconds: 50, escalate: true },
        { afterSeconds: 60, offerCallback: true },
      ],
      escalation: [{ name: 'team leads', skills: [{ skill: 'authority:refund', level: 2 }] }],
      queues: [
        { name: 'first', when: [{ signal: 'segment', is: ['gold'] }], teams: ['tea_a'] },
        { name: 'second', requirements: [], teams: ['tea_c'] },
      ],
    },
    anAgent('knows-all', { skills: { 'language:fi': 3, 'area:shoes': 5, 'authority:refund': 1 }, presence: 'offline' }),
  );
  board.addTask(aTask('t1', { language: 'fi', areas: ['shoes'], complexity: 5, segment: 'gold' }), START);
  const planAt = (seconds: number) => {
    const acts = board.advance(after(seconds)).flatMap((decision) => decision.acts);
    const { demand, priorityMinutes } = board.planOf('t1')!;
    const { alternatives } = demand;
    return { alternatives, priorityMinutes, acts };
  };
  const finnish = { skill: 'language:fi', level: 1 };
  const first = { required: [finnish], teams: ['tea_a'] };

  expect(planAt(0).alternatives).toEqual([
    { required: [finnish, { skill: 'area:shoes', level: 5 }], teams: ['tea_a'] },
  ]);
  expect(planAt(10).alternatives).toEqual([
    { required: [finnish, { skill: 'area:shoes', level: 3 }], teams: ['tea_a'] },
  ]);
  expect(planAt(20)).toEqual({ alternatives: [first], priorityMinutes: 3, acts: [] });
  expect(planAt(30).alternatives).toEqual([{ ...first, teams: ['tea_a', 'tea_b'] }]);
  expect(planAt(40)).toMatchObject({
    alternatives: [{}, { required: [], teams: ['tea_c'] }],
    acts: [{ kind: 'overflow', queue: 'second' }],
  });
  expect(planAt(50)).toMatchObject({
    alternatives: [{}, {}, { required: [finnish, { skill: 'authority:refund', level: 2 }], teams: null }],
    acts: [{ kind: 'escalate', level: 'team leads' }],
  });
  expect(planAt(60).acts).toEqual([{ kind: 'offer_callback' }]);
  expect(board.nextDueAt()).toBeNull();
});

test('a sweep that comes late asks for each act of the steps that it missed, once', () => {
  const board = aBoard({ steps: [{ afterSeconds: 0 }, { afterSeconds: 5, offerCallback: true }, { afterSeconds: 9 }] });
  board.addTask(aTask('t1'), START);

  expect(board.advance(after(20)).map(({ acts }) => acts)).toEqual([[{ kind: 'offer_callback' }]]);
  expect(board.state().tasks).toEqual([aTask('t1', {}, { actedThrough: 2 })]);
  expect(board.advance(after(30))).toEqual([]);
});

test('who did not take a task is not asked again for a while, and it goes to somebody else with its time', () => {
  const board = aBoard({ declineSeconds: 60 }, anAgent('ann', { lastWorkAt: after(-9) }), anAgent('ben'));
  board.addTask(aTask('t1'), START);

  expect(told(board.declineTask('t1', after(5)))).toEqual(['t1 → ben']);
  const [again] = board.declineTask('t1', after(10));
  expect(told([again!])).toEqual(['t1 waits']);
  expect(again!.record!.candidates.map(({ name, rejectedBecause }) => [name, rejectedBecause])).toEqual([
    ['ann', 'declined'],
    ['ben', 'declined'],
  ]);
  expect(board.planOf('t1')!.orderedAt).toBe(START);
  expect(told(board.advance(after(65)))).toEqual(['t1 → ann']);
});

test('a pinned task waits for its agent, then for anybody', () => {
  const board = aBoard({}, anAgent('ann', { presence: 'away', skills: { 'language:sv': 1 } }), anAgent('ben'));
  const pinned = (id: string) => aTask(id, { language: 'fi' }, { pin: { agentId: agentId('ann'), until: after(60) } });

  expect(told([...board.addTask(pinned('t1'), START), ...board.addTask(pinned('t2'), START)])).toEqual([
    't1 waits',
    't2 waits',
  ]);
  expect(told(board.setAgent(anAgent('ann', { capacity: 1 }), after(30)))).toEqual(['t1 → ann']);
  expect(told(board.advance(after(60)))).toEqual(['t2 → ben']);
});

test('a step can wait for who served the person last, but not when that agent is not there', () => {
  const steps = [{ afterSeconds: 0, pinTo: 'last_agent' as const }, { afterSeconds: 60 }];
  const board = aBoard({ steps }, anAgent('last', { capacity: 1 }), anAgent('other'));
  const known = (id: string) => aTask(id, {}, { earlierAgentIds: [agentId('last')] });

  expect(told([...board.addTask(known('t1'), START), ...board.addTask(known('t2'), START)])).toEqual([
    't1 → last',
    't2 waits',
  ]);
  expect(told(board.setAgent(anAgent('last', { capacity: 1, presence: 'offline' }), after(5)))).toEqual(['t2 → other']);
});

test('transfers go to who takes transfers only, and a channel that is switched off gives nothing', () => {
  const board = aBoard(
    {},
    anAgent('calm', { presence: 'transfers_only' }),
    anAgent('mailer', { channelsOff: ['live_chat'] }),
  );

  const [waits] = board.addTask(aTask('t1'), START);
  expect(waits!.record!.candidates.map(({ rejectedBecause }) => rejectedBecause)).toEqual([
    'transfers_only',
    'channel_off',
  ]);
  expect(told(board.addTask(aTask('t2', {}, { isTransfer: true }), START))).toEqual(['t2 → calm']);
  expect(told(board.addTask(aTask('t3', {}, { channel: 'email' }), START))).toEqual(['t3 → mailer']);
});

test('a free agent takes the task that has waited longest, unless another fits better by more than the minutes say', () => {
  const skills = { 'language:fi': 5, 'language:en': 1 };
  const board = aBoard({}, anAgent('ann', { capacity: 1, skills }));
  board.addTask(aTask('busy'), START);
  board.addTask(aTask('english', { language: 'en' }), START);
  board.addTask(aTask('finnish', { language: 'fi' }, { waitingSince: after(120) }), after(120));

  // 60 · 3/4 · (5 − 1)/5 = 36 points for the fit, against 10 for each minute.
  expect(told(board.endWork('busy', after(300)))).toEqual(['finnish → ann']);
  board.addTask(aTask('finnish later', { language: 'fi' }, { waitingSince: after(300) }), after(300));
  expect(told(board.endWork('finnish', after(400)))).toEqual(['english → ann']);
});

test('the first agent with a skill makes it a must for what waits, the last one to lose it a wish', () => {
  const board = aBoard({ steps: DEFAULT_POLICY_DOCUMENT.steps.slice(0, 1) }, anAgent('ann', { presence: 'away' }));
  board.addTask(aTask('t1', { language: 'et' }), START);
  expect(board.planOf('t1')!.demand.alternatives).toEqual([{ required: [], teams: null }]);

  board.setAgent(anAgent('kertu', { presence: 'away', skills: { 'language:et': 5 } }), after(1));
  expect(board.planOf('t1')!.demand.alternatives[0]!.required).toEqual([{ skill: 'language:et', level: 1 }]);
  expect(told(board.setAgent(anAgent('ann'), after(2)))).toEqual([]);

  expect(told(board.removeAgent(agentId('kertu'), after(3)))).toEqual(['t1 → ann']);
});

test('the work of an agent who is removed returns to waiting, and goes to others', () => {
  const board = aBoard({}, anAgent('ann', { lastWorkAt: after(-9) }), anAgent('ben', { capacity: 1 }));
  board.addTask(aTask('t1'), START);

  expect(told(board.removeAgent(agentId('ann'), after(3)))).toEqual(['t1 → ben']);
  expect(board.state().work.map(({ task, agentId: id }) => [task.id, id])).toEqual([['t1', agentId('ben')]]);
});

test('who could do nothing, and comes back with other skills and one place, takes one task', () => {
  const board = aBoard({});
  for (const id of ['t1', 't2']) board.addTask(aTask(id, { segment: 'gold' }), START);
  board.setAgent(anAgent('ann', { capacity: 0, skills: FINNISH }), START);

  expect(told(board.setAgent(anAgent('ann', { capacity: 1, skills: {} }), START))).toEqual(['t1 → ann']);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { PolicyDocument } from '../../../../src/services/routing/core/policy-document.ts';
import type { Decision } from '../../../../src/services/routing/core/routing-board.ts';
import { RoutingBoard } from '../../../../src/services/routing/core/routing-board.ts';
import { policyOf } from '../../../../src/services/routing/core/read-policy.ts';
import type { RoutingAgent, RoutingTask } from '../../../../src/services/routing/core/routing-state.ts';
import { PRESENCES } from '../../../../src/values/vocabulary.ts';
import { aBoard, agentId, anAgent, aTask, START } from '../../../support/a-board.ts';

// A second, naive reading of the rules, with a look at everybody: what the indexes must come to as well.

const CHANNELS = ['live_chat', 'email', 'voice', 'sms'];
const SKILLS = ['language:fi', 'language:en', 'topic:returns', 'topic:delivery'];
const PLACES: Record<string, number | 'all'> = { voice: 'all', live_chat: 1, email: 0.5, sms: 2 };
const POLICY: PolicyDocument = {
  declineSeconds: 40,
  capacity: {
    channels: {
      voice: { weight: 'all' },
      live_chat: { weight: 1 },
      email: { weight: 0.5, yields: true },
      sms: { weight: 2 },
    },
  },
  requirements: [
    { skill: 'language:{value}', signal: 'language', level: 2 },
    { skill: 'topic:{value}', signal: 'topic', isRequired: true },
  ],
  steps: [
    { afterSeconds: 0, pinTo: 'last_agent' },
    { afterSeconds: 20, lower: [{ skill: 'language', by: 1 }], raisePriorityMinutes: 1 },
    { afterSeconds: 40, drop: ['topic'] },
    { afterSeconds: 60, anyTeam: true, offerCallback: true },
  ],
  queues: [
    { name: 'gold', when: [{ signal: 'segment', is: ['gold'] }], priorityMinutes: 3 },
    { name: 'rest', teams: ['tea_a'] },
  ],
};

type Act =
  | { kind: 'agent'; agent: RoutingAgent }
  | { kind: 'gone'; pick: number }
  | { kind: 'task'; task: Omit<RoutingTask, 'id' | 'waitingSince'> }
  | { kind: 'end' | 'decline' | 'remove' | 'return'; pick: number }
  | { kind: 'advance' };

const names = ['ann', 'ben', 'cid', 'dee', 'eve'];
const agents = fc.record({
  name: fc.constantFrom(...names),
  presence: fc.oneof({ weight: 3, arbitrary: fc.constant('online' as const) }, fc.constantFrom(...PRESENCES)),
  channelsOff: fc.subarray(CHANNELS, { maxLength: 1 }),
  capacity: fc.integer({ min: 0, max: 4 }),
  skills: fc.dictionary(fc.constantFrom(...SKILLS), fc.integer({ min: 1, max: 5 })),
  teamIds: fc.subarray(['tea_a', 'tea_b'] as `tea_${string}`[]),
});
const word = (...words: string[]) => fc.option(fc.constantFrom(...words), { nil: undefined });
const tasks = fc
  .record({
    channel: fc.constantFrom(...CHANNELS),
    language: word('fi', 'en', 'sv'),
    topic: word('returns', 'delivery'),
    segment: word('gold'),
    priorityMinutes: fc.constantFrom(0, 0, 2, -1),
    isTransfer: fc.boolean(),
    earlier: fc.uniqueArray(fc.constantFrom(...names), { maxLength: 2 }),
    pinned: fc.option(fc.constantFrom(...names), { nil: undefined, freq: 6 }),
  })
  .map(({ channel, language, topic, segment, priorityMinutes, isTransfer, earlier, pinned }) => {
    const signals = Object.fromEntries(Object.entries({ language, topic, segment }).filter(([, value]) => value));
    const {
      id: _id,
      waitingSince: _since,
      ...task
    } = aTask('', signals as Record<string, string>, {
      channel,
      priorityMinutes,
      isTransfer,
      earlierAgentIds: earlier.map(agentId),
      pin: pinned ? { agentId: agentId(pinned), until: START + 50_000 } : null,
    });
    return task;
  });
const pick = fc.nat(1_000);
const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: agents.map((agent) => ({ kind: 'agent' as const, agent: anAgent(agent.name, agent) })) },
  { weight: 1, arbitrary: pick.map((n) => ({ kind: 'gone' as const, pick: n })) },
  { weight: 8, arbitrary: tasks.map((task) => ({ kind: 'task' as const, task })) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('end' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('decline' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('remove' as const, 'return' as const), pick }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'advance' as const }) },
);
const days = fc.array(fc.tuple(fc.integer({ min: 0, max: 15_000 }), acts), { minLength: 1, maxLength: 60 });

const chosenOf = <T>(items: readonly T[], n: number): T | undefined => items[n % Math.max(1, items.length)];

function perform(board: RoutingBoard, act: Act, now: number, id: string): Decision[] {
  const { work, tasks: waiting, agents: known } = board.state();
  switch (act.kind) {
    case 'agent':
      return board.setAgent({ ...act.agent, lastWorkAt: now }, now);
    case 'gone': {
      const agent = chosenOf(known, act.pick);
      return agent ? board.removeAgent(agent.id, now) : [];
    }
    case 'task':
      return board.addTask({ ...act.task, id, waitingSince: now }, now);
    case 'advance':
      return board.advance(now);
    case 'remove': {
      const task = chosenOf(waiting, act.pick);
      return task ? board.removeTask(task.id, now) : [];
    }
    default: {
      const done = chosenOf(work, act.pick);
      if (!done) return [];
      if (act.kind === 'end') return board.endWork(done.task.id, now);
      return act.kind === 'decline' ? board.declineTask(done.task.id, now) : board.returnTask(done.task, now);
    }
  }
}

interface Load {
  live: number;
  all: number;
}

function loadOf(board: RoutingBoard, agent: RoutingAgent): Load {
  const load = { live: 0, all: 0 };
  for (const { task, agentId: id } of board.state().work) {
    if (id !== agent.id) continue;
    const places = placesOf(agent, task.channel);
    load.all += places;
    if (task.channel !== 'email') load.live += places;
  }
  return load;
}

function placesOf({ capacity }: RoutingAgent, channel: string): number {
  const weight = PLACES[channel]!;
  return weight === 'all' ? capacity : Math.min(weight, capacity);
}

function hasRoom(agent: RoutingAgent, channel: string, load: Load): boolean {
  return (
    agent.capacity > 0 && (channel === 'email' ? load.all : load.live) + placesOf(agent, channel) <= agent.capacity
  );
}

function couldTake(board: RoutingBoard, agent: RoutingAgent, task: RoutingTask, now: number): boolean {
  const { demand, pinnedTo } = board.planOf(task.id)!;
  const isFit = pinnedTo
    ? pinnedTo.includes(agent.id)
    : demand.alternatives.some(
        ({ required, teams }) =>
          (!teams || agent.teamIds.some((id) => teams.includes(id))) &&
          required.every(({ skill, level }) => (agent.skills[skill] ?? 0) >= level),
      );
  const isThere = agent.presence === 'online' || (agent.presence === 'transfers_only' && task.isTransfer);
  const hasDeclined = task.declines.some((decline) => decline.agentId === agent.id && now < decline.until);
  return (
    isFit &&
    isThere &&
    !hasDeclined &&
    !agent.channelsOff.includes(task.channel) &&
    hasRoom(agent, task.channel, loadOf(board, agent))
  );
}

test('nothing is lost or doubled, nobody gets more than their places, and nobody waits while somebody fit is free', () => {
  fc.assert(
    fc.property(days, (day) => {
      const board = aBoard(POLICY);
      const there = new Set<string>();
      let now = START;
      day.forEach(([pause, act], i) => {
        now += pause;
        const before = board.state();
        board.advance(now).forEach(checkRoom);
        const ended = perform(board, act, now, `t${i}`);
        const { work, tasks: waiting, agents: known } = board.state();

        if (act.kind === 'task') there.add(`t${i}`);
        const ids = [...work.map(({ task }) => task.id), ...waiting.map(({ id }) => id)];
        if (act.kind === 'end' || act.kind === 'remove')
          for (const { id } of [...before.tasks, ...before.work.map(({ task }) => task)])
            if (!ids.includes(id)) there.delete(id);
        expect(new Set(ids)).toEqual(there);
        expect(ids).toHaveLength(there.size);
        ended.forEach(checkRoom);

        const idle = known.filter((agent) => waiting.some((task) => couldTake(board, agent, task, now)));
        expect(idle).toEqual([]);
      });

      function checkRoom({ taskId, agentId: id }: Decision) {
        if (!id) return;
        const agent = board.state().agents.find((one) => one.id === id)!;
        const load = loadOf(board, agent);
        expect(load.live).toBeLessThanOrEqual(agent.capacity);
        // Mail may lie under a call, and is not taken beyond the places.
        const { task } = board.state().work.find((work) => work.task.id === taskId)!;
        if (task.channel === 'email') expect(load.all - load.live).toBeLessThanOrEqual(agent.capacity);
      }
    }),
    { numRuns: 300 },
  );
});

test('the board decides as one that is made anew from its state, and the full list begins with the candidates kept', () => {
  fc.assert(
    fc.property(days, tasks, (day, task) => {
      const board = aBoard(POLICY);
      let now = START;
      day.forEach(([pause, act], i) => {
        now += pause;
        board.advance(now);
        perform(board, act, now, `t${i}`);
      });
      const again = RoutingBoard.of(policyOf(POLICY), board.state(), now, { policyVersion: 7 });
      const full = RoutingBoard.of(
        policyOf(POLICY),
        { ...board.state(), tasks: [{ ...task, id: 'last', waitingSince: now }] },
        now,
      );

      expect(again.settle(now)).toEqual([]);
      expect(again.nextDueAt()).toBe(board.nextDueAt());
      const [decision] = board.addTask({ ...task, id: 'last', waitingSince: now }, now);
      expect(again.addTask({ ...task, id: 'last', waitingSince: now }, now)).toEqual([decision]);
      const list = full.candidatesFor('last', now);
      const { candidates, othersByReason, pinnedTo } = decision!.record!;
      expect(list.slice(0, candidates.length)).toEqual(pinnedTo ? list.slice(0, candidates.length) : candidates);
      const others = Object.values(othersByReason).reduce((sum, count) => sum + count, 0);
      expect(candidates.length + others).toBe(list.length);
    }),
    { numRuns: 200 },
  );
});

test('a step only ever lets more agents take a task, in order, and its acts come once', () => {
  fc.assert(
    fc.property(tasks, fc.array(fc.integer({ min: 1, max: 30_000 }), { maxLength: 20 }), (task, pauses) => {
      const everyAgent = names.flatMap((name, i) =>
        SKILLS.map((skill, j) =>
          anAgent(`${name}${j}`, { presence: 'away', skills: { [skill]: 1 + i }, teamIds: j % 2 ? ['tea_a'] : [] }),
        ),
      );
      const board = aBoard(POLICY, ...everyAgent);
      const acts = board.addTask({ ...task, pin: null, earlierAgentIds: [], id: 't', waitingSince: START }, START);
      let now = START;
      let step = -1;
      let fit = new Set<string>();
      for (const pause of [0, ...pauses]) {
        now += pause;
        acts.push(...board.advance(now));
        const { stepIndex, demand } = board.planOf('t')!;
        const isFor = ({ skills, teamIds }: RoutingAgent) =>
          demand.alternatives.some(
            ({ required, teams }) =>
              (!teams || teamIds.some((id) => teams.includes(id))) &&
              required.every(({ skill, level }) => (skills[skill] ?? 0) >= level),
          );
        const fitNow = new Set(everyAgent.filter(isFor).map(({ id }) => id as string));
        expect(stepIndex).toBe([0, 20, 40, 60].findLastIndex((seconds) => seconds * 1_000 <= now - START));
        expect(stepIndex).toBeGreaterThanOrEqual(step);
        expect([...fit].filter((id) => !fitNow.has(id))).toEqual([]);
        [step, fit] = [stepIndex, fitNow];
      }
      expect(acts.flatMap((decision) => decision.acts)).toHaveLength(now - START >= 60_000 ? 1 : 0);
    }),
  );
});

test('equal agents get equal shares, and equal tasks go in the order in which they came', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 80 }),
      fc.infiniteStream(fc.nat(9)),
      (people, count, dice) => {
        const board = aBoard(
          {},
          ...Array.from({ length: people }, (_, i) => anAgent(`a${i}`, { capacity: 1, lastWorkAt: START - i })),
        );
        const got = new Map<string, number>();
        const order: string[] = [];
        let now = START;
        const note = ({ taskId, agentId: id }: Decision) => {
          if (!id) return;
          got.set(id, (got.get(id) ?? 0) + 1);
          order.push(taskId);
        };
        for (let i = 0; i < count; i += 1) {
          now += 1_000;
          board
            .addTask(aTask(`t${String(i).padStart(3, '0')}`, { language: 'fi' }, { waitingSince: now }), now)
            .forEach(note);
          // Some work goes on while more comes in, and the longest ends first.
          while (board.state().work.length > 0 && Number(dice.next().value) < 5)
            board.endWork(board.state().work[0]!.task.id, (now += 1_000)).forEach(note);
        }

        expect(order).toEqual([...order].sort());
        const shares = Array.from({ length: people }, (_, i) => got.get(agentId(`a${i}`)) ?? 0);
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
      },
    ),
  );
});

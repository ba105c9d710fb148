import fc from 'fast-check';
import { expect, test } from 'vitest';

import { chooseAgent, type AgentState } from '../../../src/services/routing/choose-agent.ts';
import { requirementsOf } from '../../../src/services/routing/requirements.ts';
import type { AgentId } from '../../../src/values/ids.ts';
import { PRESENCES } from '../../../src/values/vocabulary.ts';

const anAgent = (name: string, but: Partial<AgentState> = {}): AgentState => ({
  agentId: `agt_${name}`,
  name,
  presence: 'online',
  capacity: 4,
  load: 0,
  skills: { 'language:fi': 5, 'channel:email': 5, 'topic:returns': 5 },
  isEarlier: false,
  ...but,
});
const asked = requirementsOf({ language: 'fi-FI', channel: 'email', topic: 'returns' });

test('a conversation asks for its language as a must, for topic and channel by weight', () => {
  expect(asked).toEqual([
    { skill: 'language:fi', weight: 3, isRequired: true, source: 'language' },
    { skill: 'topic:returns', weight: 2, isRequired: false, source: 'topic' },
    { skill: 'channel:email', weight: 1, isRequired: false, source: 'channel' },
  ]);
});

test('the score is 60 for skills, 25 for free places, 15 for continuity', () => {
  const { candidates } = chooseAgent(asked, [
    anAgent('all', { isEarlier: true }),
    anAgent('half-free', { load: 2 }),
    anAgent('language-only', { skills: { 'language:fi': 5 } }),
    anAgent('beginner', { skills: { 'language:fi': 1, 'channel:email': 1, 'topic:returns': 1 } }),
  ]);

  expect(candidates.map(({ name, score }) => [name, score])).toEqual([
    ['all', 100],
    ['half-free', 72.5],
    ['language-only', 55],
    ['beginner', 37],
  ]);
});

test('each reason to reject is named, and who could be chosen stands before who could not', () => {
  const { chosenId, candidates, explanation } = chooseAgent(asked, [
    anAgent('off', { presence: 'offline', isEarlier: true }),
    anAgent('away', { presence: 'away' }),
    anAgent('transfers', { presence: 'transfers_only' }),
    anAgent('full', { load: 4 }),
    anAgent('swedish', { skills: { 'language:sv': 5 } }),
    anAgent('weak', { skills: { 'language:fi': 1 }, load: 3 }),
  ]);

  expect(chosenId).toBe('agt_weak');
  expect(candidates.map(({ name, rejectedBecause }) => [name, rejectedBecause])).toEqual([
    ['weak', null],
    ['off', 'offline'],
    ['away', 'away'],
    ['transfers', 'transfers_only'],
    ['full', 'full'],
    ['swedish', 'missing_skill'],
  ]);
  expect(explanation).toBe(
    'weak has the best score (12.3 of 100) of 1 fit agents: offers language:fi; 3 of 4 places taken. ' +
      'Asked for: language:fi (required), topic:returns, channel:email. ' +
      'Rejected: 1 away, 1 full, 1 missing skill, 1 offline, 1 transfers only.',
  );
});

test('nobody fit gives no agent and says why', () => {
  const { chosenId, explanation } = chooseAgent(asked, [anAgent('off', { presence: 'offline' })]);

  expect(chosenId).toBeNull();
  expect(explanation).toBe(
    'Nobody of 1 agents is fit, online and free. Asked for: language:fi (required), topic:returns, channel:email. Rejected: 1 offline.',
  );
});

test('20 candidates are kept and the others counted by reason', () => {
  const agents = Array.from({ length: 30 }, (_, i) => anAgent(`a${10 + i}`, i < 25 ? {} : { presence: 'offline' }));

  const { candidates, othersByReason } = chooseAgent(asked, agents);

  expect(candidates).toHaveLength(20);
  expect(othersByReason).toEqual({ lower_score: 5, offline: 5 });
});

const agents = fc.array(
  fc.record({
    presence: fc.constantFrom(...PRESENCES),
    capacity: fc.nat(5),
    load: fc.nat(6),
    isEarlier: fc.boolean(),
    skills: fc.dictionary(fc.constantFrom(...asked.map(({ skill }) => skill)), fc.integer({ min: 1, max: 5 })),
  }),
  { maxLength: 40 },
);

test('whoever is chosen is online, free and skilled, nobody fit scores higher, and the order of the agents does not matter', () => {
  fc.assert(
    fc.property(agents, (given) => {
      const team = given.map((agent, i) => ({ ...agent, agentId: `agt_${i}` as AgentId, name: `n${i}` }));
      const fit = team.filter(
        (agent) => agent.presence === 'online' && agent.load < agent.capacity && 'language:fi' in agent.skills,
      );

      const choice = chooseAgent(asked, team);

      expect(choice.chosenId !== null).toBe(fit.length > 0);
      if (choice.chosenId) expect(fit.map(({ agentId }) => agentId)).toContain(choice.chosenId);
      const scores = choice.candidates.filter((one) => one.rejectedBecause === null).map(({ score }) => score);
      expect(scores).toEqual([...scores].sort((a, b) => b - a));
      expect(chooseAgent(asked, [...team].reverse())).toEqual(choice);
      const others = Object.values(choice.othersByReason).reduce((sum, n) => sum + n, 0);
      expect(choice.candidates.length + others).toBe(team.length);
    }),
  );
});

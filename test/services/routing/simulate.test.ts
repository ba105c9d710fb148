import { expect, test } from 'vitest';

import { AutomaticCallDistributor } from '../../../bench/routing/acd.ts';
import { erlangC } from '../../../bench/routing/erlang-c.ts';
import { peakDay } from '../../../src/services/routing/simulation/peak-day.ts';
import { policyOf } from '../../../src/services/routing/core/read-policy.ts';
import { RoutingBoard } from '../../../src/services/routing/core/routing-board.ts';
import { simulate, type Dispatcher } from '../../../src/services/routing/simulation/simulate.ts';

const DAY = { seed: 5, agents: 12, contactsAnHour: 100 };

/** Who answered what, when: everything that routing decided. */
function answersOf(dispatcher: Dispatcher): string[] {
  const answers: string[] = [];
  simulate(peakDay(DAY), dispatcher, {
    answered: ({ task }, agent, waitMs, attempt) =>
      void answers.push(`${task.id}~${attempt} ${agent.id} ${Math.round(waitMs)}`),
  });
  return answers;
}

const board = (document: object) => new RoutingBoard(policyOf(document), { keepsRecords: false });

test('a day of one seed is the same day again, and everybody who comes is answered', () => {
  const { contacts } = peakDay(DAY);
  const answers = answersOf(board({}));

  expect(contacts.length).toBeGreaterThan(1_000);
  expect(answersOf(board({}))).toEqual(answers);
  expect(answers.filter((answer) => answer.includes('~0 '))).toHaveLength(contacts.length);
});

// Written from scratch, with a scan of everybody: the two share no line.
test('with weights for idle minutes alone, the core is the automatic call distributor', () => {
  const longestIdle = {
    weights: { skillFit: 0, freePlaces: 0, continuity: 0, idleMinute: 1, waitingMinute: 1 },
    requirements: [{ skill: 'language:{value}', signal: 'language' }],
    priorities: [],
    steps: [{ afterSeconds: 0 }],
    capacity: { channels: { web_form: { weight: 1 }, review: { weight: 1 } } },
  };

  expect(answersOf(board(longestIdle))).toEqual(answersOf(new AutomaticCallDistributor('longest idle')));
});

test('Erlang C knows what tables say', () => {
  expect(erlangC(1, 0.5)).toEqual({ waiting: 0.5, meanWait: 1 });
  expect(erlangC(10, 0.8).waiting).toBeCloseTo(0.4092, 3);
});

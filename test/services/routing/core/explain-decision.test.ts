import { expect, test } from 'vitest';

import { EXPLAINED_IN, explainDecision } from '../../../../src/services/routing/core/explain/explain-decision.ts';
import { aBoard, agentId, anAgent, aTask, START } from '../../../support/a-board.ts';

const board = aBoard(
  { steps: [{ afterSeconds: 0 }, { name: 'anyone', afterSeconds: 60, drop: ['topic'], offerCallback: true }] },
  anAgent('Helena', { skills: { 'language:fi': 5, 'topic:late_order': 3 } }),
  anAgent('Mikael', { skills: { 'language:fi': 2, 'topic:late_order': 1 }, lastWorkAt: START }),
  anAgent('Ivo', { skills: { 'language:et': 5 }, presence: 'away' }),
);
const asked = { language: 'fi', topic: 'late_order' };
const chosen = board.addTask(aTask('t1', asked, { earlierAgentIds: [agentId('Helena')] }), START)[0]!.record!;
const waiting = board.addTask(aTask('t2', { language: 'et' }), START)[0]!.record!;
const later = board.advance(START + 60_000)[0]!.record!;

test('a decision is told in English, Finnish and German', () => {
  expect(EXPLAINED_IN).toEqual(['en', 'fi', 'de']);
  expect(explainDecision(chosen)).toBe(
    'Helena takes it, with 82 points the best of 2 who are fit and free. Has Finnish (5), late order (3). Lacks live chat. ' +
      'Has served this customer before. Asked for: Finnish, late order, live chat if possible. ' +
      'Of the others: 1 with fewer points, 1 without a required skill.',
  );
  expect(explainDecision(chosen, 'fi-FI')).toBe(
    'Helena ottaa tämän: 82 pistettä, paras 2 sopivasta ja vapaasta. Osaa: suomi (5), late order (3). Ei osaa: live chat. ' +
      'On palvellut tätä asiakasta ennenkin. Vaatimukset: suomi, late order, live chat, jos mahdollista. ' +
      'Muut: vähemmän pisteitä 1, vaadittu taito puuttuu 1.',
  );
  expect(explainDecision(chosen, 'de')).toMatch(
    /^Helena übernimmt: mit 82 Punkten die beste Wahl von 2, die geeignet und frei sind\. Kann: Finnisch \(5\), late order \(3\)\./,
  );
});

test('a task that waits says for whom, since when, and what is to be done meanwhile', () => {
  expect(explainDecision(waiting)).toBe(
    'It waits: of 3 agents nobody is fit and free. Asked for: Estonian, live chat if possible. ' +
      'Of the others: 2 without a required skill, 1 away.',
  );
  expect(explainDecision(later)).toBe(
    'It waits: of 3 agents nobody is fit and free. Asked for: Estonian, live chat if possible. It has waited 60 s (step “anyone”). ' +
      'The customer is to be offered a callback. Of the others: 2 without a required skill, 1 away.',
  );
});

test('a language that is none of ours is told in English', () => {
  expect(explainDecision(waiting, 'xx')).toBe(explainDecision(waiting, 'en'));
  expect(explainDecision(waiting, 'constructor')).toBe(explainDecision(waiting, 'en'));
});

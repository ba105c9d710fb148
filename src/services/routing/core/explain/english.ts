import type { Phrases } from './phrases.ts';

export const ENGLISH: Phrases = {
  chosen: (name, able, score) =>
    able === 1
      ? `${name} takes it, the only one who is fit and free.`
      : `${name} takes it, with ${score} points the best of ${able} who are fit and free.`,
  chosenByPin: (name) => `${name} takes it: it was for nobody else.`,
  nobody: (agents) => `It waits: of ${agents} agents nobody is fit and free.`,
  has: (skills) => `Has ${skills.join(', ')}.`,
  lacks: (skills) => `Lacks ${skills.join(', ')}.`,
  servedBefore: 'Has served this customer before.',
  asksFor: (skills) => `Asked for: ${skills.join(', ')}.`,
  wished: (skill) => `${skill} if possible`,
  waited: (seconds, step) => `It has waited ${seconds} s (step “${step}”).`,
  others: (reasons) => `Of the others: ${reasons.join(', ')}.`,
  reasons: {
    lower_score: (count) => `${count} with fewer points`,
    other_team: (count) => `${count} of other teams`,
    missing_skill: (count) => `${count} without a required skill`,
    not_pinned: (count) => `${count} not asked`,
    offline: (count) => `${count} offline`,
    away: (count) => `${count} away`,
    transfers_only: (count) => `${count} taking transfers only`,
    channel_off: (count) => `${count} not on this channel`,
    full: (count) => `${count} with no free place`,
    declined: (count) => `${count} who did not take it`,
  },
  act: (act) => {
    if (act.kind === 'offer_callback') return 'The customer is to be offered a callback.';
    return act.kind === 'escalate'
      ? `Escalated: ${act.level} may take it, too.`
      : `The agents of “${act.queue}” may take it, too.`;
  },
};

import type { Phrases } from './phrases.ts';

export const GERMAN: Phrases = {
  chosen: (name, able, score) =>
    able === 1
      ? `${name} übernimmt: als Einzige(r) geeignet und frei.`
      : `${name} übernimmt: mit ${score} Punkten die beste Wahl von ${able}, die geeignet und frei sind.`,
  chosenByPin: (name) => `${name} übernimmt: niemand sonst wurde gefragt.`,
  nobody: (agents) => `Wartet: von ${agents} Mitarbeitenden ist niemand geeignet und frei.`,
  has: (skills) => `Kann: ${skills.join(', ')}.`,
  lacks: (skills) => `Fehlt: ${skills.join(', ')}.`,
  servedBefore: 'Hat diese Person schon einmal betreut.',
  asksFor: (skills) => `Gefragt: ${skills.join(', ')}.`,
  wished: (skill) => `${skill}, wenn möglich`,
  waited: (seconds, step) => `Wartet seit ${seconds} s (Stufe „${step}“).`,
  others: (reasons) => `Die anderen: ${reasons.join(', ')}.`,
  reasons: {
    lower_score: (count) => `${count} mit weniger Punkten`,
    other_team: (count) => `${count} in anderen Teams`,
    missing_skill: (count) => `${count} ohne eine verlangte Fähigkeit`,
    not_pinned: (count) => `${count} nicht gefragt`,
    offline: (count) => `${count} offline`,
    away: (count) => `${count} abwesend`,
    transfers_only: (count) => `${count} nur für Weiterleitungen`,
    channel_off: (count) => `${count} nicht auf diesem Kanal`,
    full: (count) => `${count} ohne freien Platz`,
    declined: (count) => `${count} haben nicht angenommen`,
  },
  act: (act) => {
    if (act.kind === 'offer_callback') return 'Ein Rückruf wird angeboten.';
    return act.kind === 'escalate'
      ? `Eskaliert: auch ${act.level} kann übernehmen.`
      : `Auch die Mitarbeitenden von „${act.queue}“ können übernehmen.`;
  },
};

import type { Phrases } from './phrases.ts';

export const FINNISH: Phrases = {
  chosen: (name, able, score) =>
    able === 1
      ? `${name} ottaa tämän: ainoa sopiva, joka on vapaana.`
      : `${name} ottaa tämän: ${score} pistettä, paras ${able} sopivasta ja vapaasta.`,
  chosenByPin: (name) => `${name} ottaa tämän: muille sitä ei tarjottu.`,
  nobody: (agents) => `Odottaa: ${agents} asiakaspalvelijasta kukaan sopiva ei ole vapaana.`,
  has: (skills) => `Osaa: ${skills.join(', ')}.`,
  lacks: (skills) => `Ei osaa: ${skills.join(', ')}.`,
  servedBefore: 'On palvellut tätä asiakasta ennenkin.',
  asksFor: (skills) => `Vaatimukset: ${skills.join(', ')}.`,
  wished: (skill) => `${skill}, jos mahdollista`,
  waited: (seconds, step) => `Odottanut ${seconds} s (vaihe ”${step}”).`,
  others: (reasons) => `Muut: ${reasons.join(', ')}.`,
  reasons: {
    lower_score: (count) => `vähemmän pisteitä ${count}`,
    other_team: (count) => `muissa tiimeissä ${count}`,
    missing_skill: (count) => `vaadittu taito puuttuu ${count}`,
    not_pinned: (count) => `ei tarjottu ${count}`,
    offline: (count) => `poissa linjoilta ${count}`,
    away: (count) => `tauolla ${count}`,
    transfers_only: (count) => `ottaa vain siirtoja ${count}`,
    channel_off: (count) => `ei tällä kanavalla ${count}`,
    full: (count) => `ei vapaata paikkaa ${count}`,
    declined: (count) => `ei ottanut vastaan ${count}`,
  },
  act: (act) => {
    if (act.kind === 'offer_callback') return 'Asiakkaalle tarjotaan takaisinsoittoa.';
    return act.kind === 'escalate'
      ? `Eskaloitu: myös ${act.level} voi ottaa tämän.`
      : `Myös jonon ”${act.queue}” asiakaspalvelijat voivat ottaa tämän.`;
  },
};

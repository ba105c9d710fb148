import type { CandidateRecord, DecisionRecord, Reason } from '../decision-record.ts';
import { ENGLISH } from './english.ts';
import { FINNISH } from './finnish.ts';
import { GERMAN } from './german.ts';
import type { Phrases } from './phrases.ts';

const PHRASES: Readonly<Record<string, Phrases>> = { en: ENGLISH, fi: FINNISH, de: GERMAN };

/** The languages that decisions are explained in. */
export const EXPLAINED_IN: readonly string[] = Object.keys(PHRASES);

/** Says a decision in sentences that a person understands, in English where the language is none of ours. */
export function explainDecision(record: DecisionRecord, language = 'en'): string {
  const wanted = language.split('-')[0]!.toLowerCase();
  const own = Object.hasOwn(PHRASES, wanted) ? wanted : 'en';
  const phrases = PHRASES[own]!;
  const skill = (name: string) => nameOf(name, own);
  const asked = record.requirements.map((one) =>
    one.isRequired ? withLevel(skill(one.skill), one.level) : phrases.wished(skill(one.skill)),
  );
  const reasons = countReasons(record);
  const chosen = record.candidates.find(({ agentId }) => agentId === record.chosenId);
  return [
    ...(chosen ? chosenSentences(phrases, record, chosen, skill) : [phrases.nobody(numberOf(record))]),
    ...(asked.length > 0 ? [phrases.asksFor(asked)] : []),
    ...(record.waitedSeconds > 0 || record.stepIndex > 0 ? [phrases.waited(record.waitedSeconds, record.step)] : []),
    ...record.acts.map((act) => phrases.act(act)),
    ...(reasons.length > 0 ? [phrases.others(reasons.map(([reason, count]) => phrases.reasons[reason](count)))] : []),
  ].join(' ');
}

function chosenSentences(
  phrases: Phrases,
  record: DecisionRecord,
  chosen: CandidateRecord,
  skill: (name: string) => string,
): string[] {
  const able =
    record.candidates.filter(({ rejectedBecause }) => rejectedBecause === null).length +
    (record.othersByReason.lower_score ?? 0);
  const matched = chosen.matched.map((one) => withLevel(skill(one), chosen.levels[one]!));
  return [
    record.pinnedTo ? phrases.chosenByPin(chosen.name) : phrases.chosen(chosen.name, able, chosen.score),
    ...(matched.length > 0 ? [phrases.has(matched)] : []),
    ...(chosen.missing.length > 0 ? [phrases.lacks(chosen.missing.map(skill))] : []),
    ...(chosen.parts.continuity > 0 ? [phrases.servedBefore] : []),
  ];
}

/** Why the others were not chosen, the most frequent reason first. */
function countReasons({ candidates, othersByReason, chosenId }: DecisionRecord): [Reason, number][] {
  const counts = new Map(Object.entries(othersByReason) as [Reason, number][]);
  for (const { agentId, rejectedBecause } of candidates) {
    if (agentId === chosenId) continue;
    const reason = rejectedBecause ?? 'lower_score';
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1));
}

const numberOf = ({ candidates, othersByReason }: DecisionRecord) =>
  candidates.length + Object.values(othersByReason).reduce((sum, count) => sum + count, 0);

const withLevel = (skill: string, level: number) => (level > 1 ? `${skill} (${level})` : skill);

/** `language:fi` is Finnish, `topic:returns` is returns. */
function nameOf(skill: string, language: string): string {
  const [kind, ...rest] = skill.split(':');
  const name = rest.join(':');
  return kind === 'language' ? languageName(name, language) : name.replaceAll('_', ' ');
}

const displayNames = new Map<string, Intl.DisplayNames>();

function languageName(code: string, language: string): string {
  const names = displayNames.get(language) ?? new Intl.DisplayNames([language], { type: 'language' });
  displayNames.set(language, names);
  // Skills are written by people: a code may be none.
  return /^[a-z]{2,3}$/.test(code) ? (names.of(code) ?? code) : code;
}

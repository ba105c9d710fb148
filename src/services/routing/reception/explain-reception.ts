import type { Receiver } from '../../../values/vocabulary.ts';
import type { Reception } from './reception.ts';

interface Phrases {
  readonly who: Readonly<Record<Receiver, string>>;
  readonly rule: (name: string) => string;
  readonly because: (facts: readonly string[]) => string;
}

const PHRASES: Readonly<Record<string, Phrases>> = {
  en: {
    who: { bot: 'A bot comes first', person: 'A person comes first' },
    rule: (name) => `, by the rule “${name}”.`,
    because: (facts) => `Known: ${facts.join(', ')}.`,
  },
  fi: {
    who: { bot: 'Ensin vastaa botti', person: 'Ensin vastaa ihminen' },
    rule: (name) => ` säännön ”${name}” mukaan.`,
    because: (facts) => `Tiedossa: ${facts.join(', ')}.`,
  },
  de: {
    who: { bot: 'Zuerst antwortet ein Bot', person: 'Zuerst antwortet ein Mensch' },
    rule: (name) => ` nach der Regel „${name}“.`,
    because: (facts) => `Bekannt: ${facts.join(', ')}.`,
  },
};

/** Says in sentences who comes first and why, in English where the language is none of ours. */
export function explainReception({ by, rule, signals }: Reception, language: string | null): string {
  const wanted = (language ?? 'en').split('-')[0]!.toLowerCase();
  const { who, rule: named, because } = PHRASES[Object.hasOwn(PHRASES, wanted) ? wanted : 'en']!;
  const facts = signals
    .filter(({ isReason }) => isReason)
    .map(({ name, value }) => `${name} ${typeof value === 'object' ? value.join(' + ') : String(value)}`);
  return [`${who[by]}${named(rule)}`, ...(facts.length > 0 ? [because(facts)] : [])].join(' ');
}

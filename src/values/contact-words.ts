import type { Purpose } from './consents.ts';
import type { Channel } from './vocabulary.ts';

/** What a message of one word asks for: to be left alone, to be written to again, or that it was right to ask. */
export type ContactWord = 'stop' | 'start' | 'yes';

/** How a channel reads them, and what is over with STOP. */
interface ContactRule {
  /** True: also words that mean something else where people talk, such as CANCEL: the medium itself reads them so. */
  readonly takesCarrierWords: boolean;
  readonly ends: readonly Purpose[];
}

/** In any writing that differs by case, marks of accent and signs around it only. */
const STOP = [
  ...['stop', 'stopall', 'stop all', 'unsubscribe', 'optout', 'opt out', 'opt-out', 'revoke'],
  ...['lopeta', 'stopp', 'loobu', 'loobun', 'avregistrera', 'avanmäl'],
  ...[
    'abmelden',
    'abbestellen',
    'austragen',
    'stoppen',
    'keine werbung',
    'afmelden',
    'uitschrijven',
    'afmeld',
    'frameld',
  ],
  ...[
    'avmeld',
    'meld av',
    'arret',
    'desabonner',
    'se desabonner',
    'desinscription',
    'desinscrire',
    'baja',
    'darse de baja',
  ],
  ...[
    'alto',
    'parar',
    'detener',
    'descadastrar',
    'disiscrivi',
    'disiscrivimi',
    'annulla iscrizione',
    'wypisz',
    'rezygnuje',
  ],
  ...['стоп', 'отписаться', 'отпишите', 'відписатися', 'atteikties', 'atsisakau', 'odhlasit'],
];
const CARRIER_STOP = [
  'cancel',
  'end',
  'quit',
  'peru',
  'cancelar',
  'sair',
  'basta',
  'ende',
  'fin',
  'slut',
  'sluta',
  'avsluta',
  'arreter',
];
const START = [
  ...['start', 'unstop', 'resubscribe', 'subscribe', 'aloita', 'alusta', 'starta', 'anmelden', 'starten', 'aanmelden'],
  ...['commencer', 'reprendre', 'comenzar', 'iniciar', 'inizia', 'старт', 'подписаться'],
];
const YES = [
  'yes',
  'y',
  'ok',
  'kyllä',
  'joo',
  'jah',
  'ja',
  'oui',
  'si',
  'sim',
  'tak',
  'да',
  'confirm',
  'vahvista',
  'kinnitan',
];

const CARRIER: ContactRule = { takesCarrierWords: true, ends: ['service', 'order_updates', 'marketing'] };
const ELSEWHERE: ContactRule = { takesCarrierWords: false, ends: ['order_updates', 'marketing'] };
/** Carriers of SMS take nothing more to a number that said STOP, not even an answer. Elsewhere whoever asks is answered. */
const RULES: Readonly<Record<Channel, ContactRule>> = { sms: CARRIER };

const ruleOf = (channel: Channel): ContactRule => (Object.hasOwn(RULES, channel) ? RULES[channel]! : ELSEWHERE);

/** What is over when somebody says STOP on a channel. */
export const purposesEndedOn = (channel: Channel): readonly Purpose[] => ruleOf(channel).ends;

/** No word is longer than a line; what is longer is talk. */
const LONGEST = 40;
/** Of a mail, with what a device writes below it. */
const LONGEST_MAIL = 300;

const plain = (text: string) =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{Mn}/gu, '')
    .toLowerCase()
    .replaceAll(/^[\s\p{P}\p{S}\p{Cf}]+|[\s\p{P}\p{S}\p{Cf}]+$/gu, '')
    .replaceAll(/\s+/g, ' ');

const WORDS = new Map<string, ContactWord>([
  ...YES.map((word) => [plain(word), 'yes'] as const),
  ...START.map((word) => [plain(word), 'start'] as const),
  ...STOP.map((word) => [plain(word), 'stop'] as const),
]);
const CARRIER_WORDS = new Map([...WORDS, ...CARRIER_STOP.map((word) => [plain(word), 'stop'] as const)]);

/**
 * The word that a message is, as carriers read it: the whole message and nothing else, so that “please stop sending me the wrong size” is talk. Of
 * a mail the subject or the first line, for devices write something below it. Null: it is talk.
 */
export function contactWordIn(
  channel: Channel,
  { text, subject }: { readonly text: string; readonly subject?: string | null },
): ContactWord | null {
  const words = ruleOf(channel).takesCarrierWords ? CARRIER_WORDS : WORDS;
  const meant = (one: string): ContactWord | null => (one.length <= LONGEST ? (words.get(plain(one)) ?? null) : null);
  if (channel !== 'email') return meant(text);
  const ofSubject = meant(subject ?? '');
  const ofFirstLine = text.length <= LONGEST_MAIL ? meant(text.trim().split('\n', 1)[0]!) : null;
  // Subjects say “yes” to much else.
  return ofFirstLine ?? (ofSubject === 'yes' ? null : ofSubject);
}

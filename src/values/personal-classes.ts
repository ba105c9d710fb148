import { type ConsentState, type Purpose, PURPOSES } from './consents.ts';
import type { ContextSection } from './context-packet.ts';
import type { Right } from './rights.ts';
import type { Role } from './vocabulary.ts';

export const DATA_CLASS_NAMES = [
  'profile',
  'contact',
  'content',
  'orders',
  'payment',
  'behaviour',
  'traits',
  'location',
] as const;
export type DataClass = (typeof DATA_CLASS_NAMES)[number];

interface Rule {
  /** Purposes for which it is looked at: who has none of them does not see it. */
  readonly serves: readonly Purpose[];
  /** Purposes of which the person may refuse any, and then nobody but themselves sees it. */
  readonly needs: readonly Purpose[];
}

/** The one table that says what data of a person is seen for which purpose, and what consent hides it. */
export const DATA_CLASSES: Readonly<Record<DataClass, Rule>> = {
  /** Who they are: names, language, market, preferences. */
  profile: { serves: PURPOSES, needs: [] },
  /** How they are reached: identities and addresses. */
  contact: { serves: ['service', 'order_updates', 'marketing'], needs: [] },
  /** What was said and written: conversations, notes, reviews, answers of surveys. */
  content: { serves: ['service'], needs: [] },
  orders: { serves: ['service', 'order_updates'], needs: [] },
  payment: { serves: ['service', 'order_updates'], needs: [] },
  /** What they looked at, searched and put into their basket. */
  behaviour: { serves: ['personalisation', 'profiling'], needs: ['personalisation', 'profiling'] },
  /** What sources concluded or said of them beside the profile. */
  traits: { serves: ['personalisation', 'profiling'], needs: ['personalisation', 'profiling'] },
  /** Where they are: what is near them. */
  location: { serves: ['personalisation'], needs: ['personalisation'] },
};

/** Purposes that a person may have to agree to before something of them is seen. */
export const SHOWING_PURPOSES: readonly Purpose[] = PURPOSES.filter((purpose) =>
  Object.values(DATA_CLASSES).some(({ needs }) => needs.includes(purpose)),
);

/** What the sections of a packet are made of: hidden with any of them. */
export const CLASSES_OF_SECTIONS: Readonly<Record<ContextSection, readonly DataClass[]>> = {
  profile: ['profile'],
  identities: ['contact'],
  // What a person refused is what everybody has to know.
  consents: [],
  conversations: ['content'],
  orders: ['orders'],
  basket: ['behaviour'],
  browsing: ['behaviour'],
  reviews: ['content'],
  // Of what was looked at, near where they live.
  stock: ['behaviour', 'location'],
  routing: ['content'],
  service: ['content'],
};

/** Rights that open something to be looked at. */
type LookingRight = Extract<Right, `${string}:read` | 'orders:prove' | 'customers:merge'>;

interface ShownByRight {
  /** Kinds of data that its fields show, for the audit. */
  readonly shows: readonly DataClass[];
  /** Kinds that a viewer has to look at for some purpose, each, to have the right at all. What else it shows is hidden field by field. */
  readonly asks: readonly DataClass[];
}
const NOTHING: ShownByRight = { shows: [], asks: [] };
const only = (dataClass: DataClass): ShownByRight => ({ shows: [dataClass], asks: [dataClass] });

const CLASSES_OF_RIGHTS: Readonly<Record<LookingRight, ShownByRight>> = {
  'graph:read': NOTHING,
  'customers:read': { shows: ['profile', 'contact', 'traits'], asks: ['profile'] },
  // In what two persons differ.
  'customers:merge': { shows: ['profile', 'contact'], asks: ['profile', 'contact'] },
  'conversations:read': { shows: ['content', 'contact'], asks: ['content'] },
  'notes:read': only('content'),
  'triage:read': only('content'),
  'orders:prove': only('orders'),
  'orders:read': only('orders'),
  'payments:read': only('payment'),
  'addresses:read': only('contact'),
  'catalogue:read': NOTHING,
  'stock:read': NOTHING,
  'pickups:read': only('orders'),
  'ledger:read': NOTHING,
  'agents:read': NOTHING,
  // Ids, skills and numbers; in packets it stands beside the conversation that it is about.
  'routing:read': NOTHING,
  'policies:read': NOTHING,
  'context:read': { shows: ['profile'], asks: [] },
  'partners:read': NOTHING,
  'access:read': NOTHING,
  // Ids, and who looked.
  'audit:read': NOTHING,
  'activity:read': { shows: ['behaviour', 'content'], asks: [] },
  'figures:read': NOTHING,
  'identity:read': only('contact'),
  'segments:read': only('traits'),
  'quarantine:read': only('orders'),
  'exports:read': { shows: [], asks: DATA_CLASS_NAMES },
  'erasures:read': NOTHING,
  'retention:read': NOTHING,
  'privacy:read': NOTHING,
};

const ofRight = (right: Right): ShownByRight =>
  (CLASSES_OF_RIGHTS as Readonly<Partial<Record<Right, ShownByRight>>>)[right] ?? NOTHING;

/** Kinds of data that a viewer has to look at for some purpose, each, to have this right. */
export const classesAskedBy = (right: Right): readonly DataClass[] => ofRight(right).asks;

/** True when fields that ask this right show something of a person. */
export const opensPersonalData = (right: Right): boolean => ofRight(right).shows.length > 0;

/** Kinds of data that a document can show, by the rights that it asks and the sections of packets in it. */
export function classesShown(rights: Iterable<Right>, sections: readonly ContextSection[]): DataClass[] {
  const shown = new Set<DataClass>([
    ...[...rights].flatMap((right) => ofRight(right).shows),
    ...sections.flatMap((section) => CLASSES_OF_SECTIONS[section]),
  ]);
  return DATA_CLASS_NAMES.filter((dataClass) => shown.has(dataClass));
}

/** What roles use data of persons for, unless a key says less. */
export const ROLE_PURPOSES: Readonly<Record<Role, ReadonlySet<Purpose>>> = {
  agent: new Set(PURPOSES),
  supervisor: new Set(PURPOSES),
  bot: new Set(PURPOSES),
  partner: new Set<Purpose>(['service', 'order_updates']),
  customer: new Set(PURPOSES),
  integration: new Set(PURPOSES),
  admin: new Set(PURPOSES),
};

/** Why a reader does not see what is there. `purpose`: they look at it for none that it serves; `consent_missing`: the person would have to agree first. */
export const REDACTION_REASONS = [
  'purpose',
  'consent_withdrawn',
  'consent_denied',
  'consent_pending',
  'consent_missing',
] as const;
export type RedactionReason = (typeof REDACTION_REASONS)[number];

/** Whether a reader sees a class of a person. */
export const VISIBILITIES_OF_CLASSES = ['visible', 'redacted'] as const;
export type ClassVisibility = (typeof VISIBILITIES_OF_CLASSES)[number];

export const reasonOf = (state: Exclude<ConsentState, 'granted'>): RedactionReason => `consent_${state}`;

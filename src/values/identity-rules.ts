import type { IdentityKind } from './vocabulary.ts';

/** How many there may be within a time. */
export interface IdentityLimit {
  readonly most: number;
  /** Days back from the moment of the event. Null: ever. */
  readonly withinDays: number | null;
}

/** What an identifier of a kind is worth when it is decided who somebody is. */
export interface IdentityRule {
  readonly kind: IdentityKind;
  /** 1 to 1000. Of two identifiers that contradict each other the one with less is dropped. Each kind has its own. */
  readonly priority: number;
  /** A system gives it to one person for good: two persons with different ones are two persons, whatever else they share. */
  readonly isStrong: boolean;
  /** How many different values one person may have. Of ids with a namespace (`shop:7`): in each of them. */
  readonly valuesPerPerson: IdentityLimit;
  /** How many different persons may come with one value. Past that it is a kiosk’s or an office’s and tells nobody apart. */
  readonly personsPerValue: IdentityLimit;
  /** Not seen for so long, an identifier that comes with somebody else is theirs: a phone number that was given out again. Null: never. */
  readonly staleAfterDays: number | null;
  /** Values that name nobody, without regard to case; `*` stands for any characters. */
  readonly blockedValues: readonly string[];
  /** Blocks zeros of any length, and six or more times the same character. */
  readonly blocksRepeated: boolean;
}

export type IdentityRules = Readonly<Record<IdentityKind, Omit<IdentityRule, 'kind'>>>;

/** Why an identifier that came with somebody was not taken as theirs. */
export const DROP_REASONS = ['malformed', 'blocked', 'shared', 'conflict', 'unproved', 'limit'] as const;
export type DropReason = (typeof DROP_REASONS)[number];

/** What changed rules would do differently with somebody. */
export const REHEARSED_KINDS = ['merge', 'part', 'drop', 'take'] as const;
export type RehearsedKind = (typeof REHEARSED_KINDS)[number];

const NOBODY = [
  ...['null', '(null)', '<null>', 'nil', 'none', 'undefined', 'nan', 'n/a', 'na', 'n.a.', '-', '--', '-1', '?'],
  ...['unknown', 'anonymous', 'anonym', 'guest', 'private', 'restricted', 'unavailable', 'withheld', 'not available'],
  ...['[object object]', 'test', 'tbd', 'xxx'],
];

/** What is shipped: version 0. */
export const DEFAULT_IDENTITY_RULES: IdentityRules = {
  loyalty_id: {
    priority: 100,
    isStrong: true,
    valuesPerPerson: { most: 1, withinDays: null },
    personsPerValue: { most: 5, withinDays: 365 },
    staleAfterDays: null,
    blockedValues: NOBODY,
    blocksRepeated: true,
  },
  external_id: {
    priority: 90,
    isStrong: true,
    valuesPerPerson: { most: 1, withinDays: null },
    personsPerValue: { most: 5, withinDays: 365 },
    staleAfterDays: null,
    blockedValues: NOBODY,
    blocksRepeated: true,
  },
  email: {
    priority: 60,
    isStrong: false,
    valuesPerPerson: { most: 10, withinDays: 365 },
    personsPerValue: { most: 5, withinDays: 365 },
    staleAfterDays: null,
    blockedValues: [
      ...NOBODY,
      'test@test.*',
      'null@*',
      'none@*',
      'unknown@*',
      'nomail@*',
      'no-mail@*',
      'noemail@*',
      'no@email.*',
    ],
    blocksRepeated: true,
  },
  phone: {
    priority: 50,
    isStrong: false,
    valuesPerPerson: { most: 10, withinDays: 365 },
    personsPerValue: { most: 5, withinDays: 365 },
    staleAfterDays: 365,
    blockedValues: [...NOBODY, '1234567890', '0123456789', '123456789', '+1234567890', '+11234567890', '+266696687'],
    blocksRepeated: true,
  },
  social_handle: {
    priority: 40,
    isStrong: false,
    valuesPerPerson: { most: 5, withinDays: null },
    personsPerValue: { most: 5, withinDays: 365 },
    staleAfterDays: null,
    blockedValues: NOBODY,
    blocksRepeated: true,
  },
  visitor_id: {
    priority: 10,
    isStrong: false,
    valuesPerPerson: { most: 200, withinDays: 30 },
    personsPerValue: { most: 3, withinDays: 30 },
    staleAfterDays: null,
    blockedValues: NOBODY,
    blocksRepeated: true,
  },
};

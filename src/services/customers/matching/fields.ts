/** One way in which a field of two persons can compare. */
export interface Level {
  readonly name: string;
  /** Levels with the same context are alternatives of each other; the context itself follows from fields before. */
  readonly context: number;
  /** How often two records of one person are expected to compare so, before anything was learned. */
  readonly expected: number;
  /**
   * Where both have the very same value, how common that value is matters: a rare one says more and a common one less (`told`), or it
   * can only say less (`weaker`): who shares a postal code mostly shares the town, however small that is.
   */
  readonly rarity: 'told' | 'weaker' | null;
}

export interface Field {
  readonly name: string;
  /**
   * What two people of one household have in common in this field: nothing more than strangers (`person`), as much as one person
   * (`household`), or something of its own (`contact`: a family's e-mail, the phone in the hall).
   */
  readonly shared: 'person' | 'household' | 'contact';
  /** Level 1 is the first; 0 is "missing", which says nothing. */
  readonly levels: readonly Level[];
}

type Expected = Readonly<Record<string, number>>;

const levelsOf = (table: Expected, { context, rarity }: Pick<Level, 'context' | 'rarity'>): Level[] =>
  Object.entries(table).map(([name, expected], i) => ({ name, context, expected, rarity: i === 0 ? rarity : null }));

const named = (table: Expected, condition: string): Expected =>
  Object.fromEntries(Object.entries(table).map(([name, expected]) => [`${name}, ${condition}`, expected]));

/** The first of a table is "the same". */
const free = (table: Expected): Level[] => levelsOf(table, { context: 0, rarity: 'told' });

/**
 * For a field that goes with another one: the town follows from the postal code, an e-mail address often from the name. How it compares
 * is learned apart for pairs that agree in the other field and for all others, so that nothing is counted twice.
 */
const beside = (other: string, agreeing: Expected, otherwise: Expected): Level[] => [
  ...levelsOf(agreeing, { context: 0, rarity: 'weaker' }),
  ...levelsOf(named(otherwise, other), { context: 1, rarity: 'told' }),
];

const LINE = { same: 0.6, near: 0.2, alike: 0.05, different: 0.1, 'in the other line': 0.05 };
/** E-mail addresses are made of names: namesakes, and people who share one name, have similar ones without being one person. */
const emailLevels = (): Level[] => [
  ...levelsOf(EMAIL, { context: 0, rarity: 'weaker' }),
  ...levelsOf(named(EMAIL, 'one name in common'), { context: 1, rarity: 'weaker' }),
  ...levelsOf(named(EMAIL, 'other names'), { context: 2, rarity: 'told' }),
];

const EMAIL = { same: 0.7, near: 0.1, 'same before the @': 0.05, 'alike before the @': 0.05, different: 0.1 };

/** In the order in which `comparePersons` fills the levels. */
export const FIELDS: readonly Field[] = [
  {
    name: 'givenName',
    shared: 'person',
    levels: free({ same: 0.72, nickname: 0.02, near: 0.12, alike: 0.04, different: 0.06, swapped: 0.04 }),
  },
  { name: 'familyName', shared: 'household', levels: free({ same: 0.75, near: 0.14, alike: 0.05, different: 0.06 }) },
  {
    name: 'birthDate',
    shared: 'person',
    // Days are all alike, but for the one that a form fills in by itself.
    levels: levelsOf(
      {
        ...{ same: 0.8, 'day and month swapped': 0.02, near: 0.09 },
        ...{ 'two of three': 0.04, 'same year': 0.02, different: 0.03 },
      },
      { context: 0, rarity: 'weaker' },
    ),
  },
  { name: 'loyaltyId', shared: 'person', levels: free({ same: 0.86, near: 0.08, alike: 0.01, different: 0.05 }) },
  { name: 'email', shared: 'contact', levels: emailLevels() },
  { name: 'phone', shared: 'contact', levels: free({ same: 0.7, 'same end': 0.05, near: 0.1, different: 0.15 }) },
  { name: 'street', shared: 'household', levels: beside('another postal code', LINE, LINE) },
  {
    name: 'houseNumber',
    shared: 'household',
    levels: beside(
      'another street',
      { same: 0.85, near: 0.08, different: 0.07 },
      { same: 0.6, near: 0.1, different: 0.3 },
    ),
  },
  { name: 'line2', shared: 'household', levels: free({ same: 0.6, near: 0.15, alike: 0.05, different: 0.2 }) },
  {
    name: 'postalCode',
    shared: 'household',
    levels: free({ same: 0.8, near: 0.1, 'same beginning': 0.04, different: 0.06 }),
  },
  {
    name: 'city',
    shared: 'household',
    levels: beside(
      'another postal code',
      { same: 0.8, near: 0.12, alike: 0.03, different: 0.05 },
      { same: 0.65, near: 0.1, alike: 0.03, different: 0.22 },
    ),
  },
  {
    name: 'region',
    shared: 'household',
    levels: beside('another place', { same: 0.95, different: 0.05 }, { same: 0.7, different: 0.3 }),
  },
];

/** What a level of a field means; `level` is 1 or more. */
export const levelOf = (field: number, level: number): Level => FIELDS[field]!.levels[level - 1]!;

import { CONTEXT_SECTIONS, type ContextSection } from '../../values/context-packet.ts';
import { SHOWING_PURPOSES } from '../../values/personal-classes.ts';
import { READ_MOMENT } from '../events/read-moment.ts';
import { countryOf, notAgreedTo } from '../privacy/not-agreed-to.ts';
import { HAS_CONSENT_RULES } from '../privacy/ruled-databases.ts';
import { personRow, ROWS } from './context-rows.ts';
import { SECTIONS } from './context-sections.ts';

/**
 * Parts of a state: sections that are read together, because they stand on the same rows or cost next to nothing. The first one, who the person
 * is, is in every state. Statements are kept prepared for good, so there is one text for each choice of parts and not for each choice of sections.
 */
const PARTS = [
  { name: 'person', sections: ['profile', 'identities', 'consents'], rows: ['agreed'] },
  { name: 'conversations', sections: ['conversations', 'routing'], rows: ['files', 'recent', 'waiting'] },
  { name: 'service', sections: ['service'], rows: ['served'] },
  { name: 'orders', sections: ['orders'], rows: ['bought'] },
  {
    name: 'activity',
    sections: ['basket', 'browsing', 'reviews'],
    rows: ['basket', 'in_basket', 'browsed', 'opinions'],
  },
  { name: 'stock', sections: ['stock'], rows: ['basket', 'in_basket', 'browsed', 'asked', 'stores', 'near'] },
] as const satisfies readonly {
  name: string;
  sections: readonly ContextSection[];
  rows: readonly (keyof typeof ROWS)[];
}[];

export type ContextPart = (typeof PARTS)[number]['name'];

const partOfSection = new Map<ContextSection, ContextPart>(
  PARTS.flatMap(({ name, sections }) => sections.map((section) => [section, name] as const)),
);

/** Where a section stands. */
export const partOf = (section: ContextSection): ContextPart => partOfSection.get(section)!;

/** When each section changed last. */
const AS_OF: Record<ContextSection, string> = {
  profile: 'p.updated_at',
  identities: '(select max(i.last_seen_at) from identities i join members m on i.customer_id = m.id)',
  consents: '(select max(recorded_at) from agreed)',
  conversations: '(select max(greatest(last_message_at, resolved_at)) from recent)',
  orders: '(select max(updated_at) from bought)',
  basket: '(select updated_at from basket)',
  browsing: '(select max(recorded_at) from browsed)',
  reviews: '(select max(recorded_at) from opinions)',
  stock: '(select max(as_of) from near)',
  routing: '(select max(greatest(decided_at, told_at)) from waiting)',
  service: '(select max(greatest(waiting_since, control_since, signals_at, clocks_at, participants_at)) from served)',
};

/** What a statement that reads these sections answers: they and those that come with them, in the order of packets. */
export function sectionsReadFor(asked: readonly ContextSection[]): readonly ContextSection[] {
  return choiceFor(asked).sections;
}

/** With stock what it is about: a store that has none of it yet may be the nearest one that gets it. */
export function sectionsToWatch(shown: readonly ContextSection[]): readonly ContextSection[] {
  return sectionsReadFor(shown.includes('stock') ? [...shown, 'orders', 'basket', 'browsing'] : shown);
}

/** What a statement is to answer. */
interface Asked {
  readonly sections: readonly ContextSection[];
  /** Whether it asks what the consent rules hide. Where none were ever set that costs more than all else of who the person is. */
  readonly isRuled: boolean;
}

/**
 * One statement for a person: `$1` is any customer id of theirs. A column for each part; it says when it read, and in `isRuled` whether there were
 * consent rules: of one that did not ask for them nothing counts then.
 */
export const statementForOne = (asked: Asked): string => choiceFor(asked.sections)[textFor(asked)].forOne;

/** The same for many: `$1` is an array of customer ids. A row for each in that order, null where there is no such customer. */
export const statementForMany = (asked: Asked): string => choiceFor(asked.sections)[textFor(asked)].forMany;

const textFor = ({ isRuled }: Asked) => (isRuled ? 'ruled' : 'unruled');

interface Texts {
  readonly forOne: string;
  readonly forMany: string;
}

interface Choice {
  readonly sections: readonly ContextSection[];
  readonly ruled: Texts;
  readonly unruled: Texts;
}

const choices = new Map<number, Choice>();

function choiceFor(asked: readonly ContextSection[]): Choice {
  const parts = PARTS.filter(({ name, sections }) => name === 'person' || sections.some((one) => asked.includes(one)));
  const key = parts.reduce((bits, part) => bits | (1 << PARTS.indexOf(part)), 0);
  const known = choices.get(key);
  if (known) return known;
  const read = new Set<ContextSection>(parts.flatMap(({ sections }) => sections));
  const choice = {
    sections: CONTEXT_SECTIONS.filter((section) => read.has(section)),
    ...{ ruled: textsOf(parts, NOT_AGREED_TO), unruled: textsOf(parts, NO_RULES) },
  };
  choices.set(key, choice);
  return choice;
}

type Parts = readonly (typeof PARTS)[number][];

/** Purposes that the person would have to agree to first. */
const NOT_AGREED_TO = `
  (select coalesce(json_agg(purpose order by purpose), '[]')
    from (${notAgreedTo(SHOWING_PURPOSES, { country: countryOf('p'), members: 'select id from members' })}) awaited)`;
const NO_RULES = `'[]'::json`;

function textsOf(parts: Parts, awaited: string): Texts {
  const columns = `${parts.map(({ name }) => `one.${name}`).join(', ')}, ${HAS_CONSENT_RULES} as is_ruled, ${READ_MOMENT}`;
  return {
    forOne: `select ${columns} from (${contextOf('$1', parts, awaited)}) as one`,
    forMany: `
      select ${columns} from unnest($1::text[]) with ordinality as wanted(customer_id, place)
      left join lateral (${contextOf('wanted.customer_id', parts, awaited)}) as one on true
      order by wanted.place`,
  };
}

function contextOf(id: string, parts: Parts, awaited: string): string {
  const rows = new Set<keyof typeof ROWS>(['members', ...parts.flatMap((part) => part.rows)]);
  // Stock asks about what was bought, whether or not the orders are shown.
  const bought = rows.has('asked') && !rows.has('bought') ? [`bought as materialized (${ROWS.placed})`] : [];
  const queries = [
    `person as materialized (${personRow(id)})`,
    ...(Object.keys(ROWS) as (keyof typeof ROWS)[])
      .filter((name) => rows.has(name))
      .flatMap((name) => [...(name === 'asked' ? bought : []), `${name} as materialized (${ROWS[name]})`]),
  ];
  return `
    with ${queries.join(', ')}
    select ${parts.map((part) => `json_build_object(${pairsOf(part, awaited)})::text as ${part.name}`).join(',\n')}
    from person p`;
}

function pairsOf({ name, sections }: (typeof PARTS)[number], awaited: string): string {
  const pairs = (of: Record<ContextSection, string>) => sections.map((section) => `'${section}', ${of[section]}`);
  const who = [
    `'customerId', p.id`,
    `'memberIds', (select json_agg(id order by id = p.id desc, id) from members)`,
    `'notAgreedTo', ${awaited}`,
    `'version', coalesce((select version from stream_heads where stream = 'customer:' || p.id), 0)`,
  ];
  return [
    ...(name === 'person' ? who : []),
    `'asOf', json_build_object(${pairs(AS_OF).join(', ')})`,
    ...pairs(SECTIONS),
  ].join(',\n');
}

import { CONTEXT_SECTIONS, type ContextSection } from '../../values/context-packet.ts';
import { READ_MOMENT } from '../events/read-moment.ts';
import { personRow, ROWS } from './context-rows.ts';
import { SECTIONS } from './context-sections.ts';

/**
 * Sections that are read together, because they stand on the same rows or cost next to nothing. Statements are kept prepared for good, so
 * there is one text for each choice of groups and not for each choice of sections.
 */
const GROUPS = [
  { sections: ['conversations', 'routing'], rows: ['files', 'recent', 'waiting'] },
  { sections: ['orders'], rows: ['bought'] },
  { sections: ['basket', 'browsing', 'reviews'], rows: ['basket', 'in_basket', 'browsed', 'opinions'] },
  { sections: ['stock'], rows: ['basket', 'in_basket', 'browsed', 'asked', 'stores', 'near'] },
] as const satisfies readonly { sections: readonly ContextSection[]; rows: readonly (keyof typeof ROWS)[] }[];

/** When each section changed last. */
const AS_OF: Record<ContextSection, string> = {
  profile: 'p.updated_at',
  identities: '(select max(i.last_seen_at) from identities i join members m on i.customer_id = m.id)',
  conversations: '(select max(greatest(last_message_at, resolved_at)) from recent)',
  orders: '(select max(updated_at) from bought)',
  basket: '(select updated_at from basket)',
  browsing: '(select max(recorded_at) from browsed)',
  reviews: '(select max(recorded_at) from opinions)',
  stock: '(select max(as_of) from near)',
  routing: '(select max(decided_at) from waiting)',
};

/** What a statement that reads these sections answers: they and those that come with them, in the order of packets. */
export function sectionsReadFor(asked: readonly ContextSection[]): readonly ContextSection[] {
  return choiceFor(asked).sections;
}

/** With stock what it is about: a store that has none of it yet may be the nearest one that gets it. */
export function sectionsToWatch(shown: readonly ContextSection[]): readonly ContextSection[] {
  return sectionsReadFor(shown.includes('stock') ? [...shown, 'orders', 'basket', 'browsing'] : shown);
}

/** One statement for a person: `$1` is any customer id of theirs. It says when it read. */
export const statementForOne = (asked: readonly ContextSection[]): string => choiceFor(asked).forOne;

/** The same for many: `$1` is an array of customer ids. A row for each in that order, null where there is no such customer. */
export const statementForMany = (asked: readonly ContextSection[]): string => choiceFor(asked).forMany;

interface Choice {
  readonly sections: readonly ContextSection[];
  readonly forOne: string;
  readonly forMany: string;
}

const choices = new Map<number, Choice>();

function choiceFor(asked: readonly ContextSection[]): Choice {
  const groups = GROUPS.filter(({ sections }) => sections.some((section) => asked.includes(section)));
  const key = groups.reduce((bits, group) => bits | (1 << GROUPS.indexOf(group)), 0);
  const known = choices.get(key);
  if (known) return known;
  const left = new Set<ContextSection>(GROUPS.flatMap(({ sections }) => sections));
  for (const group of groups) for (const section of group.sections) left.delete(section);
  const sections = CONTEXT_SECTIONS.filter((section) => !left.has(section));
  const rows = new Set<keyof typeof ROWS>(groups.flatMap((group) => group.rows));
  const choice = {
    sections,
    forOne: `select one.*, ${READ_MOMENT} from (${contextOf('$1', rows, sections)}) as one`,
    forMany: `
      select one.state, ${READ_MOMENT} from unnest($1::text[]) with ordinality as wanted(customer_id, place)
      left join lateral (${contextOf('wanted.customer_id', rows, sections)}) as one on true
      order by wanted.place`,
  };
  choices.set(key, choice);
  return choice;
}

function contextOf(id: string, rows: ReadonlySet<keyof typeof ROWS>, sections: readonly ContextSection[]): string {
  const read = (Object.keys(ROWS) as (keyof typeof ROWS)[]).filter((name) => name === 'members' || rows.has(name));
  // Stock asks about what was bought, whether or not the orders are shown.
  const bought = rows.has('asked') && !rows.has('bought') ? [`bought as materialized (${ROWS.placed})`] : [];
  const queries = [
    `person as materialized (${personRow(id)})`,
    ...read.flatMap((name) => [...(name === 'asked' ? bought : []), `${name} as materialized (${ROWS[name]})`]),
  ];
  const pairs = (of: Record<ContextSection, string>) => sections.map((section) => `'${section}', ${of[section]}`);
  return `
    with ${queries.join(', ')}
    select json_build_object(
      'customerId', p.id,
      'memberIds', (select json_agg(id order by id = p.id desc, id) from members),
      'version', coalesce((select version from stream_heads where stream = 'customer:' || p.id), 0),
      'asOf', json_build_object(${pairs(AS_OF).join(', ')}),
      ${pairs(SECTIONS).join(',\n')}
    )::text as state
    from person p`;
}

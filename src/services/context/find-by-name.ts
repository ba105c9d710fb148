import type { CustomerId } from '../../values/ids.ts';
import type { Sql } from '../../database/open-database.ts';
import { withinReach } from '../customers/person-of.ts';
import type { Scope } from '../scope.ts';
import type { WordRange } from './search-terms.ts';

/** How many are found at most. */
const MOST_FOUND = 200;
/** A word with fewer bearers is rare: each of them is asked for the other words. */
const RARE = 400;
/** Of two words that are not rare: so many bearers of each are held against those of the other. */
const MOST_HELD = 30_000;
/** Of those who have both, so many are asked for a third word. */
const MOST_ASKED = 1_000;

type Fragment = ReturnType<Sql>;

export interface Bearer {
  readonly customerId: CustomerId;
  /** 0 to 1: how like the words of the query those of the name are, on average. */
  readonly likeness: number;
}

/**
 * Bearers of all words of a query, in any order, the likest first. A rare word leads, its few bearers are asked for the others by key;
 * where all are common, the lists of the two rarest are held against each other. What is read is bounded in either way.
 */
export async function findByName(scope: Scope, ranges: readonly WordRange[]): Promise<Bearer[]> {
  const places = [...new Set(ranges.map(({ place }) => place))];
  if (places.length === 0) return [];
  if (places.length === 1) return bearersOf(scope, ranges, places, walk(scope, ranges, MOST_FOUND));
  const of = (place: number) => ranges.filter((range) => range.place === place);
  const [rarest] = await byRarity(scope, ranges, RARE);
  if (rarest!.bearers === 0) return [];
  if (rarest!.bearers < RARE) return bearersOf(scope, ranges, [rarest!.place], walk(scope, of(rarest!.place), RARE));
  const chosen = places.length === 2 ? places : (await byRarity(scope, ranges, MOST_HELD)).map(({ place }) => place);
  const [one, other] = [chosen[0]!, chosen[1]!];
  const { sql } = scope.db;
  const both: Fragment = sql`
    (select one.customer_id, max(one.likeness + other.likeness) as likeness
    from ${walk(scope, of(one), MOST_HELD)} one join ${walk(scope, of(other), MOST_HELD)} other using (customer_id)
    group by 1 order by 2 desc, 1 limit ${places.length === 2 ? MOST_FOUND : MOST_ASKED})`;
  return bearersOf(scope, ranges, [one, other], both);
}

/** Customers whose name has one of the words, the likest words first, each with how like it is. */
function walk(scope: Scope, ranges: readonly WordRange[], most: number): Fragment {
  const { sql } = scope.db;
  const sorted = [...ranges].sort((a, b) => b.likeness - a.likeness);
  return sql`(
    select w.customer_id, a.likeness
    from ${asked(sql, sorted)} cross join lateral (
      -- In the order of the index, so that the limit ends the reading of it.
      select w.customer_id from customer_words w
      where w.word >= a.low and w.word < a.high and ${withinReach(scope, 'customers:read', 'w.customer_id')}
      order by w.word, w.customer_id limit ${most}
    ) w
    limit ${most}
  )`;
}

/** Those of `held` (customer_id, likeness: the sum over `places`) whose names have the words of the other places too. */
async function bearersOf(
  scope: Scope,
  ranges: readonly WordRange[],
  places: readonly number[],
  held: Fragment,
): Promise<Bearer[]> {
  const { sql } = scope.db;
  const others = ranges.filter(({ place }) => !places.includes(place));
  const missing = new Set(others.map(({ place }) => place)).size;
  return sql<Bearer[]>`
    select held.customer_id, (held.likeness + coalesce(others.likeness, 0)) / ${places.length + missing}::int as likeness
    from (select customer_id, max(likeness) as likeness from ${held} each_word group by customer_id) held
    cross join lateral (
      select sum(best) as likeness, count(*) as found from (
        select max(a.likeness) as best
        from (select w.word from customer_words w where w.customer_id = held.customer_id offset 0) own
        join ${asked(sql, others)} on own.word >= a.low and own.word < a.high
        group by a.place
      ) each_word
    ) others
    where others.found = ${missing}::int
    order by 2 desc, 1 limit ${MOST_FOUND}`;
}

/** The places of a query, the one with the fewest bearers first; they are counted up to `most`. */
async function byRarity(scope: Scope, ranges: readonly WordRange[], most: number) {
  const { sql } = scope.db;
  return sql<{ place: number; bearers: number }[]>`
    select place.nth as place, bearers.bearers
    from unnest(${[...new Set(ranges.map(({ place }) => place))]}::int[]) as place(nth) cross join lateral (
      select count(*)::int as bearers from (
        select from ${asked(sql, ranges)} cross join lateral (
          select from customer_words w where w.word >= a.low and w.word < a.high order by w.word, w.customer_id limit ${most}
        ) w
        where a.place = place.nth limit ${most}
      ) w
    ) bearers
    order by bearers, place`;
}

const asked = (sql: Sql, ranges: readonly WordRange[]): Fragment => sql`
  unnest(${ranges.map(({ place }) => place)}::int[], ${ranges.map(({ low }) => low)}::text[],
    ${ranges.map(({ high }) => high)}::text[], ${ranges.map(({ likeness }) => likeness)}::float8[]) as a(place, low, high, likeness)`;

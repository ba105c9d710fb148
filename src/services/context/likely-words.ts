import { editDistance, oneEditFrom } from '../../values/edit-distance.ts';
import type { Scope } from '../scope.ts';
import { beginning, exactly, rangesOf, type WordRange } from './search-terms.ts';

/** Below this a word has too many neighbours to guess. */
const SHORTEST = 3;
/** From here on two letters may be wrong. */
const LONG = 6;
/** Letters at the beginning that were typed right, where two are wrong. */
const TRUSTED = 3;
const MOST_NEIGHBOURS = 500;
const MOST_GUESSES = 8;

/**
 * What misspelt words were meant to be: names that exist one wrong letter away, looked up by key, and for long words two away among the
 * names that begin alike. Neither looks at more than a fixed number of index entries, so that it costs the same at any number of names.
 */
export async function likelyWords(scope: Scope, words: readonly string[]): Promise<WordRange[]> {
  const { sql } = scope.db;
  const asked = words.map((word, place) => ({ word, place })).filter(({ word }) => word.length >= SHORTEST);
  if (asked.length === 0) return [];
  const near = asked.flatMap(({ word, place }) => oneEditFrom(word).map((guess) => ({ guess, place })));
  const long = asked.filter(({ word }) => word.length >= LONG);
  const starts = long.map(({ word }) => beginning([...word].slice(0, TRUSTED).join('')));
  // The second part steps from one name to the next by the index: bearers of one name are passed over.
  const rows = await sql<{ place: number; word: string }[]>`
    select near.place, near.guess as word
    from unnest(${near.map(({ place }) => place)}::int[], ${near.map(({ guess }) => guess)}::text[]) as near(place, guess)
    where exists (select from customer_words w where w.word = near.guess)
    union
    select start.place, next.word
    from unnest(${long.map(({ place }) => place)}::int[], ${starts.map(({ low }) => low)}::text[],
      ${starts.map(({ high }) => high)}::text[]) as start(place, low, high)
    cross join lateral (
      with recursive step as (
        (select w.word from customer_words w where w.word >= start.low and w.word < start.high order by w.word limit 1)
        union all
        select (select w.word from customer_words w where w.word > step.word and w.word < start.high order by w.word limit 1)
        from step where step.word is not null
      )
      select word from step where word is not null limit ${MOST_NEIGHBOURS}
    ) next`;
  return [
    ...words.flatMap((word, place) => rangesOf(word, place)),
    ...asked.flatMap(({ word, place }) => {
      const most = word.length >= LONG ? 2 : 1;
      return rows
        .filter((row) => row.place === place && row.word !== word)
        .map((row) => ({ word: row.word, distance: editDistance(word, row.word, most) }))
        .filter(({ distance }) => distance <= most)
        .sort((a, b) => a.distance - b.distance || (a.word < b.word ? -1 : 1))
        .slice(0, MOST_GUESSES)
        .map((guess) => exactly(guess.word, place, 0.5 * (1 - guess.distance / word.length)));
    }),
  ];
}

// What a search would cost without Punos: plain node:http and prepared statements with generic plans over the same rows.
import postgres from 'postgres';

import { editDistance, oneEditFrom } from '../../src/values/edit-distance.ts';
import { answerParent, cpuSeconds } from '../parts/answer-parent.ts';
import { plainHttp } from './plain-http.ts';

const END = '\u{10FFFF}';
const NEXT = '\u0001';

type Range = { low: string; high: string; likeness: number };

/** Bearers of the words of one place; $n, $n + 1 and $n + 2 are its ranges. */
const bearers = (n: number, most: number) => `(
  select w.customer_id, a.likeness from unnest($${n}::text[], $${n + 1}::text[], $${n + 2}::float8[]) as a(low, high, likeness), lateral (
    select customer_id from customer_words where word >= a.low and word < a.high order by word, customer_id limit ${most}) w limit ${most})`;
const NAMES = [
  `select null::text, null::float8, null::text where false`,
  `select customer_id, 0.9 * max(likeness), 'NAME' from ${bearers(2, 200)} w group by 1`,
  `(select customer_id, 0.9 * max(one.likeness + other.likeness) / 2, 'NAME'
    from ${bearers(2, 30_000)} one join ${bearers(5, 30_000)} other using (customer_id) group by 1 order by 2 desc, 1 limit 200)`,
];
/** $1 is what was typed, in small letters. */
const found = (words: number) => `
  with hit(customer_id, score, matched_on) as (
    (select customer_id, case when normalized = $1 then 1 else 0.7 end::float8, 'IDENTITY' from identities
     where kind = 'email' and normalized >= $1 and normalized < $1 || '${END}' order by kind, normalized limit 200)
    union all
    (select customer_id, case when number = upper($1) then 1 else 0.7 end, 'ORDER_NUMBER' from orders
     where length($1::text) > 2 and number ~>=~ upper($1) and number ~<~ (upper($1) || '${END}') order by number using ~<~ limit 200)
    union all ${NAMES[words]}
  ), best as (
    select customer_id, max(round(score::numeric, 4)) as score, (array_agg(matched_on order by score desc, matched_on))[1] as matched_on
    from hit group by 1
  )
  select (select count(*) from best)::int as found, coalesce((
    select json_agg(json_build_object('score', b.score, 'matchedOn', b.matched_on, 'node', json_build_object('id', c.id,
      'displayName', c.display_name, 'language', c.language, 'market', c.market, 'preferredChannel', upper(c.preferred_channel)))
      order by b.score desc, c.id)
    from (select * from best order by score desc, customer_id limit 20) b join customers c on c.id = b.customer_id
  ), '[]')::text as edges`;
const STATEMENTS = [0, 1, 2].map(found);

const NEIGHBOURS = `
  select near.word from unnest($1::text[]) as near(word) where exists (select from customer_words w where w.word = near.word)
  union (
    with recursive step as (
      (select word from customer_words where word >= $2 and word < $2 || '${END}' order by word limit 1)
      union all select (select w.word from customer_words w where w.word > step.word and w.word < $2 || '${END}' order by w.word limit 1)
      from step where step.word is not null
    ) select word from step where word is not null and length($2) = 3 limit 500)`;

async function start({ databaseUrl, poolSize }: { databaseUrl: string; poolSize: number }): Promise<string> {
  const sql = postgres(databaseUrl, { max: poolSize, connection: { plan_cache_mode: 'force_generic_plan' } });
  const typed = (word: string): Range[] => [
    { low: word, high: word + NEXT, likeness: 1 },
    { low: word + NEXT, high: word + END, likeness: 0.6 },
  ];
  const guessed = async (word: string): Promise<Range[]> => {
    if (word.length < 3) return typed(word);
    const long = word.length >= 6;
    const rows = await sql.unsafe<{ word: string }[]>(NEIGHBOURS, [oneEditFrom(word), long ? word.slice(0, 3) : ''], {
      prepare: true,
    });
    const near = rows
      .map((row) => ({ word: row.word, distance: editDistance(word, row.word, long ? 2 : 1) }))
      .filter((row) => row.word !== word && row.distance <= (long ? 2 : 1))
      .sort((a, b) => a.distance - b.distance || (a.word < b.word ? -1 : 1))
      .slice(0, 8);
    const ranges = near.map((row) => ({
      low: row.word,
      high: row.word + NEXT,
      likeness: 0.5 * (1 - row.distance / word.length),
    }));
    return [...typed(word), ...ranges].sort((a, b) => b.likeness - a.likeness);
  };
  const search = async (text: string, places: Range[][]) => {
    const ranges = places.flatMap((place) =>
      (['low', 'high', 'likeness'] as const).map((key) => place.map((range) => range[key])),
    );
    const [row] = await sql.unsafe<{ found: number; edges: string }[]>(STATEMENTS[places.length]!, [text, ...ranges], {
      prepare: true,
    });
    return row!;
  };
  return plainHttp(sql, async ({ query }: { query: string }) => {
    const text = query.toLowerCase();
    const words = text.includes('@') ? [] : text.replaceAll('ä', 'a').split(/[^a-z0-9]+/);
    let row = await search(text, words.map(typed));
    if (row.found < 10 && words.length > 0) row = await search(text, await Promise.all(words.map(guessed)));
    return `{"data":{"customerSearch":{"edges":${row.edges},"pageInfo":{"hasNextPage":${row.found > 20}}}}}`;
  });
}

answerParent({ start, cpu: cpuSeconds });

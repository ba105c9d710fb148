import type { CustomerId } from '../../../values/ids.ts';
import type { Scope } from '../../scope.ts';
import { membersOf, pairsOf, planBlocks, walkBlocks } from './match-blocks.ts';
import type { MatchModel } from './match-model.ts';
import { PersonMemory } from './person-memory.ts';

export interface FindingCandidates {
  /** From this confidence on a pair is kept; 0 to 1. */
  readonly from: number;
  /** The key up to which blocks were looked at before. */
  readonly after: number;
  /** Only pairs with one of these. Null: all. */
  readonly changed: ReadonlySet<CustomerId> | null;
  /** Told after some blocks: how many of how many, and the last one's key. What is before it is kept. False: no more. */
  readonly onBlocks: (done: number, total: number, key: number) => Promise<boolean>;
}

/**
 * Compares all whom a key brings together and keeps who may be one, for `settleCandidates`. It goes from block to block, so that a person is read
 * once for each of their keys and not for each of their mates. Answers how many pairs were compared.
 */
export async function findCandidates(
  scope: Scope,
  { scorer }: MatchModel,
  { from, after, changed, onBlocks }: FindingCandidates,
): Promise<number> {
  const { sql } = scope.db;
  const { blocks: total, crowded } = await planBlocks(sql);
  const [row] = await sql<{ done: number }[]>`
    select count(*)::int as done from (
      select 1 from match_keys where key <= ${after} group by key having count(*) > 1 and not key = any (${[...crowded]}::bigint[])) as before`;
  let { done } = row!;
  const memory = new PersonMemory(sql);
  let compared = 0;
  for await (const blocks of walkBlocks(sql, { after })) {
    const due = changed ? blocks.filter(({ ids }) => ids.some((id) => changed.has(id))) : blocks;
    const persons = await memory.read(membersOf(due));
    const found: { one: CustomerId; other: CustomerId; confidence: number }[] = [];
    for (const { a, b, isFirst } of pairsOf(due, persons, crowded)) {
      if (!isFirst || (changed && !changed.has(a.id) && !changed.has(b.id))) continue;
      compared += 1;
      const confidence = scorer.confidence(a.whole, b.whole);
      if (confidence >= from) found.push({ one: a.id, other: b.id, confidence });
    }
    await keep(scope, found);
    done += blocks.length;
    if (!(await onBlocks(Math.min(done, total), total, blocks.at(-1)!.key))) break;
  }
  return compared;
}

async function keep(
  { db: { sql } }: Scope,
  found: readonly { one: CustomerId; other: CustomerId; confidence: number }[],
): Promise<void> {
  if (found.length === 0) return;
  await sql`
    insert into match_candidates (one_id, other_id, confidence)
    select r.one, r.other, r.confidence
    from jsonb_to_recordset(${sql.json(found)}::jsonb) as r(one text, other text, confidence float8)
    on conflict (one_id, other_id) do update set confidence = excluded.confidence`;
}

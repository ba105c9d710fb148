import { newId, type CustomerId } from '../../../values/ids.ts';
import { atomically } from '../../events/atomically.ts';
import type { Scope, TransactionScope } from '../../scope.ts';
import { joinLocked } from '../merging/join-persons.ts';
import { areKeptApart, columnsKeptApart, inOrder } from '../merging/keep-apart.ts';
import { lockPersons } from '../merging/lock-persons.ts';
import { isCertain, type Link } from './link.ts';
import type { MatchModel } from './match-model.ts';

/** Merges in one transaction. */
const AT_ONCE = 50;

/** What became of links. */
export interface Settled {
  /** Proposals that are new. */
  readonly proposed: number;
  /** Both ids of each merge. */
  readonly merged: ReadonlySet<CustomerId>;
  /** Links of somebody whom another one has merged: what they say by now is to be asked again. */
  readonly stale: readonly Link[];
}

export interface Settling {
  /** From here on they are merged without anybody being asked. Null: never. */
  readonly mergeFrom: number | null;
  /** Customers all of whose links these are: what is open of them besides is withdrawn. */
  readonly ids: readonly string[];
}

/**
 * Merges those of these links, the best first, that are certain enough, with nothing verified against them and nobody who ever said that the two are
 * two; the others are proposed.
 */
export async function settleLinks(
  scope: Scope,
  model: MatchModel,
  links: readonly Link[],
  { mergeFrom, ids }: Settling,
): Promise<Settled> {
  const merged = new Set<CustomerId>();
  const isOfMerged = ({ a, b }: Link) => merged.has(a.id) || merged.has(b.id);
  const open: Link[] = [];
  const stale: Link[] = [];
  for (let due = links; due.length > 0;) {
    const { certain, unsure, later } = takeApart(model, due, mergeFrom);
    open.push(...unsure);
    for (let at = 0; at < certain.length; at += AT_ONCE) {
      const some = certain.slice(at, at + AT_ONCE);
      const done = await mergeAll(scope, model, some);
      for (const { a, b } of done) merged.add(a.id).add(b.id);
      open.push(...some.filter((link) => !done.has(link)));
    }
    stale.push(...later.filter(isOfMerged));
    due = later.filter((link) => !isOfMerged(link));
  }
  return { proposed: await writeProposals(scope, model, { ids, links: open }), merged, stale };
}

/** Which of these, best first, are to be merged: each person with one other at a time. What else is of them comes later. */
function takeApart(model: MatchModel, links: readonly Link[], mergeFrom: number | null) {
  const [certain, unsure, later]: [Link[], Link[], Link[]] = [[], [], []];
  const taken = new Set<CustomerId>();
  for (const link of links) {
    const { a, b } = link;
    if (taken.has(a.id) || taken.has(b.id)) later.push(link);
    else if (isCertain(model, link, mergeFrom)) {
      certain.push(link);
      taken.add(a.id).add(b.id);
    } else unsure.push(link);
  }
  return { certain, unsure, later };
}

/** Merges of persons who stand in one link each. Missing in the answer: somebody was faster, or said that the two are two. */
async function mergeAll(scope: Scope, model: MatchModel, links: readonly Link[]): Promise<ReadonlySet<Link>> {
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const personOf = await lockPersons(
      tx,
      links.flatMap(({ a, b }) => [a.id, b.id]),
    );
    const whole = links.filter(({ a, b }) => personOf.get(a.id) === a.id && personOf.get(b.id) === b.id);
    const apart = await Promise.all(
      whole.map(({ a, b }) => sql<{ isApart: boolean }[]>`select ${areKeptApart(sql, a.id, b.id)} as is_apart`),
    );
    const free = whole.filter((_, i) => !apart[i]![0]!.isApart);
    await Promise.all(
      free.flatMap((link) => {
        // Who arrived first goes on: ids are in the order of time.
        const [one, other] = inOrder(link.a.id, link.b.id);
        const { confidence } = link;
        return [
          joinLocked(tx, one, [other], { reason: 'confidence', confidence }),
          keepProposal(tx, model, link, 'accepted'),
        ];
      }),
    );
    return new Set(free);
  });
}

async function keepProposal(tx: TransactionScope, model: MatchModel, link: Link, state: 'accepted'): Promise<void> {
  const [one, other] = inOrder(link.a.id, link.b.id);
  const { sql } = tx.db;
  await sql`
    insert into merge_proposals (id, one_id, other_id, confidence, evidence, is_contradicted, state, weights_version, proposed_at,
      decided_at, decided_by)
    values (${newId('mergeProposal')}, ${one}, ${other}, ${link.confidence}, ${sql.json(link.evidence as never)}, false, ${state},
      ${model.version}, ${tx.now}, ${tx.now}, ${tx.viewer.principal})
    on conflict (one_id, other_id) do update set confidence = excluded.confidence, evidence = excluded.evidence,
      is_contradicted = false, state = excluded.state, weights_version = excluded.weights_version,
      decided_at = excluded.decided_at, decided_by = excluded.decided_by`;
}

/** Writes what is new or says something else by now, and takes back what is open and not so any more. Answers how many are new. */
async function writeProposals(
  scope: Scope,
  model: MatchModel,
  { ids, links }: { ids: readonly string[]; links: readonly Link[] },
): Promise<number> {
  const { sql } = scope.db;
  const rows = links.map(({ a, b, confidence, evidence, isContradicted }) => {
    const [one, other] = inOrder(a.id, b.id);
    return { id: newId('mergeProposal'), one, other, confidence, evidence, is_contradicted: isContradicted };
  });
  const [row] = await sql<{ count: number }[]>`
    with found as materialized (
      select f.* from jsonb_to_recordset(${sql.json(rows as never)}::jsonb)
        as f(id text, one text, other text, confidence float8, evidence jsonb, is_contradicted boolean)
      where not exists (select 1 from person_links l where l.member_id in (f.one, f.other))
        and not ${columnsKeptApart(sql, 'f.one', 'f.other')}
    ), withdrawn as (
      delete from merge_proposals p
      where p.state = 'open' and (p.one_id = any (${ids as string[]}::text[]) or p.other_id = any (${ids as string[]}::text[]))
        and not exists (select 1 from found f where f.one = p.one_id and f.other = p.other_id)
    ), written as (
      insert into merge_proposals as p (id, one_id, other_id, confidence, evidence, is_contradicted, state, weights_version, proposed_at)
      select f.id, f.one, f.other, f.confidence, f.evidence, f.is_contradicted, 'open', ${model.version}, ${scope.now}
      from found f
      order by f.one, f.other
      on conflict (one_id, other_id) do update set confidence = excluded.confidence, evidence = excluded.evidence,
        is_contradicted = excluded.is_contradicted, weights_version = excluded.weights_version
        where p.state = 'open' and (p.confidence, p.is_contradicted) is distinct from (excluded.confidence, excluded.is_contradicted)
      returning xmax = 0 as is_new
    )
    select count(*) filter (where is_new)::int as count from written`;
  return row!.count;
}

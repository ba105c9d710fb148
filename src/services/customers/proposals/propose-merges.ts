import { newId, type CustomerId } from '../../../values/ids.ts';
import { atomically } from '../../events/atomically.ts';
import type { Scope, TransactionScope } from '../../scope.ts';
import { voteOf } from '../matching/group-links.ts';
import type { FieldEvidence } from '../matching/score-pair.ts';
import { joinPersons } from '../merging/join-persons.ts';
import { areKeptApart, inOrder } from '../merging/keep-apart.ts';
import { lockPersons } from '../merging/lock-persons.ts';
import { blockMates, keepMatchKeys } from './match-keys.ts';
import type { MatchModel } from './match-model.ts';
import { contradict, readPersonRecords, type StoredPerson } from './person-records.ts';

/** From which confidence on what happens. */
export interface ProposalThresholds {
  /** Somebody is asked, from here on; 0 to 1. */
  readonly propose: number;
  /** They are merged without anybody being asked, from here on. Null: never. */
  readonly merge: number | null;
}

/** From percents, as settings have them; 0: never. */
export const thresholdsOf = (percent: {
  readonly proposePercent: number;
  readonly mergePercent: number;
}): ProposalThresholds => ({
  propose: percent.proposePercent / 100,
  merge: percent.mergePercent === 0 ? null : percent.mergePercent / 100,
});

/** What came of it. */
export interface Proposed {
  readonly compared: number;
  readonly proposed: number;
  readonly merged: readonly CustomerId[];
}

interface Link {
  readonly a: StoredPerson;
  readonly b: StoredPerson;
  readonly confidence: number;
  readonly evidence: readonly FieldEvidence[];
  readonly isContradicted: boolean;
}

/** What was learned from fewer persons is good enough to ask somebody, not to decide. */
const ENOUGH_TO_MERGE = 500;

/**
 * Compares these persons with all who have a key in common: whoever may be the same is proposed, or merged at once when it is certain
 * enough, nothing verified speaks against it, the members of both on the whole speak for it, and nobody ever said that they are two.
 */
export async function proposeMerges(
  scope: Scope,
  model: MatchModel,
  ids: readonly string[],
  thresholds: ProposalThresholds,
): Promise<Proposed> {
  const { sql } = scope.db;
  const persons = await readPersonRecords(sql, ids);
  await keepMatchKeys(sql, ids, persons);
  const mates = await blockMates(sql, [...persons.keys()]);
  const missing = [...new Set([...mates.values()].flat())].filter((id) => !persons.has(id));
  const all = new Map([...persons, ...(await readPersonRecords(sql, missing))]);
  const { links, compared } = linksAmong(model, { persons, mates, all }, thresholds.propose);
  const merged = new Set<CustomerId>();
  const open: Link[] = [];
  // The best first: whom a merge has changed is looked at again with what it knows then.
  for (const link of links) {
    if (merged.has(link.a.id) || merged.has(link.b.id)) continue;
    if (isCertain(model, link, thresholds.merge) && (await merge(scope, model, link))) {
      merged.add(link.a.id).add(link.b.id);
    } else open.push(link);
  }
  const proposed = await writeProposals(scope, model, { ids, links: open });
  return { compared, proposed, merged: [...merged] };
}

function linksAmong(
  { scorer }: MatchModel,
  given: {
    persons: ReadonlyMap<CustomerId, StoredPerson>;
    mates: ReadonlyMap<CustomerId, readonly CustomerId[]>;
    all: ReadonlyMap<CustomerId, StoredPerson>;
  },
  from: number,
): { links: Link[]; compared: number } {
  const links: Link[] = [];
  let compared = 0;
  for (const a of given.persons.values())
    for (const mateId of given.mates.get(a.id) ?? []) {
      const b = given.all.get(mateId);
      if (!b || (given.persons.has(mateId) && mateId < a.id)) continue;
      compared += 1;
      const confidence = scorer.confidence(a.whole, b.whole);
      if (confidence < from) continue;
      links.push({ a, b, confidence, evidence: scorer.evidence(a.whole, b.whole), isContradicted: contradict(a, b) });
    }
  return { links: links.sort((one, other) => other.confidence - one.confidence), compared };
}

function isCertain(model: MatchModel, link: Link, from: number | null): boolean {
  const { a, b, confidence, isContradicted } = link;
  if (from === null || confidence < from || isContradicted || model.personCount < ENOUGH_TO_MERGE) return false;
  if (!link.evidence.some(isAnchor)) return false;
  return (a.members.length === 1 && b.members.length === 1) || voteOf(a.members, b.members, model.scorer) > 0;
}

/** Beside whatever is alike, one thing that few people share is the very same: names that count up are alike without end. */
const ANCHORS = new Set(['birthDate', 'loyaltyId', 'email', 'phone', 'street']);
const isAnchor = ({ field, level }: FieldEvidence): boolean => ANCHORS.has(field) && /^same(?:,|$)/.test(level);

/** False: somebody was faster, or said that they are two. */
async function merge(scope: Scope, model: MatchModel, link: Link): Promise<boolean> {
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    // Who arrived first goes on: ids are in the order of time.
    const [one, other] = inOrder(link.a.id, link.b.id);
    const personOf = await lockPersons(tx, [one, other]);
    if (personOf.get(one) !== one || personOf.get(other) !== other) return false;
    const [row] = await sql<{ apart: boolean }[]>`select ${areKeptApart(sql, one, other)} as apart`;
    if (row!.apart) return false;
    await joinPersons(tx, [one, other], { reason: 'confidence', confidence: link.confidence });
    await keepProposal(tx, model, link, 'accepted');
    return true;
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
      select * from jsonb_to_recordset(${sql.json(rows as never)}::jsonb)
        as r(id text, one text, other text, confidence float8, evidence jsonb, is_contradicted boolean)
    ), withdrawn as (
      delete from merge_proposals p
      where p.state = 'open' and (p.one_id = any (${ids as string[]}::text[]) or p.other_id = any (${ids as string[]}::text[]))
        and not exists (select 1 from found f where f.one = p.one_id and f.other = p.other_id)
    ), written as (
      insert into merge_proposals as p (id, one_id, other_id, confidence, evidence, is_contradicted, state, weights_version, proposed_at)
      select f.id, f.one, f.other, f.confidence, f.evidence, f.is_contradicted, 'open', ${model.version}, ${scope.now}
      from found f
      where not exists (select 1 from person_links l where l.member_id in (f.one, f.other))
        and not exists (
          select 1
          from (select f.one as id union all select member_id from person_links where person_id = f.one) as ours
          cross join (select f.other as id union all select member_id from person_links where person_id = f.other) as theirs
          join kept_apart k on k.one_id = least(ours.id, theirs.id) and k.other_id = greatest(ours.id, theirs.id)
        )
      order by f.one, f.other
      on conflict (one_id, other_id) do update set confidence = excluded.confidence, evidence = excluded.evidence,
        is_contradicted = excluded.is_contradicted, weights_version = excluded.weights_version
        where p.state = 'open' and (p.confidence, p.is_contradicted) is distinct from (excluded.confidence, excluded.is_contradicted)
      returning xmax = 0 as is_new
    )
    select count(*) filter (where is_new)::int as count from written`;
  return row!.count;
}

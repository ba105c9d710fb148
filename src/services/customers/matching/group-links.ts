import type { Comparable } from './comparable.ts';
import type { Matching } from './find-links.ts';
import type { PairScorer } from './score-pair.ts';

export interface Grouping {
  /** Links below this confidence join nobody. */
  readonly from: number;
  /** Each record is joined with one other at most: for two lists in which nobody stands twice. */
  readonly isOneToOne?: boolean;
}

/** However strong one pair speaks, in the vote of two groups it counts for no more than this (a logarithm of odds). */
const LOUDEST = 4;
/** Members of each group that are asked. */
const ASKED = 6;

/**
 * Who is one person: for each record the number of its group. Links join from the best down, and a link joins two groups only where their
 * members on the whole speak for it: A like B and B like C do not make A and C one where these two contradict each other.
 */
export function groupLinks({ records, links, scorer }: Matching, { from, isOneToOne = false }: Grouping): Int32Array {
  const groupOf = Int32Array.from(records, (_, i) => i);
  const members: number[][] = records.map((_, i) => [i]);
  const bar = Math.min(0, Math.log(from / (1 - from)));
  const recordsOf = (group: readonly number[]) => spread(group).map((each) => records[each]!);
  // Groups that were kept apart, and how large they were together: as long as neither grew, the next link between them says nothing new.
  const apart = new Map<number, number>();
  for (const { a, b, confidence } of links) {
    if (confidence < from) break;
    const [one, other] = [groupOf[a]!, groupOf[b]!];
    if (one === other) continue;
    const [ours, theirs] = [members[one]!, members[other]!];
    const size = ours.length + theirs.length;
    if (size > 2) {
      const both = Math.min(one, other) * records.length + Math.max(one, other);
      if (isOneToOne || apart.get(both) === size) continue;
      if (voteOf(recordsOf(ours), recordsOf(theirs), scorer) <= bar) {
        apart.set(both, size);
        continue;
      }
    }
    const [into, gone] = ours.length >= theirs.length ? [one, other] : [other, one];
    for (const member of members[gone]!) {
      groupOf[member] = into;
      members[into]!.push(member);
    }
    members[gone] = [];
  }
  return groupOf;
}

/** What two groups say on the whole: above zero that they are one person. */
export function voteOf(ours: readonly Comparable[], theirs: readonly Comparable[], scorer: PairScorer): number {
  const [some, others] = [spread(ours), spread(theirs)];
  let sum = 0;
  for (const a of some) for (const b of others) sum += Math.max(-LOUDEST, Math.min(LOUDEST, scorer.logOdds(a, b)));
  return sum / (some.length * others.length);
}

/** Some members, from all over the group. */
const spread = <T>(members: readonly T[]): T[] =>
  members.length <= ASKED
    ? [...members]
    : Array.from({ length: ASKED }, (_, i) => members[Math.floor((i * members.length) / ASKED)]!);

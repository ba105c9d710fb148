import { voteOf } from '../matching/group-links.ts';
import type { FieldEvidence } from '../matching/score-pair.ts';
import type { MatchModel } from './match-model.ts';
import { contradict, type StoredPerson } from './person-records.ts';

/** Two persons that may be one, and why. */
export interface Link {
  readonly a: StoredPerson;
  readonly b: StoredPerson;
  readonly confidence: number;
  readonly evidence: readonly FieldEvidence[];
  readonly isContradicted: boolean;
}

/** What was learned from fewer persons is good enough to ask somebody, not to decide. */
const ENOUGH_TO_MERGE = 500;

/** What two persons are to each other. Null: less than this confidence says that they are one. */
export function linkBetween({ scorer }: MatchModel, a: StoredPerson, b: StoredPerson, from: number): Link | null {
  const confidence = scorer.confidence(a.whole, b.whole);
  if (confidence < from) return null;
  return { a, b, confidence, evidence: scorer.evidence(a.whole, b.whole), isContradicted: contradict(a, b) };
}

/** Whether two are one without anybody being asked. `from`: the least confidence; null: never. */
export function isCertain(model: MatchModel, link: Link, from: number | null): boolean {
  const { a, b, confidence, isContradicted } = link;
  if (from === null || confidence < from || isContradicted || model.personCount < ENOUGH_TO_MERGE) return false;
  if (!link.evidence.some(isAnchor)) return false;
  return (a.members.length === 1 && b.members.length === 1) || voteOf(a.members, b.members, model.scorer) > 0;
}

/** Beside whatever is alike, one thing that few people share is the very same: names that count up are alike without end. */
const ANCHORS = new Set(['birthDate', 'loyaltyId', 'email', 'phone', 'street']);
const isAnchor = ({ field, level }: FieldEvidence): boolean => ANCHORS.has(field) && /^same(?:,|$)/.test(level);

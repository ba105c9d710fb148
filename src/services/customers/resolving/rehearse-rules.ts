import { checkWhole } from '../../../values/check-input.ts';
import type { DropReason, IdentityRules, RehearsedKind } from '../../../values/identity-rules.ts';
import type { CustomerId } from '../../../values/ids.ts';
import type { IdentityKind } from '../../../values/vocabulary.ts';
import { requireRight } from '../../access/role-rights.ts';
import type { Scope } from '../../scope.ts';
import { activeRules } from './active-rules.ts';
import { changeRules, type IdentityRuleChange } from './check-rules.ts';
import { readHistory, type PersonHistory } from './read-history.ts';
import { replayEvidence, replayPerson } from './replay-history.ts';

/** What changed rules would do differently from those that count. */
export interface RehearsedChange {
  readonly kind: RehearsedKind;
  readonly personId: CustomerId;
  /** With whom it would be one person. Null: with nobody. */
  readonly otherPersonId: CustomerId | null;
  /** The identifier that makes the difference. Null: several. */
  readonly identityKind: IdentityKind | null;
  /** Why it would be dropped, or is now. Null: it is not. */
  readonly reason: DropReason | null;
}

export interface Rehearsal {
  /** The rules that it is compared with. */
  readonly rulesVersion: number;
  /** Persons looked at. */
  readonly examined: number;
  readonly merges: number;
  readonly parts: number;
  readonly drops: number;
  readonly takes: number;
  /** The first of them. */
  readonly changes: readonly RehearsedChange[];
  /** Where to go on. Null: that was everybody. */
  readonly endCursor: CustomerId | null;
}

/** Persons in one call, at most. */
export const MOST_REHEARSED = 10_000;
export const MOST_CHANGES = 100;
const IN_ONE_READ = 500;

/**
 * Runs changed rules over stored history, without changing anything: how persons came to be is told again by both rule sets, and where they end
 * differently, that is counted. Persons in the order of their ids; the memory it takes does not depend on how many there are.
 */
export async function rehearseRules(
  scope: Scope,
  changes: readonly IdentityRuleChange[],
  { after, most }: { after: string | null; most: number },
): Promise<Rehearsal> {
  requireRight(scope.viewer, 'identity:write');
  checkWhole(most, ['most'], 1, MOST_REHEARSED);
  const { rules: present, version } = await activeRules(scope);
  const changed = changeRules(present, changes);
  const found: RehearsedChange[] = [];
  const counts = { merge: 0, part: 0, drop: 0, take: 0 };
  let examined = 0;
  let cursor = after;
  for (let isEnd = false; !isEnd && examined < most;) {
    const wanted = Math.min(IN_ONE_READ, most - examined);
    const history = await readHistory(scope, { present, changed }, { after: cursor, first: wanted });
    for (const person of history)
      for (const change of differencesOf(person, present, changed)) {
        counts[change.kind] += 1;
        if (found.length < MOST_CHANGES) found.push(change);
      }
    examined += history.length;
    cursor = history.at(-1)?.personId ?? cursor;
    isEnd = history.length < wanted;
    if (isEnd) cursor = null;
  }
  const { merge: merges, part: parts, drop: drops, take: takes } = counts;
  const endCursor = cursor as CustomerId | null;
  return { rulesVersion: version, examined, merges, parts, drops, takes, changes: found, endCursor };
}

function differencesOf(person: PersonHistory, present: IdentityRules, changed: IdentityRules): RehearsedChange[] {
  const { personId } = person;
  const [before, then] = [replayPerson(person, present, 'present'), replayPerson(person, changed, 'changed')];
  const differences: RehearsedChange[] = [];
  const tell = (kind: RehearsedChange['kind'], more: Partial<RehearsedChange>) =>
    differences.push({ kind, personId, otherPersonId: null, identityKind: null, reason: null, ...more });
  if (then.persons > before.persons) tell('part', {});
  for (const [key, { kind, reason }] of then.dropped)
    if (!before.dropped.has(key)) tell('drop', { identityKind: kind, reason });
  for (const [key, { kind, reason }] of before.dropped)
    if (!then.dropped.has(key)) tell('take', { identityKind: kind, reason });
  for (const evidence of person.evidence) {
    const [now, later] = [
      replayEvidence(person, evidence, present, 'present'),
      replayEvidence(person, evidence, changed, 'changed'),
    ];
    if (now === null || later !== null) continue;
    const otherPersonId = evidence.owner?.personId ?? null;
    tell(otherPersonId ? 'merge' : 'take', { otherPersonId, identityKind: evidence.kind, reason: now });
  }
  return differences;
}

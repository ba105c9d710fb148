import type { CustomerId } from '../../../values/ids.ts';
import type { Scope } from '../../scope.ts';
import type { MatchModel } from './match-model.ts';
import { type Proposed, proposeMerges, type ProposalThresholds } from './propose-merges.ts';

/** Compares these customers; whom a merge has changed, once more. Each round of merges leaves fewer persons, so it ends. */
export async function proposeUntilSettled(
  scope: Scope,
  model: MatchModel,
  { ids, thresholds }: { ids: readonly string[]; thresholds: ProposalThresholds },
): Promise<Proposed> {
  const merged: CustomerId[] = [];
  const sum = { compared: 0, proposed: 0, merged };
  for (let due = ids; due.length > 0;) {
    const found = await proposeMerges(scope, model, due, thresholds);
    sum.compared += found.compared;
    sum.proposed += found.proposed;
    merged.push(...found.merged);
    due = found.merged;
  }
  return sum;
}

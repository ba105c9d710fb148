import type { Scope } from '../../scope.ts';
import { learnMatchModel, type OnLearning } from './learn-match-model.ts';
import type { MatchModel } from './match-model.ts';

/** Weights are learned anew when there are so many times the persons, or after so long. */
const GROWTH = 2;
const DAY_MS = 24 * 3_600_000;
const OLDEST_MS = 30 * DAY_MS;
/** So many are counted each time; more, once a day. */
const QUICKLY_COUNTED = 5_000;

/** The model, or one that is learned now where there is none or it is too old for the persons that there are. Null: there are no two. */
export async function freshMatchModel(
  scope: Scope,
  model: MatchModel | null,
  onProgress?: OnLearning,
): Promise<MatchModel | null> {
  if (!model) return learnMatchModel(scope, onProgress);
  const age = scope.now.getTime() - model.learnedAt.getTime();
  if (age > OLDEST_MS) return learnMatchModel(scope, onProgress);
  if (model.personCount > QUICKLY_COUNTED && age < DAY_MS) return model;
  const most = model.personCount * GROWTH;
  const [row] = await scope.db.sql<{ isGrown: boolean }[]>`
    select count(*) > ${most} as is_grown from (select distinct customer_id from match_keys limit ${most + 1}) as persons`;
  return row!.isGrown ? learnMatchModel(scope, onProgress) : model;
}

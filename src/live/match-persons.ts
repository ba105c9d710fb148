import type { Logger } from 'pino';

import type { Database } from '../database/open-database.ts';
import { systemViewer } from '../services/access/system-viewer.ts';
import { learnMatchModel } from '../services/customers/proposals/learn-match-model.ts';
import { keepMatchKeys } from '../services/customers/proposals/match-keys.ts';
import { type MatchModel, readMatchModel } from '../services/customers/proposals/match-model.ts';
import { readPersonRecords } from '../services/customers/proposals/person-records.ts';
import type { ProposalThresholds } from '../services/customers/proposals/propose-merges.ts';
import { keepWalk, takeChanges } from '../services/customers/proposals/take-changes.ts';
import { keepAllMatchKeys, proposeNext, proposeUntilSettled } from '../services/customers/proposals/walk-persons.ts';
import type { Installation } from '../services/events/installation.ts';
import type { Scope } from '../services/scope.ts';
import type { Jobs } from './jobs.ts';

const EVERY_MINUTE = '* * * * *';
/** A walk over millions stops here and goes on in the next minute. */
const LONGEST_MS = 40_000;
/** Weights are learned anew when there are so many times the persons, or after so long. */
const GROWTH = 2;
const DAY_MS = 24 * 3_600_000;
const OLDEST_MS = 30 * DAY_MS;
/** So many are counted each time; more, once a day. */
const QUICKLY_COUNTED = 5_000;

export interface MatchingOptions {
  readonly database: Database;
  readonly installation: Installation;
  readonly thresholds: ProposalThresholds;
  readonly log: Logger;
}

/**
 * Looks by the minute for persons who may be one: at those who came or changed, and the first time at all. It reads the journal, so that
 * nothing waits for it when somebody arrives; in one process at a time, and what was not finished is done again.
 */
export async function matchPersons(given: MatchingOptions & { readonly jobs: Pick<Jobs, 'recur'> }): Promise<void> {
  const turn = personMatcher(given);
  await given.jobs.recur('match-persons', EVERY_MINUTE, async () => {
    try {
      await turn();
    } catch (error) {
      given.log.warn({ err: error, job: 'match-persons' }, 'persons could not be compared, trying again');
    }
  });
}

/** One turn of it; the weights are remembered between two. */
export function personMatcher({ database, installation, thresholds, log }: MatchingOptions): () => Promise<void> {
  let model: MatchModel | null = null;
  return async () => {
    const begun = performance.now();
    const isInTime = () => performance.now() - begun < LONGEST_MS;
    const scope: Scope = { db: database, viewer: systemViewer('matching'), now: database.now() };
    const { sql } = database;
    for (let isPart = true; isPart && isInTime();) {
      const changes = await takeChanges(scope, installation);
      const ids = changes.customerIds;
      // Before anything is learned of them they must have their keys.
      if (changes.scannedTo === '') await keepAllMatchKeys(scope, () => undefined);
      else await keepMatchKeys(sql, ids, await readPersonRecords(sql, ids));
      if (changes.scannedTo !== null || ids.length > 0)
        model = await freshModel(scope, await readMatchModel(sql, model));
      if (model) {
        const { proposed, merged } = await proposeUntilSettled(scope, model, { ids, thresholds });
        tell(proposed, merged.length);
        await walk(scope, model, changes.scannedTo);
      }
      await changes.settle();
      ({ isPart } = changes);
    }

    async function walk(within: Scope, by: MatchModel, from: string | null): Promise<void> {
      for (let after = from; after !== null && isInTime();) {
        const { last, merged, proposed } = await proposeNext(within, by, { after, thresholds });
        await keepWalk(within, last);
        after = last;
        tell(proposed, merged.length);
      }
    }
  };

  function tell(proposed: number, merged: number): void {
    if (proposed + merged > 0)
      log.info({ job: 'match-persons', proposed, merged }, 'persons who may be one were found');
  }
}

async function freshModel(scope: Scope, model: MatchModel | null): Promise<MatchModel | null> {
  if (!model) return learnMatchModel(scope);
  const age = scope.now.getTime() - model.learnedAt.getTime();
  if (age > OLDEST_MS) return learnMatchModel(scope);
  if (model.personCount > QUICKLY_COUNTED && age < DAY_MS) return model;
  const most = model.personCount * GROWTH;
  const [row] = await scope.db.sql<{ isGrown: boolean }[]>`
    select count(*) > ${most} as is_grown from (select distinct customer_id from match_keys limit ${most + 1}) as persons`;
  return row!.isGrown ? learnMatchModel(scope) : model;
}

import { setTimeout as pause } from 'node:timers/promises';

import type { Logger } from 'pino';

import type { Database } from '../database/open-database.ts';
import { systemViewer } from '../services/access/system-viewer.ts';
import { freshMatchModel } from '../services/customers/proposals/fresh-match-model.ts';
import { keepMatchKeys } from '../services/customers/proposals/match-keys.ts';
import { type MatchModel, readMatchModel } from '../services/customers/proposals/match-model.ts';
import { readPersonRecords } from '../services/customers/proposals/person-records.ts';
import type { ProposalThresholds } from '../services/customers/proposals/propose-merges.ts';
import { takeChanges } from '../services/customers/proposals/take-changes.ts';
import { proposeUntilSettled } from '../services/customers/proposals/propose-until-settled.ts';
import { walkPersons } from '../services/customers/proposals/walk-persons.ts';
import type { Installation } from '../services/events/installation.ts';
import type { Scope } from '../services/scope.ts';
import type { Jobs } from './jobs.ts';

const EVERY_MINUTE = '* * * * *';
/** What is left then comes in the next minute. */
const LONGEST_MS = 50_000;
/** Rests so many times as long as it worked: whoever writes and reads meanwhile has the database to themselves. */
const REST = 9;
/** Customers who were there before and are looked at unasked; more is for the operator to begin. */
const FEW = 5_000;

export interface MatchingOptions {
  readonly database: Database;
  readonly installation: Installation;
  readonly thresholds: ProposalThresholds;
  readonly log: Logger;
}

/**
 * Looks by the minute for persons who may be one: at those who came or changed. It reads the journal, so that nothing waits for it when
 * somebody arrives; in one process at a time, and what was not finished is done again.
 */
export async function matchPersons(given: MatchingOptions & { readonly jobs: Pick<Jobs, 'recur'> }): Promise<void> {
  const turn = personMatcher(given, REST);
  await given.jobs.recur('match-persons', EVERY_MINUTE, async () => {
    try {
      await turn();
    } catch (error) {
      given.log.warn({ err: error, job: 'match-persons' }, 'persons could not be compared, trying again');
    }
  });
}

/** One turn of it; the weights are remembered between two. */
export function personMatcher(
  { database, installation, thresholds, log }: MatchingOptions,
  rest = 0,
): () => Promise<void> {
  let model: MatchModel | null = null;
  return async () => {
    const begun = performance.now();
    const scope: Scope = { db: database, viewer: systemViewer('matching'), now: database.now() };
    for (let isPart = true; isPart && performance.now() - begun < LONGEST_MS;) {
      const since = performance.now();
      const changes = await takeChanges(scope, installation);
      if (changes.isBeginning) await begin(scope);
      else if (changes.customerIds.length > 0) await look(scope, changes.customerIds);
      await changes.settle();
      ({ isPart } = changes);
      if (isPart) await pause(rest * (performance.now() - since));
    }
  };

  async function look(scope: Scope, ids: readonly string[]): Promise<void> {
    // Before anything is learned of them they must have their keys.
    await keepMatchKeys(database.sql, ids, await readPersonRecords(database.sql, ids));
    model = await freshMatchModel(scope, await readMatchModel(database.sql, model));
    if (!model) return;
    const { proposed, merged } = await proposeUntilSettled(scope, model, { ids, thresholds });
    tell({ proposed, merges: merged.length / 2 });
  }

  /** Nobody was looked at yet, or the journal does not reach back to where that ended. */
  async function begin(scope: Scope): Promise<void> {
    const [row] = await database.sql<{ isMuch: boolean }[]>`
      select count(*) > ${FEW} as is_much from (select 1 from customers limit ${FEW + 1}) as known`;
    if (row!.isMuch) {
      log.warn('customers who were there before are not compared yet: npm run identity -- propose');
      return;
    }
    const { proposed, merges } = await walkPersons(scope, { thresholds });
    tell({ proposed, merges });
  }

  function tell({ proposed, merges }: { readonly proposed: number; readonly merges: number }): void {
    if (proposed + merges === 0) return;
    log.info({ job: 'match-persons', proposed, merged: merges }, 'persons who may be one were found');
  }
}

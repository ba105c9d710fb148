import type { Logger } from 'pino';

import type { Database } from '../database/open-database.ts';
import { systemViewer } from '../services/access/system-viewer.ts';
import { runRehearsal } from '../services/routing/rehearsals/run-rehearsal.ts';
import type { Jobs } from './jobs.ts';

const EVERY_MINUTE = '* * * * *';
/** A job begins none after so long: with the longest rehearsal it stays below the quarter of an hour that the queue gives a job. */
const BEGINS_WITHIN_MS = 240_000;
const VIEWER = systemViewer('rehearsals');

/** Does the rehearsals of routing policies that were asked for, one after the other in one process at a time. What is on its way at the close is left for another. */
export async function rehearsePolicies(given: {
  readonly database: Database;
  readonly jobs: Pick<Jobs, 'recur'>;
  readonly log: Logger;
}): Promise<{ close(): void }> {
  const { database, jobs, log } = given;
  const closing = new AbortController();
  const { signal } = closing;
  await jobs.recur('rehearse-policies', EVERY_MINUTE, async () => {
    const beginsUntil = performance.now() + BEGINS_WITHIN_MS;
    try {
      while (performance.now() < beginsUntil && !signal.aborted)
        if (!(await runRehearsal({ db: database, viewer: VIEWER, now: database.now() }, { signal }))) break;
    } catch (error) {
      log.warn({ err: error, job: 'rehearse-policies' }, 'a routing policy could not be rehearsed');
    }
  });
  return { close: () => closing.abort() };
}

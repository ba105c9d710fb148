import type { Logger } from 'pino';

import type { Database } from '../database/open-database.ts';
import { systemViewer } from '../services/access/system-viewer.ts';
import { runRehearsal } from '../services/routing/rehearsals/run-rehearsal.ts';
import type { Jobs } from './jobs.ts';

const EVERY_MINUTE = '* * * * *';
const VIEWER = systemViewer('rehearsals');

/** Does the rehearsals of routing policies that were asked for, one after the other in one process at a time. */
export async function rehearsePolicies(given: {
  readonly database: Database;
  readonly jobs: Pick<Jobs, 'recur'>;
  readonly log: Logger;
}): Promise<void> {
  const { database, jobs, log } = given;
  await jobs.recur('rehearse-policies', EVERY_MINUTE, async () => {
    try {
      while (await runRehearsal({ db: database, viewer: VIEWER, now: database.now() }));
    } catch (error) {
      log.warn({ err: error, job: 'rehearse-policies' }, 'a routing policy could not be rehearsed');
    }
  });
}

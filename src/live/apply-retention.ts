import type { Logger } from 'pino';

import type { Database } from '../database/open-database.ts';
import { systemViewer } from '../services/access/system-viewer.ts';
import { applyRetention } from '../services/persons/apply-retention.ts';
import { readRetentionRules } from '../services/persons/set-retention-rule.ts';
import type { Jobs } from './jobs.ts';

interface Options {
  readonly database: Database;
  readonly jobs: Pick<Jobs, 'recur'>;
  readonly log: Logger;
}

const VIEWER = systemViewer('retention');
const EVERY_HOUR = '7 * * * *';

/** Applies the rules of how long data is kept, in one process at a time. What a process was killed at the next one goes on with. */
export async function applyRetentionRules({ database, jobs, log }: Options): Promise<void> {
  const scopeNow = () => ({ db: database, viewer: VIEWER, now: database.now() });
  await jobs.recur('apply-retention', EVERY_HOUR, async () => {
    for (const rule of await readRetentionRules(scopeNow())) {
      const removed = await applyRetention(scopeNow(), rule);
      if (removed > 0)
        log.info(
          { dataClass: rule.dataClass, market: rule.market, removed },
          'retention removed what is past its time',
        );
    }
  });
}

import type { Logger } from 'pino';

import type { Database } from '../database/open-database.ts';
import { systemViewer } from '../services/access/system-viewer.ts';
import { judgeServed } from '../services/figures/judge-served.ts';
import { readAccuracy } from '../services/figures/read-accuracy.ts';
import { ACCURACY_LINE } from '../values/served.ts';
import type { Jobs } from './jobs.ts';

const EVERY_TEN_MINUTES = '3-59/10 * * * *';
/** After the day (UTC) is over and its last samples were compared. */
const EVERY_DAY = '43 0 * * *';
const DAY_MS = 86_400_000;

/** Compares what was served with what was known, and says once a day what it came to: an error in the log where it is below the line. */
export async function judgeAccuracy(given: {
  readonly database: Database;
  readonly jobs: Pick<Jobs, 'recur'>;
  readonly log: Logger;
}): Promise<void> {
  const { database, jobs, log } = given;
  const scopeNow = () => ({ db: database, viewer: systemViewer('accuracy'), now: database.now() });
  await jobs.recur('judge-served', EVERY_TEN_MINUTES, async () => {
    await judgeServed(scopeNow());
  });
  await jobs.recur('report-accuracy', EVERY_DAY, async () => {
    const scope = scopeNow();
    await judgeServed(scope);
    const yesterday = new Date(scope.now.getTime() - DAY_MS).toISOString().slice(0, 10);
    const found = (await readAccuracy(scope, 2)).find(({ day }) => day === yesterday);
    const report = { job: 'report-accuracy', day: yesterday, line: ACCURACY_LINE, ...found };
    if (!found) log.info(report, 'nothing was sampled of what readers were shown of orders');
    else if (found.isMet && found.touchpoints.every(({ isMet }) => isMet))
      log.info(report, 'what readers were shown of orders was right');
    else log.error(report, 'less of what readers were shown of orders was right than was agreed');
  });
}

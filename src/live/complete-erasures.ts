import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { Logger } from 'pino';

import type { Database } from '../database/open-database.ts';
import { systemViewer } from '../services/access/system-viewer.ts';
import { completeErasure } from '../services/persons/complete-erasure.ts';
import { ERASURE_QUEUE } from '../services/persons/erase-person.ts';
import { openErasures } from '../services/persons/read-erasures.ts';
import type { Jobs } from './jobs.ts';

interface Options {
  readonly database: Database;
  readonly jobs: Pick<Jobs, 'recur' | 'work'>;
  /** Where erasures are listed, one JSON object a line: kept beside backups, for a restore. */
  readonly listFile: string;
  readonly log: Logger;
}

const VIEWER = systemViewer('erasures');
const EVERY_MINUTE = '* * * * *';

/** A transaction from before the erasure is still under way: the job is taken again a little later. */
class StillUnderWay extends Error {
  override readonly name = 'StillUnderWay';
}

/** Removes what transactions left behind that were under way when somebody was erased, as soon as they have ended. */
export async function completeErasures({ database, jobs, listFile, log }: Options): Promise<void> {
  const scopeNow = () => ({ db: database, viewer: VIEWER, now: database.now() });
  const complete = async (erasureId: string) => {
    const became = await completeErasure(scopeNow(), erasureId, (listed) => append(listFile, listed));
    if (became === 'done') log.info({ erasureId }, 'an erasure is complete');
    return became;
  };
  await jobs.work<{ erasureId: string }>(ERASURE_QUEUE, { count: 1, perGroup: 1 }, async ({ erasureId }) => {
    if ((await complete(erasureId)) === 'early') throw new StillUnderWay();
  });
  // A restored database has its rows and no jobs.
  await jobs.recur('complete-open-erasures', EVERY_MINUTE, async () => {
    for (const erasureId of await openErasures(scopeNow())) await complete(erasureId);
  });
}

/** A line at the end of the list, on the disk when this resolves. The same line twice does no harm. */
async function append(path: string, listed: object): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'a', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(listed)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

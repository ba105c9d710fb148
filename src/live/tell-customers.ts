import type { Logger } from 'pino';

import type { Database } from '../database/open-database.ts';
import { systemViewer } from '../services/access/system-viewer.ts';
import { NOTICE_BATCH, sendNotices } from '../services/orders/send-notices.ts';
import type { OutreachLimits } from '../services/privacy/outreach.ts';
import type { NoticeKind } from '../values/notices.ts';
import type { Jobs } from './jobs.ts';

const EVERY_MINUTE = '* * * * *';
/** It writes as a system and not as a person of the shop: nobody was answered by it. */
const VIEWER = systemViewer('notices', 'integration');

/** Tells customers by the minute what is due of their orders, in one process at a time. What cannot be told now is tried again later. */
export async function tellCustomers(given: {
  readonly database: Database;
  readonly jobs: Pick<Jobs, 'recur'>;
  readonly log: Logger;
  /** What is told at all. */
  readonly kinds: readonly NoticeKind[];
  readonly limits?: OutreachLimits;
}): Promise<void> {
  const { database, jobs, log, kinds, limits } = given;
  await jobs.recur('send-notices', EVERY_MINUTE, async () => {
    try {
      for (let due = NOTICE_BATCH; due === NOTICE_BATCH;)
        due = await sendNotices({ db: database, viewer: VIEWER, now: database.now() }, kinds, limits);
    } catch (error) {
      log.warn({ err: error, job: 'send-notices' }, 'some customers could not be told of their orders, trying again');
    }
  });
}

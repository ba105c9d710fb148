import type { Logger } from 'pino';

import type { Database } from '../database/open-database.ts';
import { systemViewer } from '../services/access/system-viewer.ts';
import { sweepPresences } from '../services/conversations/conversation-presence.ts';
import { wakeConversations } from '../services/conversations/wake-conversations.ts';
import { watchSources } from '../services/intake/watch-sources.ts';
import { expireHolds } from '../services/orders/expire-holds.ts';
import { watchPromises } from '../services/orders/watch-promises.ts';

const EVERY_MS = 1_000;

/**
 * Wakes snoozed conversations, gives back what was held for too long, tells who does not look on any more, which promises are overdue and which sources fell silent, within a second of their time. The job queue
 * plans by the minute and keeps a row for every run; here the
 * due index is the plan, and each process looks at it: one statement a second for each, which find nothing almost always.
 */
export function wakeSleepers({ database, log }: { database: Database; log: Logger }): { close(): Promise<void> } {
  let running: Promise<void> | null = null;
  let isFailing = false;
  const look = async () => {
    try {
      await wakeConversations({ db: database, viewer: systemViewer('snooze'), now: database.now() });
      await sweepPresences({ db: database, viewer: systemViewer('presence'), now: database.now() });
      await expireHolds({ db: database, viewer: systemViewer('holds'), now: database.now() });
      await watchSources({ db: database, viewer: systemViewer('sources'), now: database.now() });
      await watchPromises({ db: database, viewer: systemViewer('promises'), now: database.now() });
      isFailing = false;
    } catch (error) {
      if (!isFailing) log.warn({ err: error }, 'what is due by the second could not be done, trying again');
      isFailing = true;
    }
  };
  const timer = setInterval(() => {
    running ??= look().finally(() => {
      running = null;
    });
  }, EVERY_MS);
  return {
    async close() {
      clearInterval(timer);
      await running;
    },
  };
}

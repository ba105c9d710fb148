import type { Logger } from 'pino';

import type { Database } from '../database/open-database.ts';
import { systemViewer } from '../services/access/system-viewer.ts';
import { sweepHeartbeats } from '../services/conversations/agent-heartbeat.ts';
import { expireControlOffers } from '../services/conversations/expire-control-offers.ts';
import { sweepPresences } from '../services/conversations/conversation-presence.ts';
import { endParticipations } from '../services/conversations/participants/end-participations.ts';
import { wakeConversations } from '../services/conversations/wake-conversations.ts';
import { watchSources } from '../services/intake/watch-sources.ts';
import { expireHolds } from '../services/orders/expire-holds.ts';
import { watchPromises } from '../services/orders/watch-promises.ts';
import { watchServiceClocks } from '../services/routing/clocks/watch-service-clocks.ts';
import type { Scope } from '../services/scope.ts';

const EVERY_MS = 1_000;

/** What is due by the second, by the name under which it acts. */
const WORK: readonly (readonly [string, (scope: Scope) => Promise<unknown>])[] = [
  ['snooze', wakeConversations],
  ['presence', sweepPresences],
  ['heartbeat', sweepHeartbeats],
  ['control-offers', expireControlOffers],
  ['participants', endParticipations],
  ['holds', expireHolds],
  ['promises', watchPromises],
  ['sources', watchSources],
  ['service-clocks', watchServiceClocks],
];

/**
 * Does within a second what has a time of its own: wakes snoozed conversations, tells who does not look on any more, takes agents offline who vanished, gives back what was held
 * for too long, says which promises are overdue, who waits for too long and which sources fell silent. The job queue plans by the minute and keeps a row for
 * every run; here the due index is the plan, and each process looks at it: a statement a second for each, which finds nothing almost always.
 * What fails for one keeps none of the others.
 */
export function wakeSleepers({ database, log }: { database: Database; log: Logger }): { close(): Promise<void> } {
  let running: Promise<void> | null = null;
  const failing = new Set<string>();
  const look = async () => {
    for (const [what, work] of WORK)
      try {
        await work({ db: database, viewer: systemViewer(what), now: database.now() });
        failing.delete(what);
      } catch (error) {
        if (!failing.has(what))
          log.warn({ err: error, what }, 'what is due by the second could not be done, trying again');
        failing.add(what);
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

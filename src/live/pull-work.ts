import type { Logger } from 'pino';

import type { Database } from '../database/open-database.ts';
import { systemViewer } from '../services/access/system-viewer.ts';
import { topic } from '../services/events/fact.ts';
import { tellQueueFeedback } from '../services/routing/queue/tell-queue-feedback.ts';
import { settleRouting } from '../services/routing/settle-routing.ts';
import type { LiveEdge } from './live-edge.ts';

const EVERY_MS = 1_000;
const VIEWER = systemViewer('routing');

/**
 * Brings work to agents: as soon as the journal tells that somebody came, a seat is free or a task waits, and every second for what time alone brings
 * about. The rows say what is due, so that an event which nobody heard delays by a second and loses nothing. Each process does it; the lock of
 * routing lets one decide at a time, and whoever comes second finds it done.
 */
export function pullWork(given: {
  readonly database: Database;
  readonly edge: Pick<LiveEdge, 'watch'>;
  readonly log: Logger;
}): { close(): Promise<void> } {
  const { database, edge, log } = given;
  let running: Promise<void> | null = null;
  let isAsked = false;
  let isFailing = false;
  const run = async () => {
    while (isAsked) {
      isAsked = false;
      try {
        await settleRouting({ db: database, viewer: VIEWER, now: database.now() });
        await tellQueueFeedback({ db: database, viewer: VIEWER, now: database.now() });
        isFailing = false;
      } catch (error) {
        if (!isFailing) log.warn({ err: error }, 'waiting work could not be given to agents, trying again');
        isFailing = true;
      }
    }
  };
  const ask = () => {
    isAsked = true;
    running ??= run().finally(() => {
      running = null;
    });
  };
  const unwatch = edge.watch([topic.routing], ask);
  const timer = setInterval(ask, EVERY_MS);
  return {
    async close() {
      unwatch();
      clearInterval(timer);
      isAsked = false;
      await running;
    },
  };
}

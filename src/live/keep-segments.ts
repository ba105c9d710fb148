import type { Logger } from 'pino';

import type { Database } from '../database/open-database.ts';
import { systemViewer } from '../services/access/system-viewer.ts';
import type { Installation } from '../services/events/installation.ts';
import { keepSegments } from '../services/segments/keep-segments.ts';

const EVERY_MS = 1_000;
const VIEWER = systemViewer('segments');

/**
 * Lets persons in and out of segments within a second of what changed them. Each process looks, one works; without segments it is a
 * statement a second that finds nothing.
 */
export function startSegments(given: {
  readonly database: Database;
  readonly installation: Installation;
  readonly log: Logger;
}): { close(): Promise<void> } {
  const { database, installation, log } = given;
  let running: Promise<void> | null = null;
  let isClosed = false;
  let isFailing = false;
  const work = async () => {
    try {
      for (let isMore = true; isMore && !isClosed;)
        isMore = await keepSegments({ db: database, viewer: VIEWER, now: database.now() }, installation);
      isFailing = false;
    } catch (error) {
      if (!isFailing) log.warn({ err: error, what: 'segments' }, 'persons could not be looked at, trying again');
      isFailing = true;
    }
  };
  const timer = setInterval(() => {
    running ??= work().finally(() => {
      running = null;
    });
  }, EVERY_MS);
  return {
    async close() {
      isClosed = true;
      clearInterval(timer);
      await running;
    },
  };
}

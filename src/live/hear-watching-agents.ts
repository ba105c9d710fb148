import type { Logger } from 'pino';

import type { Database } from '../database/open-database.ts';
import { systemViewer } from '../services/access/system-viewer.ts';
import { hearAgents } from '../services/conversations/agent-heartbeat.ts';
import type { LiveEdge } from './live-edge.ts';

/** Often enough for the shortest heartbeat, of which a third may pass before it is written. */
const EVERY_MS = 1_000;

/** An open subscription says that its agent is there, so that a desk that shows packets needs no other heartbeat. */
export function hearWatchingAgents({ database, edge, log }: { database: Database; edge: LiveEdge; log: Logger }): {
  close(): Promise<void>;
} {
  let running: Promise<void> | null = null;
  let isFailing = false;
  const hear = async () => {
    try {
      await hearAgents({ db: database, viewer: systemViewer('heartbeat'), now: database.now() }, edge.agentsWatching());
      isFailing = false;
    } catch (error) {
      if (!isFailing) log.warn({ err: error }, 'who is at work could not be written down, trying again');
      isFailing = true;
    }
  };
  const timer = setInterval(() => {
    running ??= hear().finally(() => {
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

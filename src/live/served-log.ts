import type { Logger } from 'pino';

import type { Database } from '../database/open-database.ts';
import { systemViewer } from '../services/access/system-viewer.ts';
import { recordServed } from '../services/figures/record-served.ts';
import type { Said } from '../services/orders/weigh-message.ts';
import type { ServedStatus } from '../values/served.ts';

const VIEWER = systemViewer('served');
/** Where notices were told, among those who read. */
const NOTICE = 'notice';
/** Samples of a minute in this process: enough for a share of a day, too few to be felt. */
const MOST_PER_MINUTE = 120;
const WRITTEN_AT_ONCE = 20;
const LONGEST_WAIT_MS = 5_000;

/** Keeps samples of what is served, some at a time and behind the answers: nobody waits for them, and a lost one is no loss. */
export function openServedLog({ database, log }: { database: Database; log: Logger }) {
  let waiting: ServedStatus[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  const minute = { beganMs: 0, taken: 0 };

  const write = (): Promise<void> => {
    const samples = waiting;
    waiting = [];
    clearTimeout(timer);
    if (samples.length === 0) return writing;
    const scope = { db: database, viewer: VIEWER, now: database.now() };
    return (writing = writing
      .then(() => recordServed(scope, samples))
      .catch((error: unknown) =>
        log.info({ err: error, lost: samples.length }, 'samples of what was served were lost'),
      ));
  };

  return {
    note(served: readonly ServedStatus[]): void {
      const nowMs = performance.now();
      if (nowMs - minute.beganMs >= 60_000) Object.assign(minute, { beganMs: nowMs, taken: 0 });
      if (minute.taken >= MOST_PER_MINUTE) return;
      minute.taken += served.length;
      if (waiting.length === 0) timer = setTimeout(() => void write(), LONGEST_WAIT_MS).unref();
      waiting.push(...served);
      if (waiting.length >= WRITTEN_AT_ONCE) void write();
    },
    close: () => write(),
  };
}

/** Takes a share of what customers are told by notices, as of what readers are shown. */
export const sampleTold =
  (percent: number, { now, note }: { now: () => Date; note: (served: readonly ServedStatus[]) => void }) =>
  ({ kind, ...said }: Said, channel: string): void => {
    if (Math.random() * 100 < percent) note([{ ...said, status: kind, touchpoint: NOTICE, channel, servedAt: now() }]);
  };

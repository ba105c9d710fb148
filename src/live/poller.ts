import type { Logger } from 'pino';

import type { OutboundHttp } from '../channels/outbound/outbound-http.ts';
import { readRetryAfter } from '../channels/senders/retry-after.ts';
import type { ConnectorDialect } from '../connectors/connector-dialect.ts';
import type { Database } from '../database/open-database.ts';
import { systemViewer } from '../services/access/system-viewer.ts';
import type { Installation } from '../services/events/installation.ts';
import { beginPolls } from '../services/intake/begin-polls.ts';
import { POLL_QUEUE, type Poll, type PolledParcel, type PollJob } from '../services/intake/poll.ts';
import { readPoll } from '../services/intake/read-poll.ts';
import { recordAnswer, recordRound } from '../services/intake/record-poll.ts';
import { Refusal } from '../values/refusal.ts';
import { Breaker } from './breaker.ts';
import type { Jobs } from './jobs.ts';

interface PollerOptions {
  readonly database: Database;
  readonly installation: Installation;
  readonly jobs: Pick<Jobs, 'recur' | 'work'>;
  readonly connectors: readonly ConnectorDialect[];
  readonly http: Pick<OutboundHttp, 'ask'>;
  readonly log: Logger;
}

const VIEWER = systemViewer('poller');
const EVERY_MINUTE = '* * * * *';
const MOST_ANSWER_BYTES = 4 * 1_048_576;

/** It says something of the carrier or of our key there, and nothing of the parcel. */
const SAYS_NOTHING = new Set([401, 403, 408, 429]);

/** An answer that is none. */
class NoAnswer extends Error {
  readonly retryAfterMs: number | null;

  constructor(status: number, retryAfterMs: number | null) {
    super(`The carrier answered ${status}.`);
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Asks carriers that call nobody: by the minute it is looked who is due, and each gets a round on the queue, so that a slow one holds up
 * nobody else. What was not answered is asked first in the next round.
 */
export async function startPoller(options: PollerOptions): Promise<void> {
  const { database, installation, jobs, connectors, http, log } = options;
  const breaker = new Breaker();
  const scopeNow = () => ({ db: database, viewer: VIEWER, now: database.now() });

  async function poll({ connectorId }: PollJob): Promise<void> {
    const found = await readPoll(scopeNow(), installation, connectorId);
    if (!found) return;
    let [answered, failed, pauseMs] = [0, 0, null as number | null];
    for (const parcel of found.parcels) {
      // Down: the rest of the round would only wait for timeouts.
      if (breaker.isOpen(connectorId, performance.now())) {
        failed += 1;
        break;
      }
      try {
        await ask(found, parcel);
        breaker.succeeded(connectorId);
        answered += 1;
      } catch (error) {
        failed += 1;
        if (error instanceof Refusal) {
          // Asked again in its turn and not before the others: the next answer may be as strange.
          log.warn({ err: error, connectorId }, 'a carrier answered what we do not understand');
          await recordAnswer(scopeNow(), found, parcel, []);
          continue;
        }
        log.info({ err: error, connectorId }, 'a carrier did not answer');
        breaker.failed(connectorId, performance.now());
        pauseMs = error instanceof NoAnswer ? error.retryAfterMs : null;
        if (pauseMs !== null) break;
      }
    }
    const isFailed = failed > 0 && answered === 0;
    await recordRound(scopeNow(), found, { isFailed, hasMore: found.hasMore && failed === 0, retryAfterMs: pauseMs });
  }

  async function ask(found: Poll, parcel: PolledParcel): Promise<void> {
    const dialect = connectors.find(({ name }) => name === found.dialect)?.poll;
    if (!dialect) throw new Error(`Nobody here knows how to ask ${found.dialect}.`);
    const { url, headers } = dialect.question(parcel.trackingNumber, found);
    const { status, retryAfter, bytes } = await http.ask(url, headers, MOST_ANSWER_BYTES);
    const isUnknownThere = status >= 400 && status < 500 && !SAYS_NOTHING.has(status);
    if (status !== 200 && !isUnknownThere) throw new NoAnswer(status, readRetryAfter(retryAfter, database.now()));
    if (bytes === null) throw new Refusal('INVALID_INPUT', 'The answer is longer than we read.');
    const facts = isUnknownThere ? [] : dialect.readAnswer(bytes, parcel.trackingNumber);
    await recordAnswer(scopeNow(), found, parcel, facts);
  }

  await jobs.work<PollJob>(POLL_QUEUE, { count: 4, perGroup: 1 }, poll);
  await jobs.recur('begin-polls', EVERY_MINUTE, async () => {
    await beginPolls(scopeNow());
  });
}

import type { Logger } from 'pino';

import { SendFailure } from '../channels/senders/channel-sender.ts';
import type { Senders } from '../channels/senders/senders.ts';
import type { Database } from '../database/open-database.ts';
import { systemViewer } from '../services/access/system-viewer.ts';
import type { AttachmentStore } from '../services/conversations/attachment-store.ts';
import { readOutgoing, type Outgoing } from '../services/conversations/outgoing-message.ts';
import { DELIVERY_QUEUE, type DeliveryJob } from '../services/conversations/queue-delivery.ts';
import { recordAttempt, type Attempt } from '../services/conversations/record-attempt.ts';
import { weighReply } from '../services/conversations/weigh-reply.ts';
import { waitWithoutSender } from '../services/conversations/wait-without-sender.ts';
import { topic } from '../services/events/fact.ts';
import type { Installation } from '../services/events/installation.ts';
import { tellAgain } from '../services/orders/tell-again.ts';
import { type Said, weighMessage } from '../services/orders/weigh-message.ts';
import type { NoticeKind } from '../values/notices.ts';
import { Breaker } from './breaker.ts';
import type { Jobs } from './jobs.ts';
import type { LiveEdge } from './live-edge.ts';

export interface CourierOptions {
  readonly database: Database;
  readonly installation: Installation;
  readonly jobs: Jobs;
  readonly edge: Pick<LiveEdge, 'watch'>;
  readonly senders: Senders;
  /** Where the files of messages are. */
  readonly store: Pick<AttachmentStore, 'open'>;
  readonly log: Logger;
  /** Tries of one message, the first one counted. */
  readonly tries: number;
  /** Wait before the second try, in milliseconds; each later wait is three times as long. */
  readonly retryBaseMs: number;
  readonly workers: number;
  /** Messages of one inbox on their way at once. */
  readonly workersPerInbox: number;
  /** Notices that are told at all. */
  readonly kinds: readonly NoticeKind[];
  /** Told of each notice that went out: what it said, and over which channel. */
  readonly onTold: (said: Said, channel: string) => void;
  /** Told of what came of each try. */
  readonly onAttempt: (channel: string, outcome: string) => void;
}

const VIEWER = systemViewer('courier');
/** Somebody waits for it: it goes at any hour. */
const ANSWER = { mayGo: true, says: null } as const;

/** Carries messages to their channels: at least once each, with an id that stays, whatever dies on the way. */
export async function startCourier(options: CourierOptions): Promise<void> {
  const { database, installation, senders, log, kinds } = options;
  const breaker = new Breaker();
  const scopeNow = () => ({ db: database, viewer: VIEWER, now: database.now() });

  async function deliver(job: DeliveryJob): Promise<void> {
    if (job.next === 'decide') return tellAgain(scopeNow(), job.messageId, kinds);
    const outgoing = await readOutgoing(scopeNow(), installation, options.store, job.messageId);
    // Reported, erased, or tried by another worker since: there is nothing left to do.
    if (outgoing?.state !== 'queued' || outgoing.attemptCount !== job.attemptCount) return;
    const { channel } = outgoing.message.inbox;
    const isUnasked = outgoing.message.authorKind === 'system';
    const { mayGo, says } = isUnasked ? await weighMessage(scopeNow(), job.messageId, kinds) : ANSWER;
    if (!mayGo || (!says && !(await weighReply(scopeNow(), job.messageId)))) return;
    const attempt = await tryOnce(outgoing);
    if (!attempt) return waitWithoutSender(scopeNow(), job.messageId);
    options.onAttempt(channel, outcomeOf(attempt));
    if (says && attempt.state !== 'failed') options.onTold(says, channel);
    await recordAttempt(scopeNow(), job, attempt);
  }

  /** One try, outside any transaction. Null: nothing of ours can carry it. */
  async function tryOnce(outgoing: Outgoing): Promise<Attempt | null> {
    const { message } = outgoing;
    const name = message.inbox.id;
    try {
      checkSendable(outgoing);
      const sender = await senders.senderOf(outgoing);
      if (!sender) return null;
      if (breaker.isOpen(name, performance.now())) throw new SendFailure('channel_down');
      const { state, providerId = null } = await sender.send(message);
      breaker.succeeded(name);
      return { state, providerId };
    } catch (error) {
      if (!(error instanceof SendFailure)) log.error({ err: error, messageId: message.messageId }, 'a sender broke');
      else
        log.info({ err: error.cause, messageId: message.messageId, failure: error.failure }, 'a message was not taken');
      const failure = error instanceof SendFailure ? error : new SendFailure('channel_down', { cause: error });
      if (failure.failure === 'channel_down' || failure.failure === 'timed_out')
        breaker.failed(name, performance.now());
      else breaker.succeeded(name);
      return { ...toAttempt(failure), retryAt: nextTry(failure, outgoing.attemptCount + 1) };
    }
  }

  function nextTry({ isFinal, retryAfterMs }: SendFailure, attemptCount: number): Date | null {
    if (isFinal || attemptCount >= options.tries) return null;
    const backoffMs = options.retryBaseMs * 3 ** (attemptCount - 1) * (0.75 + Math.random() / 2);
    return new Date(database.now().getTime() + Math.max(backoffMs, retryAfterMs ?? 0));
  }

  const workers = await options.jobs.work<DeliveryJob>(
    DELIVERY_QUEUE,
    { count: options.workers, perGroup: options.workersPerInbox },
    deliver,
  );
  options.edge.watch([topic.deliveries], () => workers.wake());
}

/** What no channel needs to be asked for. */
function checkSendable({ message, longestText, isStopped }: Outgoing): void {
  if (isStopped)
    throw new SendFailure('not_configured', { isFinal: true, text: 'The bridge of this inbox said that it is gone.' });
  if (longestText !== null && message.text.length > longestText)
    throw new SendFailure('too_long', { isFinal: true, text: `The channel takes ${longestText} characters.` });
}

const toAttempt = ({ failure, text, isGone }: SendFailure) => ({
  state: 'failed' as const,
  ...{ failure, failureText: text, isGone },
});

const outcomeOf = (attempt: Attempt) => (attempt.state === 'failed' ? attempt.failure : attempt.state);

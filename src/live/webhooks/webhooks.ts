import type { Logger } from 'pino';

import type { OutboundHttp } from '../../channels/outbound/outbound-http.ts';
import type { Database } from '../../database/open-database.ts';
import { systemViewer } from '../../services/access/system-viewer.ts';
import { topic } from '../../services/events/fact.ts';
import type { Installation } from '../../services/events/installation.ts';
import { claimWebhookDelivery } from '../../services/partners/claim-webhook-delivery.ts';
import { dueWebhookLanes } from '../../services/partners/due-webhook-lanes.ts';
import { recordWebhookAttempt } from '../../services/partners/record-webhook-attempt.ts';
import { isTestLane, WEBHOOK_QUEUE, type WebhookLane } from '../../services/partners/webhook-delivery.ts';
import type { WebhookEndpointId } from '../../values/ids.ts';
import type { WebhookOutcome } from '../../values/webhooks.ts';
import { Breaker } from '../breaker.ts';
import type { Jobs } from '../jobs.ts';
import type { LiveEdge } from '../live-edge.ts';
import { attemptDelivery } from './attempt-delivery.ts';
import { openDeliveryWriter } from './delivery-writer.ts';
import { Lanes } from './lanes.ts';
import type { SubscriptionParts } from './webhook-subscription.ts';

export interface WebhooksOptions extends SubscriptionParts {
  readonly database: Database;
  readonly installation: Installation;
  readonly jobs: Jobs;
  readonly edge: Pick<LiveEdge, 'watch'>;
  readonly http: Pick<OutboundHttp, 'post'>;
  readonly log: Logger;
  readonly tries: number;
  readonly retryBaseMs: number;
  /** How long an endpoint may take to answer, in milliseconds. */
  readonly deadlineMs: number;
  /** Requests on their way at once, and of these to one endpoint. */
  readonly workers: number;
  readonly workersPerEndpoint: number;
  readonly disableAfterHours: number;
  readonly shutdownDrainMs: number;
  /** Told of what came of each delivery that was taken up. */
  readonly onAttempt: (outcome: WebhookOutcome) => void;
}

export interface Webhooks {
  close(): Promise<void>;
}

const VIEWER = systemViewer('webhooks');
const EVERY_MINUTE = '* * * * *';
/** What is not taken up for so long was left by somebody who died, or waits behind an endpoint that was left alone. */
const LEFT_BEHIND_MS = 10_000;
/** A claim outlives the longest attempt by this much. */
const CLAIM_MARGIN_SECONDS = 20;
/** What says that there is nobody, rather than that somebody is displeased. */
const OUT_OF_REACH: readonly WebhookOutcome[] = ['unreachable', 'timed_out'];

/**
 * Sends events to whoever registered for them: at least once each, under an id that stays, those of one thing in order. The writer makes
 * the rows; their first attempt follows at once, in this process; later ones come from the job queue, and once a minute somebody looks for
 * what was left behind.
 */
export async function startWebhooks(options: WebhooksOptions): Promise<Webhooks> {
  const { database, installation, jobs, edge, log } = options;
  const breaker = new Breaker();
  const revived = new Set<string>();
  const scopeNow = () => ({ db: database, viewer: VIEWER, now: database.now() });
  const leaseSeconds = options.deadlineMs / 1_000 + CLAIM_MARGIN_SECONDS;
  const lanes = new Lanes(
    { atMost: options.workers, perOwner: options.workersPerEndpoint },
    async (owner, orderingKey) => {
      const lane = { endpointId: owner as WebhookEndpointId, orderingKey };
      await workLane(lane).catch((error: unknown) =>
        // What was claimed is free again after a while.
        log.warn({ err: error, ...lane }, 'a delivery to a webhook could not be attempted, again in a minute'),
      );
      await offerMore(lane.endpointId);
    },
  );
  const offer = (found: readonly WebhookLane[]) => {
    for (const { endpointId, orderingKey } of found) lanes.offer(endpointId, orderingKey);
  };

  /** One delivery after the other, until none is due. */
  async function workLane(lane: WebhookLane): Promise<void> {
    // Whoever presses the button wants to know how it is now.
    while (isTestLane(lane) || !breaker.isOpen(lane.endpointId, performance.now())) {
      const delivery = await claimWebhookDelivery(scopeNow(), installation, lane, leaseSeconds);
      if (!delivery) return;
      const result = await attemptDelivery(options, delivery);
      noteBreaker(lane.endpointId, result.outcome);
      options.onAttempt(result.outcome);
      const hasMore = await recordWebhookAttempt(scopeNow(), delivery, result, options);
      if (result.retryAt || !hasMore) return;
    }
  }

  function noteBreaker(endpointId: WebhookEndpointId, outcome: WebhookOutcome): void {
    if (OUT_OF_REACH.includes(outcome)) {
      revived.delete(endpointId);
      return breaker.failed(endpointId, performance.now());
    }
    if (breaker.isTroubled(endpointId)) revived.add(endpointId);
    breaker.succeeded(endpointId);
  }

  /** An endpoint that was left alone and answers again gets what waited for it, a part after the other. */
  async function offerMore(endpointId: WebhookEndpointId): Promise<void> {
    // The lane that has just ended still counts.
    if (!revived.has(endpointId) || lanes.countOf(endpointId) > 1) return;
    const waiting = await dueWebhookLanes(scopeNow(), { before: database.now(), endpointId }).catch(() => []);
    if (waiting.length === 0) revived.delete(endpointId);
    offer(waiting);
  }

  const writer = await openDeliveryWriter({ ...options, onLanes: offer });
  const workers = await jobs.work<WebhookLane>(WEBHOOK_QUEUE, { count: 2, perGroup: 1 }, (lane) => {
    offer([lane]);
    return Promise.resolve();
  });
  edge.watch([topic.webhookDeliveries], () => workers.wake());
  // What the process before had no time for need not wait for the minute.
  offer(await dueWebhookLanes(scopeNow(), { before: database.now() }));
  await jobs.recur('webhooks-left-behind', EVERY_MINUTE, async () => {
    offer(await dueWebhookLanes(scopeNow(), { before: new Date(database.now().getTime() - LEFT_BEHIND_MS) }));
  });

  return {
    async close() {
      await writer.close();
      await lanes.close(options.shutdownDrainMs);
    },
  };
}

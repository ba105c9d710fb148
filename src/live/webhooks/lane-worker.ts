import type { Logger } from 'pino';

import type { Installation } from '../../services/events/installation.ts';
import { claimWebhookDelivery } from '../../services/partners/claim-webhook-delivery.ts';
import { dueWebhookLanes } from '../../services/partners/due-webhook-lanes.ts';
import { recordWebhookAttempt } from '../../services/partners/record-webhook-attempt.ts';
import { isTestLane, type WebhookLane } from '../../services/partners/webhook-delivery.ts';
import type { Scope } from '../../services/scope.ts';
import type { WebhookEndpointId } from '../../values/ids.ts';
import type { WebhookOutcome } from '../../values/webhooks.ts';
import { Breaker } from '../breaker.ts';
import { attemptDelivery, type AttemptParts } from './attempt-delivery.ts';
import { Lanes } from './lanes.ts';

export interface LaneWorkerOptions extends AttemptParts {
  readonly installation: Installation;
  readonly log: Logger;
  /** How long an endpoint may take to answer, in milliseconds. */
  readonly deadlineMs: number;
  /** Requests on their way at once, and of these to one endpoint. */
  readonly workers: number;
  readonly workersPerEndpoint: number;
  readonly disableAfterHours: number;
  /** Told of what came of each delivery that was taken up. */
  readonly onAttempt: (outcome: WebhookOutcome) => void;
}

/** A claim outlives the longest attempt by this much. */
const CLAIM_MARGIN_SECONDS = 20;
/** What says that there is nobody, rather than that somebody is displeased. */
const OUT_OF_REACH: readonly WebhookOutcome[] = ['unreachable', 'timed_out'];

/** Sends what is due in lanes that it is told of. */
export class LaneWorker {
  readonly #options: LaneWorkerOptions;
  readonly #scopeNow: () => Scope;
  readonly #lanes: Lanes;
  readonly #breaker = new Breaker();
  /** Endpoints that were left alone and answer again: what waited for them has not been sent yet. */
  readonly #revived = new Set<string>();

  constructor(options: LaneWorkerOptions, scopeNow: () => Scope) {
    this.#options = options;
    this.#scopeNow = scopeNow;
    const limits = { atMost: options.workers, perOwner: options.workersPerEndpoint };
    this.#lanes = new Lanes(limits, (owner, orderingKey) =>
      this.#workLane({ endpointId: owner as WebhookEndpointId, orderingKey }),
    );
  }

  offer(lanes: readonly WebhookLane[]): void {
    for (const { endpointId, orderingKey } of lanes) this.#lanes.offer(endpointId, orderingKey);
  }

  /** Begins nothing more, and lets what has begun end for a while. */
  close(patienceMs: number): Promise<void> {
    return this.#lanes.close(patienceMs);
  }

  async #workLane(lane: WebhookLane): Promise<void> {
    try {
      await this.#sendDue(lane);
      await this.#offerMore(lane.endpointId);
    } catch (error) {
      // What was claimed is free again after a while.
      this.#options.log.warn({ err: error, ...lane }, 'a delivery to a webhook could not be attempted, again later');
    }
  }

  /**
   * One delivery after the other, until none is due: asked after the last one has been counted, because another process that came with
   * the next one meanwhile found this lane taken and went away.
   */
  async #sendDue(lane: WebhookLane): Promise<void> {
    const { installation, log, deadlineMs, onAttempt } = this.#options;
    const leaseSeconds = deadlineMs / 1_000 + CLAIM_MARGIN_SECONDS;
    // Whoever presses the button wants to know how it is now.
    while (isTestLane(lane) || !this.#breaker.isOpen(lane.endpointId, performance.now())) {
      const delivery = await claimWebhookDelivery(this.#scopeNow(), installation, lane, leaseSeconds);
      if (!delivery) return;
      const result = await attemptDelivery(this.#options, delivery);
      this.#note(lane.endpointId, result.outcome);
      onAttempt(result.outcome);
      const reason = await recordWebhookAttempt(this.#scopeNow(), delivery, result, this.#options);
      if (reason) log.warn({ webhookEndpointId: lane.endpointId, reason }, 'a webhook endpoint is disabled');
      if (result.retryAt) return;
    }
  }

  #note(endpointId: WebhookEndpointId, outcome: WebhookOutcome): void {
    if (OUT_OF_REACH.includes(outcome)) {
      this.#revived.delete(endpointId);
      return this.#breaker.failed(endpointId, performance.now());
    }
    if (this.#breaker.isTroubled(endpointId)) this.#revived.add(endpointId);
    this.#breaker.succeeded(endpointId);
  }

  /** A part after the other of what waited for an endpoint while it was left alone. */
  async #offerMore(endpointId: WebhookEndpointId): Promise<void> {
    // The lane that is just ending still counts.
    if (!this.#revived.has(endpointId) || this.#lanes.countOf(endpointId) > 1) return;
    const scope = this.#scopeNow();
    const waiting = await dueWebhookLanes(scope, { before: scope.now, endpointId });
    if (waiting.length === 0) this.#revived.delete(endpointId);
    this.offer(waiting);
  }
}

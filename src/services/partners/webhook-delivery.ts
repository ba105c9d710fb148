import type { Sql } from '../../database/open-database.ts';
import type { EventType } from '../../values/event-types.ts';
import type { WebhookDeliveryId, WebhookEndpointId } from '../../values/ids.ts';
import type { WebhookDeliveryState, WebhookOutcome } from '../../values/webhooks.ts';

/** One event for one endpoint, and what became of it. */
export interface WebhookDelivery {
  readonly id: WebhookDeliveryId;
  readonly endpointId: WebhookEndpointId;
  /** Null: a test, which has no event. */
  readonly eventType: EventType | null;
  readonly cursor: string;
  readonly orderingKey: string;
  readonly state: WebhookDeliveryState;
  readonly attemptCount: number;
  readonly outcome: WebhookOutcome | null;
  readonly dueAt: Date | null;
  readonly createdAt: Date;
  readonly settledAt: Date | null;
}

/** One request and what came of it. */
export interface WebhookAttempt {
  readonly id: string;
  readonly deliveryId: WebhookDeliveryId;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly outcome: WebhookOutcome;
  readonly status: number | null;
  readonly requestBytes: number;
  readonly responseBytes: number;
}

/** Deliveries of one endpoint with one ordering key: one at a time, in the order of their events. */
export interface WebhookLane {
  readonly endpointId: WebhookEndpointId;
  readonly orderingKey: string;
}

/** Tests have no event, so each has a lane of its own. */
const TEST = 'test:';
export const testLane = (endpointId: WebhookEndpointId, id: WebhookDeliveryId): WebhookLane => ({
  endpointId,
  orderingKey: `${TEST}${id}`,
});
export const isTestLane = ({ orderingKey }: WebhookLane): boolean => orderingKey.startsWith(TEST);

/** The queue of lanes that are to be looked at, by a time or because somebody asked; made with the tables, worked by live/webhooks. */
export const WEBHOOK_QUEUE = 'deliver-webhooks';

/** Of a table or row `d`. */
export const webhookDeliveryColumns = (sql: Sql) => sql`
  d.id, d.endpoint_id, d.event_type, d.cursor, d.ordering_key, d.state, d.attempt_count, d.outcome, d.due_at, d.created_at, d.settled_at`;

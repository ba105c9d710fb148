import type { Logger } from 'pino';

import { atomically } from '../../services/events/atomically.ts';
import { stream } from '../../services/events/fact.ts';
import type { Installation } from '../../services/events/installation.ts';
import type { JournalEvent } from '../../services/events/read-events.ts';
import { stopSendingTo } from '../../services/partners/disable-webhook-endpoint.ts';
import { queueReplayPage } from '../../services/partners/replay-webhook-endpoint.ts';
import type { WebhookLane } from '../../services/partners/webhook-delivery.ts';
import { ensureWebhookPlace, writeWebhookDeliveries } from '../../services/partners/write-webhook-deliveries.ts';
import type { Scope } from '../../services/scope.ts';
import type { LiveEdge } from '../live-edge.ts';
import { WatchedEndpoints, type WatchedEndpoint } from './watched-endpoints.ts';
import type { SubscriptionParts } from './webhook-subscription.ts';

export interface DeliveryWriterOptions extends SubscriptionParts {
  readonly scopeNow: () => Scope;
  readonly installation: Installation;
  readonly edge: Pick<LiveEdge, 'watch'>;
  readonly log: Logger;
  /** Told of lanes that have something to send. */
  readonly onLanes: (lanes: readonly WebhookLane[]) => void;
}

export interface DeliveryWriter {
  close(): Promise<void>;
}

/** With endpoints it looks into the journal this often even when nothing wakes it, in milliseconds; without any, less often. */
const TICK_MS = 1_000;
const IDLE_TICKS = 10;

/**
 * Gives every event its rows: woken by the live edge when something comes that an endpoint watches, it reads the journal from where the rows
 * end. The edge may wake it too often or not at all: what is written comes from the journal alone.
 */
export async function openDeliveryWriter(options: DeliveryWriterOptions): Promise<DeliveryWriter> {
  const { scopeNow, installation, edge, log, onLanes } = options;
  const endpoints = new WatchedEndpoints(options);
  let running: Promise<void> | null = null;
  let again = false;
  let closed = false;
  let failing = false;
  let ticks = 0;
  let unwatch: () => void = () => undefined;

  const look = () => {
    if (closed) return;
    again = true;
    running ??= run().finally(() => {
      running = null;
      if (again) look();
    });
  };

  async function run(): Promise<void> {
    while (again && !closed) {
      again = false;
      try {
        await turn();
        failing = false;
      } catch (error) {
        // The next tick comes in a second; events wait in the journal.
        if (!failing) log.warn({ err: error }, 'deliveries to webhooks could not be written, trying again');
        failing = true;
      }
    }
  }

  async function turn(): Promise<void> {
    let isOther = false;
    const { lanes, isPart, isGap } = await writeWebhookDeliveries(scopeNow(), installation, async (tx) => {
      isOther = (await endpoints.refresh(tx)) || isOther;
      return endpoints;
    });
    if (isGap)
      log.error(
        'the journal no longer reaches back to the last delivery to webhooks: what came in between is not sent',
      );
    onLanes(lanes);
    if (isPart) again = true;
    if (isOther) watchAnew();
    for (const id of endpoints.takeEnded())
      if (await atomically(scopeNow(), (tx) => stopSendingTo(tx, id, 'key_ended')))
        log.warn({ webhookEndpointId: id, reason: 'key_ended' }, 'a webhook endpoint is disabled');
    for (const endpoint of endpoints.all) if (endpoint.replays) await replay(endpoint);
  }

  /** Everything that is asked for once more, page by page; what is new has its turn in between. */
  async function replay({ id, watch }: WatchedEndpoint): Promise<void> {
    const { streams, topics } = watch;
    const wanting = { streams, topics, wants: (event: JournalEvent) => watch.select(event) !== null };
    const lanes = await queueReplayPage(scopeNow(), installation, id, wanting);
    if (lanes === null) return endpoints.replayed(id);
    onLanes(lanes);
    again = true;
  }

  function watchAnew(): void {
    const { streams, topics } = endpoints.interest;
    const before = unwatch;
    const ends = [
      edge.watch([stream.webhooks, ...streams, ...topics], look),
      ...[...endpoints.keyIds].map((id) =>
        edge.watch([stream.viewer(id)], () => {
          endpoints.doubt(id);
          look();
        }),
      ),
    ];
    unwatch = () => ends.forEach((end) => end());
    before();
  }

  await ensureWebhookPlace(scopeNow());
  watchAnew();
  const timer = setInterval(() => {
    ticks += 1;
    if (endpoints.all.length > 0 || ticks % IDLE_TICKS === 0) look();
  }, TICK_MS);
  look();

  return {
    async close() {
      closed = true;
      clearInterval(timer);
      unwatch();
      await running;
    },
  };
}

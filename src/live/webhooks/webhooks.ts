import { systemViewer } from '../../services/access/system-viewer.ts';
import { topic } from '../../services/events/fact.ts';
import { dueWebhookLanes } from '../../services/partners/due-webhook-lanes.ts';
import { WEBHOOK_QUEUE, type WebhookLane } from '../../services/partners/webhook-delivery.ts';
import type { Scope } from '../../services/scope.ts';
import type { Jobs } from '../jobs.ts';
import type { LiveEdge } from '../live-edge.ts';
import { openDeliveryWriter } from './delivery-writer.ts';
import { LaneWorker, type LaneWorkerOptions } from './lane-worker.ts';

export interface WebhooksOptions extends LaneWorkerOptions {
  readonly jobs: Jobs;
  readonly edge: Pick<LiveEdge, 'watch'>;
  readonly shutdownDrainMs: number;
}

export interface Webhooks {
  close(): Promise<void>;
}

const VIEWER = systemViewer('webhooks');
const EVERY_MINUTE = '* * * * *';
/** What is not taken up for so long was left by somebody who died, or waits behind an endpoint that was left alone. */
const LEFT_BEHIND_MS = 10_000;

/**
 * Sends events to whoever registered for them: at least once each, under an id that stays, those of one thing in order. The writer makes
 * the rows; their first attempt follows at once, in this process; later ones come from the job queue, and once a minute somebody looks for
 * what was left behind.
 */
export async function startWebhooks(options: WebhooksOptions): Promise<Webhooks> {
  const { database, jobs, edge } = options;
  const scopeNow = (): Scope => ({ db: database, viewer: VIEWER, now: database.now() });
  const worker = new LaneWorker(options, scopeNow);
  const offerDue = async (before: Date) => worker.offer(await dueWebhookLanes(scopeNow(), { before }));

  const writer = await openDeliveryWriter({ ...options, scopeNow, onLanes: (lanes) => worker.offer(lanes) });
  const workers = await jobs.work<WebhookLane>(WEBHOOK_QUEUE, { count: 2, perGroup: 1 }, (lane) => {
    worker.offer([lane]);
    return Promise.resolve();
  });
  edge.watch([topic.webhookDeliveries], () => workers.wake());
  // What the process before had no time for need not wait for the minute.
  await offerDue(database.now());
  await jobs.recur('webhooks-left-behind', EVERY_MINUTE, () =>
    offerDue(new Date(database.now().getTime() - LEFT_BEHIND_MS)),
  );

  return {
    async close() {
      await writer.close();
      await worker.close(options.shutdownDrainMs);
    },
  };
}

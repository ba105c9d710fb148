import type { Logger } from 'pino';

import { askScanner } from '../channels/outbound/ask-scanner.ts';
import type { Database } from '../database/open-database.ts';
import { systemViewer } from '../services/access/system-viewer.ts';
import { CHECK_QUEUE, REMOVE_QUEUE, type CheckJob, type RemoveJob } from '../services/conversations/attachment-jobs.ts';
import type { AttachmentStore } from '../services/conversations/attachment-store.ts';
import { forgetUnattached, removeUnnamed, sweepBytes } from '../services/conversations/forget-attachments.ts';
import { readUnchecked, recordCheck } from '../services/conversations/record-check.ts';
import { atomically } from '../services/events/atomically.ts';
import type { Jobs } from './jobs.ts';

interface AttachmentWork {
  readonly database: Database;
  readonly jobs: Jobs;
  readonly store: AttachmentStore;
  readonly scanUrl: string | undefined;
  readonly log: Logger;
}

const VIEWER = systemViewer('attachments');
const EVERY_HOUR = '7 * * * *';
const DAY_MS = 86_400_000;

/** Everything about attachments that happens after the answer: looking at them, and removing what nobody has any more. */
export async function startAttachmentWorkers({ database, jobs, store, scanUrl, log }: AttachmentWork): Promise<void> {
  const scopeNow = () => ({ db: database, viewer: VIEWER, now: new Date() });
  const count = { count: 2, perGroup: 2 };
  await jobs.work<RemoveJob>(REMOVE_QUEUE, count, ({ sha256 }) => removeUnnamed(scopeNow(), store, sha256));
  await jobs.work<CheckJob>(CHECK_QUEUE, { ...count, retryDelaySeconds: 5 }, async ({ attachmentId }) => {
    const sha256 = await readUnchecked(scopeNow(), attachmentId);
    if (sha256 === null) return;
    // Without a scanner what waits for one stays away: whoever took it out decides by putting one back.
    if (scanUrl === undefined) throw new Error('Attachments wait for a scanner, and none is set.');
    await recordCheck(scopeNow(), attachmentId, await isClean(scanUrl, store, sha256));
  });
  await jobs.recur('sweep-attachments', EVERY_HOUR, async () => {
    const before = new Date(Date.now() - DAY_MS);
    let removed = 0;
    for (let isDone = false; !isDone;) {
      const batch = await atomically(scopeNow(), (tx) => forgetUnattached(tx, before));
      removed += batch.removed;
      isDone = batch.isDone;
    }
    const swept = await sweepBytes(scopeNow(), store, before);
    if (removed + swept > 0) log.info({ removed, swept }, 'attachments that nobody sent were removed');
  });
}

async function isClean(scanUrl: string, store: AttachmentStore, sha256: string): Promise<boolean> {
  const bytes = await store.open(sha256);
  if (!bytes) throw new Error('The bytes of an attachment are not where they were put.');
  try {
    return await askScanner(scanUrl, bytes);
  } finally {
    bytes.destroy();
  }
}

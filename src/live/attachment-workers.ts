import type { Logger } from 'pino';

import { askScanner } from '../channels/outbound/ask-scanner.ts';
import { RefusedUrl, type OutboundHttp } from '../channels/outbound/outbound-http.ts';
import type { Database } from '../database/open-database.ts';
import { systemViewer } from '../services/access/system-viewer.ts';
import type { AttachmentRules } from '../services/conversations/attachment.ts';
import {
  CHECK_QUEUE,
  FETCH_QUEUE,
  REMOVE_QUEUE,
  type CheckJob,
  type FetchJob,
  type RemoveJob,
} from '../services/conversations/attachment-jobs.ts';
import type { AttachmentStore } from '../services/conversations/attachment-store.ts';
import { forgetUnattached, removeUnnamed, sweepBytes } from '../services/conversations/forget-attachments.ts';
import { readUnchecked, recordCheck } from '../services/conversations/record-check.ts';
import { fetchLater, readUnfetched, recordFetch, type Unfetched } from '../services/conversations/record-fetch.ts';
import { stageAttachment } from '../services/conversations/stage-attachment.ts';
import { atomically } from '../services/events/atomically.ts';
import type { Scope } from '../services/scope.ts';
import type { Jobs } from './jobs.ts';

interface AttachmentWork {
  readonly database: Database;
  readonly jobs: Jobs;
  readonly store: AttachmentStore;
  readonly rules: AttachmentRules;
  readonly scanUrl: string | undefined;
  /** How files are fetched that a channel keeps for us. */
  readonly http: Pick<OutboundHttp, 'get'>;
  /** Tries of one file, the first one counted. */
  readonly tries: number;
  /** Wait before the second try, in milliseconds; each later wait is three times as long. */
  readonly retryBaseMs: number;
  readonly log: Logger;
}

const VIEWER = systemViewer('attachments');
const EVERY_HOUR = '7 * * * *';
const DAY_MS = 86_400_000;

/** Everything about attachments that happens after the answer: looking at them, and removing what nobody has any more. */
export async function startAttachmentWorkers(given: AttachmentWork): Promise<void> {
  const { database, jobs, store, scanUrl, log } = given;
  const scopeNow = () => ({ db: database, viewer: VIEWER, now: database.now() });
  const count = { count: 2, perGroup: 2 };
  await jobs.work<RemoveJob>(REMOVE_QUEUE, count, ({ sha256 }) => removeUnnamed(scopeNow(), store, sha256));
  await jobs.work<FetchJob>(FETCH_QUEUE, count, (job) => fetchFile(scopeNow, given, job));
  await jobs.work<CheckJob>(CHECK_QUEUE, { ...count, retryDelaySeconds: 5 }, async ({ attachmentId }) => {
    const sha256 = await readUnchecked(scopeNow(), attachmentId);
    if (sha256 === null) return;
    // Without a scanner what waits for one stays away: whoever took it out decides by putting one back.
    if (scanUrl === undefined) throw new Error('Attachments wait for a scanner, and none is set.');
    await recordCheck(scopeNow(), attachmentId, await isClean(scanUrl, store, sha256));
  });
  await jobs.recur('sweep-attachments', EVERY_HOUR, async () => {
    const before = new Date(database.now().getTime() - DAY_MS);
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

/** One try. What the rules do not take is told of and not tried again; neither is a URL that we never speak to. */
async function fetchFile(
  scopeNow: () => Scope,
  { store, rules, http, tries, retryBaseMs }: AttachmentWork,
  { attachmentId, attempt }: FetchJob,
): Promise<void> {
  const wanted = await readUnfetched(scopeNow(), attachmentId);
  if (!wanted) return;
  const staged = await fetchOnce(wanted).catch((error: unknown) => {
    if (error instanceof RefusedUrl || attempt >= tries) return null;
    return 'later' as const;
  });
  if (staged === 'later') {
    const at = new Date(scopeNow().now.getTime() + retryBaseMs * 3 ** (attempt - 1));
    return fetchLater(scopeNow(), attachmentId, attempt + 1, at);
  }
  try {
    await recordFetch(scopeNow(), attachmentId, staged);
  } finally {
    await staged?.bytes?.discard();
  }

  async function fetchOnce({ url, filename, claimedType }: Unfetched) {
    const file = await http.get(url);
    if (file.status !== 200) {
      file.hangUp();
      throw new Error(`The channel answered ${file.status}.`);
    }
    return stageAttachment(store, rules, { filename, contentType: claimedType ?? file.contentType }, file.body);
  }
}

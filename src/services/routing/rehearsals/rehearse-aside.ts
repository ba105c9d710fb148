import { Worker } from 'node:worker_threads';

import type { HistoryPiece } from './day-of-history.ts';
import type { RehearsalReport } from './rehearsal.ts';

/** What a thread is started with. */
export interface ThreadTask {
  /** Of a drawn day. Null: the day comes in pieces of history. */
  readonly seed: number | null;
  readonly activeDocument: string;
  readonly rehearsedDocument: string;
}

/** Pieces of history, and that these were all. */
export type ToThread = HistoryPiece | 'all';

/** How far it is; in the end contacts, in batches as JSON, and the report. */
export type FromThread =
  { readonly percent: number } | { readonly contacts: string } | { readonly report: RehearsalReport };

export interface RehearsalLimits {
  readonly mostSeconds: number;
  readonly mostMegabytes: number;
}

export interface Rehearsed {
  readonly report: RehearsalReport;
  /** ComparedContact[] as JSON, in batches. */
  readonly contacts: readonly string[];
}

const THREAD = new URL('./rehearsal-thread.ts', import.meta.url);
/** Small beside what waits: the young generation counts on top of the limit. */
const YOUNG_MEGABYTES = 32;

/**
 * Rehearses in a thread of its own, so that the process goes on serving whatever the policy costs: one event under it may take seconds. More time or memory
 * than allowed, or the signal, end the thread in the middle of whatever it does; it ends with its process, too.
 */
export async function rehearseAside(
  task: ThreadTask & { readonly history: AsyncIterable<HistoryPiece> | null },
  given: { readonly limits: RehearsalLimits; readonly signal: AbortSignal; readonly told: (percent: number) => void },
): Promise<Rehearsed> {
  const { limits, signal, told } = given;
  signal.throwIfAborted();
  const { history, ...workerData } = task;
  // The thread has no database and no settings; Node reads these files, which are plain enough, without help.
  const thread = new Worker(THREAD, {
    ...{ workerData, env: {}, execArgv: [] },
    resourceLimits: { maxOldGenerationSizeMb: limits.mostMegabytes, maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
  });
  const ended = Promise.withResolvers<Rehearsed>();
  let isOver = false;
  const contacts: string[] = [];
  thread.on('message', (message: FromThread) => {
    if ('percent' in message) told(message.percent);
    else if ('contacts' in message) contacts.push(message.contacts);
    else ended.resolve({ report: message.report, contacts });
  });
  thread.once('error', ended.reject);
  thread.once('exit', (code) => ended.reject(new Error(`The thread of the rehearsal ended with ${code}.`)));
  const stop = () => ended.reject(signal.reason as Error);
  signal.addEventListener('abort', stop);
  const late = setTimeout(
    () => ended.reject(new Error(`The rehearsal took longer than ${limits.mostSeconds} s.`)),
    limits.mostSeconds * 1_000,
  );
  try {
    const post = (message: ToThread) => thread.postMessage(message);
    return await Promise.race([ended.promise, feed(history, { post, isOver: () => isOver }).then(() => ended.promise)]);
  } finally {
    isOver = true;
    clearTimeout(late);
    signal.removeEventListener('abort', stop);
    await thread.terminate();
  }
}

/** Hands over what there is of history as it is read. */
async function feed(
  history: AsyncIterable<HistoryPiece> | null,
  { post, isOver }: { readonly post: (message: ToThread) => void; readonly isOver: () => boolean },
): Promise<void> {
  for await (const piece of history ?? []) {
    if (isOver()) return;
    post(piece);
  }
  post('all');
}

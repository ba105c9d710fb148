import cluster, { type Worker } from 'node:cluster';

import { endHandedOver } from './end-handed-over.ts';
import { nextTryInMs } from './next-try.ts';
import { gatherFigures } from './gather-figures.ts';
import type { FromProcess } from './process-messages.ts';

export interface SuperviseOptions {
  /** How many processes serve. */
  readonly count: number;
  /** The program that each of them runs. */
  readonly program: string;
  /** Environment of a process besides our own; they are numbered from 1, and a number passes to whoever takes over. */
  readonly environmentOf: (number: number) => Readonly<Record<string, string>>;
  /** How long a process may take to end in order, in milliseconds. */
  readonly stopWithinMs: number;
  readonly say: (line: string) => void;
}

export interface Supervised {
  /** Where they all listen. */
  readonly url: string;
  /** Lets all end in order; who takes too long is killed. */
  stop(): Promise<void>;
}

/** One place to be filled, over all the processes that fill it. */
interface Post {
  readonly number: number;
  worker: Worker | null;
  /** Processes that ended soon after they began, one after the other. */
  earlyEnds: number;
  timer: NodeJS.Timeout | null;
}

/** A process that served this long was all right: what ended it is not in its beginning. */
const SETTLED_MS = 10_000;

/**
 * Keeps some processes serving behind one port. This process accepts the connections and hands them on in turn, so that the port stays open
 * while one of them is replaced, and a stopping one gives back what it has not taken yet. Resolves when all are ready; when one cannot
 * begin at all, the others are ended and the reason is thrown.
 */
export async function superviseProcesses(options: SuperviseOptions): Promise<Supervised> {
  const { count, say } = options;
  cluster.setupPrimary({ exec: options.program, args: [] });
  cluster.schedulingPolicy = cluster.SCHED_RR;
  const posts = Array.from({ length: count }, (_, index): Post => {
    return { number: index + 1, worker: null, earlyEnds: 0, timer: null };
  });
  const figures = gatherFigures(() => posts.flatMap(({ worker }) => (worker?.isConnected() ? [worker] : [])));
  let stopping = false;

  /** Resolves with the address when it is ready; rejects when it ends before. */
  function begin(post: Post): Promise<string> {
    const worker = cluster.fork(options.environmentOf(post.number));
    endHandedOver(worker);
    const begunAt = performance.now();
    let reason: string | null = null;
    let isReady = false;
    post.worker = worker;
    return new Promise((resolve, reject) => {
      worker.on('message', (message: FromProcess) => {
        if (message.say === 'failed') ({ reason } = message);
        if (message.say === 'ready') {
          isReady = true;
          resolve(message.url);
        }
        figures.hear(worker, message);
      });
      worker.on('error', (error) => (reason ??= error.message));
      worker.once('exit', (code, signal) => {
        post.worker = null;
        const how = reason ?? (signal === null ? `exit code ${code}` : signal);
        const settled = isReady && performance.now() - begunAt >= SETTLED_MS;
        post.earlyEnds = settled ? 0 : post.earlyEnds + 1;
        if (isReady && !stopping) replace(post, how);
        reject(new Error(how));
      });
    });
  }

  function replace(post: Post, how: string): void {
    const waitMs = nextTryInMs(post.earlyEnds);
    const then = waitMs === 0 ? 'Another one takes its place.' : `The next try is in ${waitMs / 1000} s.`;
    say(`Process ${post.number} of ${count} ended: ${how}. ${then}`);
    figures.replaced();
    post.timer = setTimeout(() => {
      if (stopping) return;
      post.timer = null;
      // One that was ready before it ended is replaced by the listener of its end.
      begin(post).catch((error: Error) => void (stopping || replace(post, error.message)));
    }, waitMs);
  }

  async function stop(): Promise<void> {
    stopping = true;
    const running = posts.flatMap(({ worker, timer }) => {
      if (timer) clearTimeout(timer);
      return worker && !worker.isDead() ? [worker] : [];
    });
    const killed = await Promise.all(running.map((worker) => endInOrder(worker, options.stopWithinMs)));
    const late = killed.filter(Boolean).length;
    if (late > 0) throw new Error(`${late} of ${count} processes took too long and were killed`);
  }

  try {
    // The first one finds out whether this can work at all.
    const url = await begin(posts[0]!);
    await Promise.all(posts.slice(1).map(begin));
    return { url, stop };
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
}

/** True when it had to be killed. */
function endInOrder(worker: Worker, withinMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    let killed = false;
    const cut = setTimeout(() => {
      killed = true;
      worker.process.kill('SIGKILL');
    }, withinMs);
    worker.once('exit', () => {
      clearTimeout(cut);
      resolve(killed);
    });
    worker.process.kill('SIGTERM');
  });
}

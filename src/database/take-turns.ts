import { DeadlineExceeded } from './deadline.ts';

/** Runs work when it is its turn, in the order in which it came. */
export type TakeTurns = <T>(work: () => Promise<T>) => Promise<T>;

/** Lets so much work go on at once. What waited longer than `patienceMs` is not begun. */
export function takingTurns(atMost: number, patienceMs: number): TakeTurns {
  const waiting = new Set<() => void>();
  let running = 0;

  const turn = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const begin = () => {
        clearTimeout(timer);
        waiting.delete(begin);
        running += 1;
        resolve();
      };
      const timer = setTimeout(() => {
        waiting.delete(begin);
        reject(new DeadlineExceeded(patienceMs));
      }, patienceMs);
      waiting.add(begin);
    });

  return async (work) => {
    if (running < atMost) running += 1;
    else await turn();
    try {
      return await work();
    } finally {
      running -= 1;
      const [next] = waiting;
      next?.();
    }
  };
}

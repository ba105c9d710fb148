import type postgres from 'postgres';

/** A statement had no answer in time: the database is out of reach or overloaded. The statement was cancelled. */
export class DeadlineExceeded extends Error {
  constructor(deadlineMs: number) {
    super(`The database did not answer within ${deadlineMs} ms.`);
    this.name = 'DeadlineExceeded';
  }
}

/**
 * Ends a wait for a statement after `deadlineMs`. The client itself would wait for ever on a dead link;
 * the server's own statement timeout does not help when the server cannot be heard.
 */
export async function withDeadline<T extends readonly unknown[]>(
  query: postgres.PendingQuery<T & readonly (object | undefined)[]>,
  deadlineMs: number,
): Promise<T> {
  try {
    return await inTime(query, deadlineMs);
  } catch (error) {
    if (error instanceof DeadlineExceeded) query.cancel();
    throw error;
  }
}

/** The answer, if it comes in time. What was asked for is not cancelled: nobody listens any more. */
export async function inTime<T>(answer: PromiseLike<T>, deadlineMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(
      // A process that goes on after it stood still finds its timers due before it has read what came meanwhile: it reads first.
      () => setImmediate(() => reject(new DeadlineExceeded(deadlineMs))),
      deadlineMs,
    );
  });
  try {
    return await Promise.race([answer, expired]);
  } finally {
    clearTimeout(timer);
  }
}

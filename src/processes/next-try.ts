const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/**
 * How long to wait before a process is started again that ended soon after it began, so many times in a row, in milliseconds. One that was
 * killed once is replaced at once; one that cannot live does not take the machine with it.
 */
export const nextTryInMs = (earlyEnds: number): number =>
  earlyEnds <= 1 ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (earlyEnds - 2), LONGEST_WAIT_MS);

import { InvalidRequest } from '../../values/invalid-request.ts';

/** From a moment until before another. */
export interface Period {
  readonly from: Date;
  readonly until: Date;
}

const LONGEST_DAYS = 366;
const DAY_MS = 86_400_000;

/** A period that is one: it ends after it begins, and is no longer than a year. */
export function requirePeriod({ from, until }: Period): Period {
  const ms = until.getTime() - from.getTime();
  if (!(ms > 0 && ms <= LONGEST_DAYS * DAY_MS))
    throw new InvalidRequest('until', `\`until\` must lie after \`from\`, ${LONGEST_DAYS} days at most.`);
  return { from, until };
}

import { requireWhole } from '../../values/invalid-request.ts';
import { ACCURACY_LINE } from '../../values/served.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';

const DAY_MS = 86_400_000;
const MOST_DAYS = 366;

/** Of what was compared, how much was right. */
export interface Accuracy {
  readonly served: number;
  readonly wrong: number;
  /** 0 to 1. */
  readonly share: number;
  /** At least as much as was agreed. */
  readonly isMet: boolean;
}
export interface TouchpointAccuracy extends Accuracy {
  readonly touchpoint: string;
  readonly channel: string;
}
/** What was served on a day, in UTC. */
export interface AccuracyDay extends Accuracy {
  /** `2026-11-22`. */
  readonly day: string;
  /** The worst first. */
  readonly touchpoints: readonly TouchpointAccuracy[];
}

/** How much of what readers were shown of orders was right, the newest day first; days without samples are left out. */
export async function readAccuracy(scope: Scope, days: number): Promise<AccuracyDay[]> {
  requireRight(scope.viewer, 'figures:read');
  requireWhole(days, 'days', 1, MOST_DAYS);
  const since = new Date(scope.now.getTime() - (days - 1) * DAY_MS);
  const rows = await scope.db.sql<
    { day: string; touchpoint: string; channel: string; served: number; wrong: number }[]
  >`
    select to_char(day, 'YYYY-MM-DD') as day, touchpoint, channel, served, wrong from accuracy_days
    where day >= (${since}::timestamptz at time zone 'UTC')::date
    order by day desc, wrong::float8 / served desc, touchpoint, channel`;
  return [...Map.groupBy(rows, ({ day }) => day)].map(([day, ofDay]) => ({
    day,
    ...accuracyOf(sum(ofDay.map(({ served }) => served)), sum(ofDay.map(({ wrong }) => wrong))),
    touchpoints: ofDay.map(({ touchpoint, channel, served, wrong }) => ({
      touchpoint,
      channel,
      ...accuracyOf(served, wrong),
    })),
  }));
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

function accuracyOf(served: number, wrong: number): Accuracy {
  const share = 1 - wrong / served;
  return { served, wrong, share, isMet: share >= ACCURACY_LINE };
}

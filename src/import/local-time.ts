import { instantsOf } from '../values/business-hours.ts';

/**
 * The moment at which clocks in a zone show a time; `shown` is that time, written as if it were UTC. Of an hour that clocks show
 * twice the first; of one that they leave out the moment of the jump.
 */
export const momentShown = (shown: Date, timeZone: string): Date =>
  timeZone === 'UTC' ? shown : new Date(instantsOf(timeZone, shown.getTime())[0]!);

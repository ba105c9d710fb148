import type { Context } from '../context.ts';

type Asked = Pick<Context, 'scope' | 'stockExactUpTo'>;

/** Staff and systems are told every number; customers only numbers up to a limit, above which it is “at least so many”. */
export const isToldExactly = ({ scope, stockExactUpTo }: Asked, units: number): boolean =>
  scope.viewer.role !== 'customer' || units <= stockExactUpTo;

export const unitsShown = (context: Asked, units: number): number =>
  isToldExactly(context, units) ? units : context.stockExactUpTo;

/** What may be asked for: who is told of no more than so many could otherwise count by asking for one more each time. */
export const unitsAsked = (context: Asked, units: number): number =>
  isToldExactly(context, units) ? units : context.stockExactUpTo + 1;

import type { OrderState } from './fold-order.ts';

const DAY_AHEAD_MS = 86_400_000;

/** What the desk does now comes after what it saw, also where a source's clock runs ahead of ours: by a day at most. */
export function afterEverything(state: OrderState, now: Date): Date {
  const newest = Math.max(
    state.statusClocks.occurredAt.getTime(),
    ...state.payments.map(({ occurredAt }) => occurredAt.getTime()),
    ...state.returns.map(({ statusOccurredAt }) => statusOccurredAt.getTime()),
  );
  return new Date(Math.min(Math.max(now.getTime(), newest + 1), now.getTime() + DAY_AHEAD_MS));
}

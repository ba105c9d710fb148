/** What is promised to a customer. All but `other` are kept by what is told of the order. */
export const PROMISE_KINDS = ['delivery', 'pickup', 'refund', 'other'] as const;
export type PromiseKind = (typeof PROMISE_KINDS)[number];

/** How a promise stands. One that is overdue may still be kept, late. */
export const PROMISE_STATES = ['open', 'overdue', 'kept', 'withdrawn'] as const;
export type PromiseState = (typeof PROMISE_STATES)[number];

/** What a reader was shown of an order, or a customer was told. */
export interface ServedStatus {
  /** Who was shown it and how, such as `bot.query` or `agent.subscription`; `notice`: told unasked. */
  readonly touchpoint: string;
  /** The channel it went out over; `graph`: none, it was read from here. */
  readonly channel: string;
  readonly orderId: string;
  /** Of a notice its kind. */
  readonly status: string;
  /** Of a notice: the parcel, refund or return within the order. Absent: the order itself. */
  readonly about?: string;
  /** By our clock. */
  readonly servedAt: Date;
}

/** So much of what is served has to be right, day by day. */
export const ACCURACY_LINE = 0.95;

/** What is told of orders: where they stand, and how far a return is. */
export const FRESHNESS_MEASURES = ['status', 'returns'] as const;
export type FreshnessMeasure = (typeof FRESHNESS_MEASURES)[number];

/** How old news may be at most when readers have it, in seconds. */
export const FRESHNESS_GOAL_SECONDS: Readonly<Record<FreshnessMeasure, number>> = { status: 60, returns: 86_400 };

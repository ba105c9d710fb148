import type { NoticeKind } from './notices.ts';

/** When customers are told of what happened to their orders. */
export interface NoticePolicy {
  /** So long after an estimate has passed a parcel is late; a carrier that moves the estimate by less says nothing new. */
  readonly delayGraceMinutes: number;
  /** How long a message waits after what it tells of, so that a correction comes before it. */
  readonly waitMinutes: Readonly<Record<NoticeKind, number>>;
  /** What happened longer ago than this when it reaches us is nobody's news: an archive is read in silence. */
  readonly freshHours: number;
}

/** Refunds are booked and booked anew within minutes; at a pickup point the customer may stand already. */
export const NOTICE_POLICY: NoticePolicy = {
  delayGraceMinutes: 120,
  waitMinutes: { delay: 0, ready_for_pickup: 0, refund_sent: 10, return_received: 10 },
  freshHours: 48,
};

const MINUTE_MS = 60_000;

/** From when on a parcel that was expected at a moment is late. */
export const lateFrom = (expectedAt: Date, policy: NoticePolicy = NOTICE_POLICY): Date =>
  new Date(expectedAt.getTime() + policy.delayGraceMinutes * MINUTE_MS);

/** When to tell what came to be true at a moment. */
export const tellAt = (kind: NoticeKind, trueAt: Date, policy: NoticePolicy = NOTICE_POLICY): Date =>
  new Date(trueAt.getTime() + policy.waitMinutes[kind] * MINUTE_MS);

/** True when what happened at one moment is still news at another. */
export const isNews = (happenedAt: Date, now: Date, policy: NoticePolicy = NOTICE_POLICY): boolean =>
  now.getTime() - happenedAt.getTime() <= policy.freshHours * 60 * MINUTE_MS;

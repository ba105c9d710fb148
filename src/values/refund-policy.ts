/** How long money takes to reach the customer, by its means. */
export interface RefundPolicy {
  /** Business days until it is there, the longest that may be promised. */
  readonly daysByMethod: Readonly<Record<string, number>>;
  readonly otherDays: number;
  /** Business days in which the shop looks at what came back and sends the money. */
  readonly inspectionDays: number;
}

/** A gift card has it at once; banks take 5 to 7 business days. */
export const REFUND_POLICY: RefundPolicy = {
  daysByMethod: { gift_card: 0, store_credit: 0 },
  otherDays: 7,
  inspectionDays: 2,
};

const DAY_MS = 86_400_000;

/** By when money that was sent at this moment is there. */
export function refundExpectedBy(sentAt: Date, method: string | null, policy: RefundPolicy = REFUND_POLICY): Date {
  const { daysByMethod, otherDays } = policy;
  const days = method !== null && Object.hasOwn(daysByMethod, method) ? daysByMethod[method]! : otherDays;
  return addBusinessDays(sentAt, days);
}

/** By when the money is there for what came back at this moment and has yet to be looked at. */
export const returnRefundExpectedBy = (backAt: Date, method: string | null, policy = REFUND_POLICY): Date =>
  refundExpectedBy(addBusinessDays(backAt, policy.inspectionDays), method, policy);

/** The same time of day so many days later, Saturdays and Sundays (UTC) not counted. Holidays of a market are not known. */
export function addBusinessDays(from: Date, days: number): Date {
  let at = from.getTime();
  for (let left = days; left > 0;) {
    at += DAY_MS;
    const weekday = new Date(at).getUTCDay();
    if (weekday !== 0 && weekday !== 6) left -= 1;
  }
  return new Date(at);
}

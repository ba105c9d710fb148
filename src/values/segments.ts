import type { ConsentState, Purpose } from './consents.ts';
import type { Channel, IdentityKind } from './vocabulary.ts';

/** From one moment, inclusive, to another, exclusive, as ISO text. Null or absent: open. */
export interface SegmentSpan {
  readonly from?: string | null;
  readonly until?: string | null;
}

interface SegmentAmount {
  readonly amountMinor: number;
  readonly currency: string;
}

/** What must be true of a trait; what is absent is not asked. A trait of another kind fulfils nothing that is asked of its value. */
export interface SegmentTrait extends SegmentSpan {
  readonly key: string;
  /** False: nobody says anything under the key. */
  readonly isKnown?: boolean | null;
  readonly textIn?: readonly string[] | null;
  readonly numberAtLeast?: number | null;
  readonly numberAtMost?: number | null;
  readonly boolean?: boolean | null;
}

/** What must be true of the orders of a person that were not cancelled, all of it. */
export interface SegmentOrders {
  readonly countAtLeast?: number | null;
  readonly countAtMost?: number | null;
  /** Of all orders in the currency. */
  readonly valueAtLeast?: SegmentAmount | null;
  readonly valueAtMost?: SegmentAmount | null;
  readonly lastPlaced?: SegmentSpan | null;
}

export interface SegmentConsent {
  readonly purpose: Purpose;
  /** Null or absent: that for any channel. */
  readonly channel?: Channel | null;
  readonly stateIn: readonly ConsentState[];
}

/** Who belongs to a segment: exactly one of these. */
export interface SegmentFilter {
  readonly and?: readonly SegmentFilter[] | null;
  readonly or?: readonly SegmentFilter[] | null;
  readonly not?: SegmentFilter | null;
  readonly trait?: SegmentTrait | null;
  readonly languageIn?: readonly string[] | null;
  readonly marketIn?: readonly string[] | null;
  readonly preferredChannelIn?: readonly Channel[] | null;
  readonly customerSince?: SegmentSpan | null;
  readonly orders?: SegmentOrders | null;
  readonly consent?: SegmentConsent | null;
  /** They have an address on one of these channels. */
  readonly reachableOn?: readonly Channel[] | null;
  /** They have an identifier of one of these kinds. */
  readonly knownBy?: readonly IdentityKind[] | null;
}

/** What filters ask of a person. */
export interface SegmentSubject {
  readonly language: string | null;
  readonly market: string | null;
  readonly preferredChannel: Channel | null;
  readonly customerSince: string;
  /** By key. A moment is its ISO text. */
  readonly traits: Readonly<Record<string, string | number | boolean>>;
  readonly orders: {
    readonly count: number;
    /** Minor units by currency. */
    readonly value: Readonly<Record<string, number>>;
    readonly lastPlacedAt: string | null;
  };
  /** The strictest of what their members say. */
  readonly consents: readonly {
    readonly purpose: Purpose;
    readonly channel: Channel | null;
    readonly state: ConsentState;
  }[];
  readonly channels: readonly Channel[];
  readonly identityKinds: readonly IdentityKind[];
}

/** Who refused any of these belongs to no segment. */
const NEEDS: readonly Purpose[] = ['profiling', 'personalisation'];

/** Whether a person belongs to the segment with this filter. */
export const belongs = (filter: SegmentFilter, subject: SegmentSubject): boolean =>
  !subject.consents.some(({ purpose, state }) => NEEDS.includes(purpose) && state !== 'granted') &&
  holds(filter, subject);

function holds(filter: SegmentFilter, subject: SegmentSubject): boolean {
  const { and, or, not, trait, languageIn, marketIn, preferredChannelIn } = filter;
  if (and) return and.every((each) => holds(each, subject));
  if (or) return or.some((each) => holds(each, subject));
  if (not) return !holds(not, subject);
  if (trait) return hasTrait(trait, subject);
  if (languageIn) return isAmong(subject.language, languageIn);
  if (marketIn) return isAmong(subject.market, marketIn);
  if (preferredChannelIn) return isAmong(subject.preferredChannel, preferredChannelIn);
  if (filter.customerSince) return isIn(filter.customerSince, subject.customerSince);
  if (filter.orders) return hasOrders(filter.orders, subject.orders);
  if (filter.consent) return hasSaid(filter.consent, subject);
  if (filter.reachableOn) return filter.reachableOn.some((channel) => subject.channels.includes(channel));
  return (filter.knownBy ?? []).some((kind) => subject.identityKinds.includes(kind));
}

const isAmong = <T>(value: T | null, list: readonly T[]): boolean => value !== null && list.includes(value);

function isIn({ from, until }: SegmentSpan, moment: string): boolean {
  const at = Date.parse(moment);
  return (from == null || at >= Date.parse(from)) && (until == null || at < Date.parse(until));
}

function hasTrait(asked: SegmentTrait, { traits }: SegmentSubject): boolean {
  const value = Object.hasOwn(traits, asked.key) ? traits[asked.key]! : null;
  if (asked.isKnown === false) return value === null;
  if (value === null) return false;
  const { textIn, numberAtLeast, numberAtMost, boolean, from, until } = asked;
  if (textIn && !(typeof value === 'string' && textIn.includes(value))) return false;
  if (numberAtLeast != null && !(typeof value === 'number' && value >= numberAtLeast)) return false;
  if (numberAtMost != null && !(typeof value === 'number' && value <= numberAtMost)) return false;
  if (boolean != null && value !== boolean) return false;
  return (from == null && until == null) || (isMomentText(value) && isIn(asked, value));
}

const isMomentText = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value) && !Number.isNaN(Date.parse(value));

function hasOrders(asked: SegmentOrders, { count, value, lastPlacedAt }: SegmentSubject['orders']): boolean {
  const { countAtLeast, countAtMost, valueAtLeast, valueAtMost, lastPlaced } = asked;
  const valueIn = (currency: string) => (Object.hasOwn(value, currency) ? value[currency]! : 0);
  return (
    (countAtLeast == null || count >= countAtLeast) &&
    (countAtMost == null || count <= countAtMost) &&
    (!valueAtLeast || valueIn(valueAtLeast.currency) >= valueAtLeast.amountMinor) &&
    (!valueAtMost || valueIn(valueAtMost.currency) <= valueAtMost.amountMinor) &&
    (!lastPlaced || (lastPlacedAt !== null && isIn(lastPlaced, lastPlacedAt)))
  );
}

function hasSaid({ purpose, channel, stateIn }: SegmentConsent, { consents }: SegmentSubject): boolean {
  return consents.some(
    (said) => said.purpose === purpose && said.channel === (channel ?? null) && stateIn.includes(said.state),
  );
}

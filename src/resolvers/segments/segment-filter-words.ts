import type {
  SegmentFilterInput,
  SegmentOrdersInput,
  SegmentSpanInput,
  SegmentTraitInput,
} from '../../schema/segments/segment-filter.ts';
import type { SegmentFilter, SegmentOrders, SegmentSpan, SegmentTrait } from '../../values/segments.ts';

/** A filter as it came, with moments as texts: so it is stored. */
export function fromInput({ and, or, not, trait, orders, customerSince, ...same }: SegmentFilterInput): SegmentFilter {
  return {
    ...same,
    ...(and && { and: and.map(fromInput) }),
    ...(or && { or: or.map(fromInput) }),
    ...(not && { not: fromInput(not) }),
    ...(trait && { trait: fromTrait(trait) }),
    ...(orders && { orders: fromOrders(orders) }),
    ...(customerSince && { customerSince: toSpan(customerSince) }),
  };
}

const fromTrait = ({ from, until, ...trait }: SegmentTraitInput): SegmentTrait => ({
  ...trait,
  ...toSpan({ from, until }),
});

const fromOrders = ({ lastPlaced, ...orders }: SegmentOrdersInput): SegmentOrders => ({
  ...orders,
  ...(lastPlaced && { lastPlaced: toSpan(lastPlaced) }),
});

type Span = { readonly [Bound in keyof SegmentSpanInput]: SegmentSpanInput[Bound] | undefined };

const toSpan = ({ from, until }: Span): SegmentSpan => ({
  ...(from && { from: from.toISOString() }),
  ...(until && { until: until.toISOString() }),
});

/** Fields whose words are enums of the graph. */
const ENUMS = new Set(['preferredChannelIn', 'reachableOn', 'knownBy', 'purpose', 'channel', 'stateIn']);
const capitals = (word: unknown): unknown => (typeof word === 'string' ? word.toUpperCase() : word);

/** As JSON that may be sent again. */
export const toJson = (filter: SegmentFilter): string =>
  JSON.stringify(filter, (name, value: unknown) => {
    if (!ENUMS.has(name)) return value;
    return Array.isArray(value) ? value.map(capitals) : capitals(value);
  });

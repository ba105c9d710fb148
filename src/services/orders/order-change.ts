import type { PostalAddress } from './order-fact.ts';

/** A means of payment as the desk names it. */
export interface NamedMeans {
  /** For example `gift_card`. */
  readonly method: string;
  /** The means’ own id at the source, for example of the card. */
  readonly externalId: string;
  /** What is on it, where the desk has looked. Null: not known, and not checked. */
  readonly balanceMinor: number | null;
}

/** Units of a line that become another variant of the same product. */
export interface SwappedLine {
  readonly lineExternalId: string;
  readonly quantity: number;
  readonly sku: string;
}

/** What a service agent changes of an order. */
export type OrderChange =
  | { readonly kind: 'cancel'; readonly reason: string }
  | { readonly kind: 'address'; readonly shippingAddress: PostalAddress }
  | { readonly kind: 'payment'; readonly means: NamedMeans }
  | { readonly kind: 'items'; readonly lines: readonly SwappedLine[]; readonly means: NamedMeans }
  | {
      readonly kind: 'return';
      readonly lines: readonly { readonly lineExternalId: string; readonly quantity: number }[];
      readonly reason: string | null;
      readonly means: NamedMeans;
    }
  | {
      readonly kind: 'exchange';
      readonly lines: readonly SwappedLine[];
      readonly reason: string | null;
      readonly means: NamedMeans;
    };

/** What a shop allows beyond what every order’s status says. */
export interface ChangePolicy {
  /** Null: any reason. */
  readonly cancelReasons: readonly string[] | null;
  /** True: whoever changes the items changes nothing afterwards, neither items nor anything else before it is sent. */
  readonly locksAfterItems: boolean;
  /** True: what is back or asked back already shuts the order for further returns and exchanges. */
  readonly oneReturn: boolean;
  /** Means that a refund may go to besides the one that paid. */
  readonly refundMethods: readonly string[];
}

export const CHANGE_POLICY: ChangePolicy = {
  cancelReasons: null,
  locksAfterItems: true,
  oneReturn: false,
  refundMethods: ['gift_card', 'store_credit'],
};

/** A variant as the catalogue has it, with how many could be sold. */
export interface OfferedVariant {
  readonly sku: string;
  readonly productId: string;
  readonly title: string;
  readonly options: Readonly<Record<string, string>>;
  readonly priceMinor: number | null;
  readonly currency: string | null;
  /** Over all locations. Null: its stock is not kept here. */
  readonly available: number | null;
}

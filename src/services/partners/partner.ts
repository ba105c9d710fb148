import type { PartnerId } from '../../values/ids.ts';
import type { PartnerKind } from '../../values/vocabulary.ts';

/** Who sees some orders: a carrier, a marketplace, a store chain. */
export interface Partner {
  readonly id: PartnerId;
  readonly externalId: string;
  readonly name: string;
  readonly kind: PartnerKind;
  readonly createdAt: Date;
}

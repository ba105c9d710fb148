import { Arg, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';

import { OrderProofInput, ProvenOrder, ProvenParcel } from '../../schema/orders/proven-order.ts';
import { Right } from '../../schema/right.ts';
import { findProvenOrder, parcelsOfProvenOrder } from '../../services/orders/prove-order.ts';
import type * as rows from '../../services/orders/prove-order.ts';
import { labelIn, ORDER_LABELS, SHIPMENT_LABELS } from '../../values/status-labels.ts';
import type { Context } from '../context.ts';

const LANGUAGE = {
  nullable: true,
  description: 'Language of the words as BCP 47, for example `fi`. Null, absent or another than en, fi, et: English.',
} as const;

@Resolver()
export class ProvenOrderQueries {
  @Query(() => ProvenOrder, {
    nullable: true,
    description:
      'How an order stands, for a bot that anybody talks to: whoever names its number and its postcode, e-mail or phone. Null: the number or the proof is wrong; which of them is never told. After a few wrong ones RATE_LIMITED.',
  })
  @Right('orders:prove')
  async orderByProof(
    @Ctx() { scope, installation }: Context,
    @Arg('number', () => String, { description: 'The number, exactly as the source writes it.' }) number: string,
    @Arg('proof', () => OrderProofInput, { description: 'What only its owner knows.' }) proof: OrderProofInput,
  ): Promise<rows.ProvenOrder | null> {
    return findProvenOrder(scope, installation, number, proof);
  }
}

@Resolver(() => ProvenOrder)
export class ProvenOrderFields {
  @FieldResolver(() => String, { description: 'The status in words for a customer.' })
  statusLabel(
    @Root() { status }: rows.ProvenOrder,
    @Arg('language', () => String, LANGUAGE) language: string | null,
  ): string {
    return labelIn(ORDER_LABELS, status, language);
  }

  @FieldResolver(() => [ProvenParcel], { description: 'Its parcels, the oldest first, 100 at most.' })
  parcels(@Root() order: rows.ProvenOrder, @Ctx() { scope }: Context): Promise<rows.ProvenParcel[]> {
    return parcelsOfProvenOrder(scope, order);
  }
}

@Resolver(() => ProvenParcel)
export class ProvenParcelFields {
  @FieldResolver(() => String, { description: 'The status in words for a customer.' })
  statusLabel(
    @Root() { status }: rows.ProvenParcel,
    @Arg('language', () => String, LANGUAGE) language: string | null,
  ): string {
    return labelIn(SHIPMENT_LABELS, status, language);
  }
}

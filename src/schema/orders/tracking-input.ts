import { Field, ID, InputType } from 'type-graphql';

import type { ShipmentStatus } from '../../values/vocabulary.ts';
import { DateTime } from '../scalars.ts';
import { ShipmentStatusEnum } from '../vocabulary.ts';

@InputType({
  description: 'What a carrier says about a parcel. Name it by exactly one of `shipmentId` and `trackingNumber`.',
})
export class TrackingEventInput {
  @Field(() => ID, { nullable: true, description: 'The parcel, `shp_…`.' })
  shipmentId?: string | null;

  @Field(() => String, { nullable: true, description: 'The parcel, by the carrier’s number. 1 to 200 characters.' })
  trackingNumber?: string | null;

  @Field(() => String, { description: 'Name of the system that says so. 1 to 100 characters.' })
  source!: string;

  @Field(() => String, {
    description: 'The source’s own id of this event. With `source` it names it for ever: a repeat changes nothing.',
  })
  sourceEventId!: string;

  @Field(() => ShipmentStatusEnum, { description: 'What happened.' })
  status!: ShipmentStatus;

  @Field(() => String, {
    nullable: true,
    description: 'The carrier’s own words. 1 to 500 characters. Null or absent: none.',
  })
  rawStatus?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The carrier’s own code of what happened, up to 100 characters. Null or absent: it gave none.',
  })
  reasonCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Where. 1 to 300 characters. Null or absent: not told.' })
  place?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it should arrive. Null or absent: not told.' })
  estimatedDeliveryAt?: Date | null;

  @Field(() => DateTime, { description: 'When it happened, by the carrier’s clock. Not later than in a year.' })
  occurredAt!: Date;
}

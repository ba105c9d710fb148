import { Field, ID, InputType, InterfaceType, ObjectType, type ClassType } from 'type-graphql';

import { TIMELINE_KINDS, type TimelineKind } from '../../values/timeline.ts';
import type { Channel, OrderStatus, ReturnStatus, ShipmentStatus } from '../../values/vocabulary.ts';
import { connectionOf } from '../connection.ts';
import { Identity } from '../customers/customer.ts';
import { Trait } from '../customers/trait.ts';
import { enumOf } from '../enum-of.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { ChannelEnum, OrderStatusEnum, ReturnStatusEnum, ShipmentStatusEnum } from '../vocabulary.ts';

const TimelineKindEnum = enumOf<TimelineKind>('TimelineKind', 'What an entry of a timeline tells.', {
  message: 'A public message, in either direction. Asks `conversations:read`.',
  note: 'An internal note. Asks `notes:read`.',
  conversation_opened: 'A conversation began. Asks `conversations:read`.',
  conversation_resolved:
    'A conversation was resolved, whether or not it was reopened later. Asks `conversations:read`.',
  conversation_reopened: 'A resolved conversation was opened again, by an act or a message. Asks `conversations:read`.',
  handed_off: 'A conversation was given from one party to another. Asks `conversations:read`.',
  routed: 'It was decided who takes a conversation, or that nobody can. Asks `routing:read`.',
  order_placed: 'An order was placed. Asks `orders:read`.',
  order_status_changed: 'An order came into another status. Asks `orders:read`.',
  tracking: 'A carrier said something about a parcel. Asks `orders:read`.',
  return_step: 'A return was asked for or went on. Asks `orders:read`.',
  activity: 'A touch without a message: a visit, a search, a basket, a review. Asks `activity:read`.',
  identity_added: 'An identifier of the person was first seen. Asks `customers:read`.',
  trait_changed: 'A source said something else of the person. Asks `customers:read`.',
});

const TYPES: Record<TimelineKind, string> = {
  message: 'TimelineMessage',
  note: 'TimelineNote',
  conversation_opened: 'TimelineConversation',
  conversation_resolved: 'TimelineConversation',
  conversation_reopened: 'TimelineConversation',
  handed_off: 'TimelineHandoff',
  routed: 'TimelineRouting',
  order_placed: 'TimelineOrder',
  order_status_changed: 'TimelineOrder',
  tracking: 'TimelineTracking',
  return_step: 'TimelineReturn',
  activity: 'TimelineActivity',
  identity_added: 'TimelineIdentity',
  trait_changed: 'TimelineTrait',
};

@InterfaceType({
  description: 'One thing that happened with a person, on whatever channel or system.',
  resolveType: ({ kind }: { kind: TimelineKind }) => TYPES[kind],
})
@Right('customers:read')
export abstract class TimelineEntry {
  @Field(() => ID, { description: 'Names the entry within the timeline. Opaque; stays the same.' })
  id!: string;

  @Field(() => TimelineKindEnum, { description: 'What it tells.' })
  kind!: TimelineKind;

  @Field(() => DateTime, { description: 'When it happened, by the source’s clock.' })
  occurredAt!: Date;

  @Field(() => ChannelEnum, { nullable: true, description: 'Where it happened. Null: on no channel.' })
  channel!: Channel | null;

  /** Ids and values that the fields below are read from. */
  subjectId!: string;
  parentId!: string | null;
  details!: Readonly<Record<string, unknown>> | null;
}

@ObjectType({ implements: TimelineEntry, description: 'A public message.' })
@Right('conversations:read')
export class TimelineMessage extends TimelineEntry {}

@ObjectType({ implements: TimelineEntry, description: 'An internal note.' })
@Right('notes:read')
export class TimelineNote extends TimelineEntry {}

@ObjectType({ implements: TimelineEntry, description: 'A conversation began, was resolved or was opened again.' })
@Right('conversations:read')
export class TimelineConversation extends TimelineEntry {}

@ObjectType({ implements: TimelineEntry, description: 'A conversation was given from one party to another.' })
@Right('conversations:read')
export class TimelineHandoff extends TimelineEntry {}

@ObjectType({ implements: TimelineEntry, description: 'It was decided who takes a conversation.' })
@Right('routing:read')
export class TimelineRouting extends TimelineEntry {}

@ObjectType({ implements: TimelineEntry, description: 'An order was placed, or came into another status.' })
@Right('orders:read')
export class TimelineOrder extends TimelineEntry {
  @Field(() => OrderStatusEnum, { description: 'The status it came into; PENDING where it was placed.' })
  orderStatus!: OrderStatus;
}

@ObjectType({ implements: TimelineEntry, description: 'A carrier said something about a parcel.' })
@Right('orders:read')
export class TimelineTracking extends TimelineEntry {
  @Field(() => ShipmentStatusEnum, { description: 'Where the parcel was.' })
  shipmentStatus!: ShipmentStatus;
}

@ObjectType({ implements: TimelineEntry, description: 'A return was asked for or went on.' })
@Right('orders:read')
export class TimelineReturn extends TimelineEntry {
  @Field(() => ID, { description: 'Which return of the order, `ret_…`.' })
  returnId!: string;

  @Field(() => ReturnStatusEnum, { description: 'How far it came.' })
  returnStatus!: ReturnStatus;
}

@ObjectType({ implements: TimelineEntry, description: 'A touch without a message.' })
@Right('activity:read')
export class TimelineActivity extends TimelineEntry {}

@ObjectType({ implements: TimelineEntry, description: 'An identifier of the person was first seen.' })
@Right('customers:read')
export class TimelineIdentity extends TimelineEntry {
  @Field(() => Identity, { description: 'The identity as it is now.' })
  identity!: Identity;
}

@ObjectType({ implements: TimelineEntry, description: 'A source said something else of the person.' })
@Right('customers:read')
export class TimelineTrait extends TimelineEntry {
  @Field(() => Trait, { description: 'What it said. All four values are null where it took the trait back.' })
  trait!: Trait;
}

export const TimelineEntryConnection = connectionOf(
  TimelineEntry as unknown as ClassType<TimelineEntry>,
  'TimelineEntry',
  'customers:read',
);

@InputType({ description: 'Which entries of a timeline. All conditions hold at once.' })
export class TimelineFilter {
  @Field(() => [TimelineKindEnum], {
    nullable: true,
    description: `Only these. FORBIDDEN where you lack the right of one. Null or absent: all ${TIMELINE_KINDS.length} that you may read. Empty: none.`,
  })
  kinds?: TimelineKind[] | null;

  @Field(() => [ChannelEnum], {
    nullable: true,
    description:
      'Only what happened on one of these channels; entries without a channel (orders, parcels) are left out. Null or absent: all.',
  })
  channels?: Channel[] | null;

  @Field(() => DateTime, { nullable: true, description: 'Not before this moment. Null or absent: from the beginning.' })
  since?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Before this moment. Null or absent: until now.' })
  until?: Date | null;
}

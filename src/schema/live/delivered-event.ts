import { Field, InterfaceType } from 'type-graphql';

import type { EventType } from '../../values/event-types.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { EventTypeEnum } from '../vocabulary.ts';

@InterfaceType({
  description:
    'A fact as a subscription delivers it: what happened and by which clocks. The object itself is read at delivery, under the reader’s rights.',
  resolveType: ({ type }: { type: EventType }) => TYPE_OF[type.slice(0, type.indexOf('.'))] ?? 'ConversationEvent',
})
@Right('graph:read')
export abstract class DeliveredEvent {
  @Field(() => EventTypeEnum, { description: 'What happened.' })
  type!: EventType;

  @Field(() => DateTime, { description: 'When it happened, by the source’s clock.' })
  occurredAt!: Date;

  @Field(() => DateTime, { description: 'When it reached us.' })
  receivedAt!: Date;

  @Field(() => DateTime, {
    description: 'When it was recorded, just before its commit. Commit to screen is measured from here.',
  })
  recordedAt!: Date;

  /** What stands in the journal beside the clocks: ids and values that are not personal. */
  details!: { readonly [key: string]: unknown };
}

const TYPE_OF: Readonly<Record<string, string>> = {
  order: 'OrderEvent',
  shipment: 'OrderEvent',
  tracking: 'OrderEvent',
  return: 'OrderEvent',
  stock: 'StockEvent',
  routing: 'RoutingEvent',
  webhook: 'WebhookEvent',
};

/** The cursor of a payload, worded once. */
export const CURSOR =
  'Place of this delivery in the journal. Give the last one as `after` to go on without a gap and without a repeat.';

/** What `after` means, worded once. */
export const AFTER =
  'Cursor of the last payload, or of `Query.cursor`: delivery goes on behind it. Null: from now on. Errors: BAD_USER_INPUT (no cursor of this server), CURSOR_EXPIRED (older than the journal keeps; query again).';

import { Arg, Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';

import { Activity } from '../../schema/activity/activity.ts';
import { toConnection, type Connection } from '../../schema/connection.ts';
import {
  TimelineActivity,
  TimelineConversation,
  TimelineHandoff,
  TimelineEntryConnection,
  TimelineFilter,
  TimelineMessage,
  TimelineNote,
  TimelineOrder,
  TimelineTracking,
  TimelineReturn,
  TimelineRouting,
  type TimelineEntry,
} from '../../schema/context/timeline.ts';
import { Handoff } from '../../schema/conversations/control.ts';
import { Conversation } from '../../schema/conversations/conversation.ts';
import { Message, Note } from '../../schema/conversations/message.ts';
import { Customer } from '../../schema/customers/customer.ts';
import { toTrait } from '../../schema/customers/trait.ts';
import { Order, TrackingEvent } from '../../schema/orders/order.ts';
import { Right } from '../../schema/right.ts';
import { RoutingDecision } from '../../schema/routing/routing-decision.ts';
import type { TimelineEntry as EntryRow } from '../../services/context/read-timeline.ts';
import type { Customer as CustomerRow } from '../../services/customers/customer.ts';
import { readPageRequest } from '../../values/page.ts';
import type { Context } from '../context.ts';
import { ListArguments } from '../list-arguments.ts';

@Resolver(() => Customer)
export class CustomerTimelineFields {
  @FieldResolver(() => TimelineEntryConnection, {
    description:
      'Everything that happened with the person, over all customer ids, channels and systems, newest first by the sources’ clocks. What you lack the right for is left out.',
  })
  @Right('customers:read')
  async timeline(
    @Root() { id }: CustomerRow,
    @Ctx() { loaders }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
    @Arg('filter', () => TimelineFilter, { nullable: true, description: 'Which entries. Null or absent: all.' })
    filter: TimelineFilter | null,
  ): Promise<Connection<TimelineEntry>> {
    const { kinds = null, channels = null, since = null, until = null } = filter ?? {};
    const request = { ...readPageRequest(first, after), kinds, channels, since, until };
    const { nodes, ...page } = await loaders.timelineOfPerson.load({ id, request });
    return toConnection({ ...page, nodes: nodes.map(toEntry) } as never);
  }
}

/** A row with what its type shows beside the ids. */
function toEntry(row: EntryRow) {
  const { kind, details, subjectId } = row;
  const status = details?.['status'];
  if (kind === 'order_placed') return { ...row, orderStatus: 'pending' };
  if (kind === 'order_status_changed') return { ...row, orderStatus: status };
  if (kind === 'tracking') return { ...row, shipmentStatus: status };
  if (kind === 'return_step') return { ...row, returnStatus: status, returnId: subjectId };
  if (kind === 'identity_added') return { ...row, identity: details };
  if (kind === 'trait_changed') return { ...row, trait: toTrait(details as never) };
  return row;
}

@Resolver(() => TimelineMessage)
export class TimelineMessageFields {
  @FieldResolver(() => Message, { nullable: true, description: 'The message. Null: not visible to you any more.' })
  message(@Root() { subjectId }: TimelineMessage, @Ctx() { loaders }: Context) {
    return loaders.message.load(subjectId);
  }

  @FieldResolver(() => Conversation, { nullable: true, description: 'Its conversation. Null: not visible any more.' })
  conversation(@Root() { parentId }: TimelineMessage, @Ctx() { loaders }: Context) {
    return parentId && loaders.conversation.load(parentId);
  }
}

@Resolver(() => TimelineNote)
export class TimelineNoteFields {
  @FieldResolver(() => Note, { nullable: true, description: 'The note. Null: not visible to you any more.' })
  note(@Root() { subjectId }: TimelineNote, @Ctx() { loaders }: Context) {
    return loaders.message.load(subjectId);
  }

  @FieldResolver(() => Conversation, { nullable: true, description: 'Its conversation. Null: not visible any more.' })
  @Right('conversations:read')
  conversation(@Root() { parentId }: TimelineNote, @Ctx() { loaders }: Context) {
    return parentId && loaders.conversation.load(parentId);
  }
}

@Resolver(() => TimelineConversation)
export class TimelineConversationFields {
  @FieldResolver(() => Conversation, {
    nullable: true,
    description: 'The conversation as it is now. Null: not visible.',
  })
  conversation(@Root() { subjectId }: TimelineConversation, @Ctx() { loaders }: Context) {
    return loaders.conversation.load(subjectId);
  }
}

@Resolver(() => TimelineHandoff)
export class TimelineHandoffFields {
  @FieldResolver(() => Handoff, { nullable: true, description: 'The handoff. Null: not visible to you any more.' })
  handoff(@Root() { subjectId }: TimelineHandoff, @Ctx() { loaders }: Context) {
    return loaders.handoff.load(subjectId);
  }

  @FieldResolver(() => Conversation, { nullable: true, description: 'Its conversation. Null: not visible any more.' })
  conversation(@Root() { parentId }: TimelineHandoff, @Ctx() { loaders }: Context) {
    return parentId && loaders.conversation.load(parentId);
  }
}

@Resolver(() => TimelineRouting)
export class TimelineRoutingFields {
  @FieldResolver(() => RoutingDecision, {
    nullable: true,
    description: 'The decision with its reasons. Null: not visible to you any more.',
  })
  decision(@Root() { subjectId }: TimelineRouting, @Ctx() { loaders }: Context) {
    return loaders.routingDecision.load(subjectId);
  }

  @FieldResolver(() => Conversation, { nullable: true, description: 'Its conversation. Null: not visible any more.' })
  @Right('conversations:read')
  conversation(@Root() { parentId }: TimelineRouting, @Ctx() { loaders }: Context) {
    return parentId && loaders.conversation.load(parentId);
  }
}

@Resolver(() => TimelineOrder)
export class TimelineOrderFields {
  @FieldResolver(() => Order, { nullable: true, description: 'The order as it is now. Null: not visible to you.' })
  order(@Root() { parentId }: TimelineOrder, @Ctx() { loaders }: Context) {
    return parentId && loaders.order.load(parentId);
  }
}

@Resolver(() => TimelineTracking)
export class TimelineTrackingFields {
  @FieldResolver(() => TrackingEvent, {
    nullable: true,
    description: 'What the carrier said. Null: not visible to you.',
  })
  trackingEvent(@Root() { subjectId }: TimelineTracking, @Ctx() { loaders }: Context) {
    return loaders.trackingEvent.load(subjectId);
  }

  @FieldResolver(() => Order, { nullable: true, description: 'The order as it is now. Null: not visible to you.' })
  order(@Root() { parentId }: TimelineTracking, @Ctx() { loaders }: Context) {
    return parentId && loaders.order.load(parentId);
  }
}

@Resolver(() => TimelineReturn)
export class TimelineReturnFields {
  @FieldResolver(() => Order, { nullable: true, description: 'The order as it is now. Null: not visible to you.' })
  order(@Root() { parentId }: TimelineReturn, @Ctx() { loaders }: Context) {
    return parentId && loaders.order.load(parentId);
  }
}

@Resolver(() => TimelineActivity)
export class TimelineActivityFields {
  @FieldResolver(() => Activity, { nullable: true, description: 'The activity. Null: not visible to you any more.' })
  activity(@Root() { subjectId }: TimelineActivity, @Ctx() { loaders }: Context) {
    return loaders.activity.load(subjectId);
  }
}

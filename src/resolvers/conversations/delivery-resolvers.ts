import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';

import {
  Delivery,
  MessageDeliveryReportInput,
  MessageDeliveryReportPayload,
} from '../../schema/conversations/delivery.ts';
import { Message } from '../../schema/conversations/message.ts';
import { Right } from '../../schema/right.ts';
import { DeliveryFailureEnum } from '../../schema/vocabulary.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import type { Message as MessageRow } from '../../services/conversations/conversation.ts';
import type { Delivery as DeliveryRow } from '../../services/conversations/delivery.ts';
import { messagesByIds } from '../../services/conversations/read-messages.ts';
import { reportDelivery } from '../../services/conversations/report-delivery.ts';
import type { DeliveryFailure } from '../../values/vocabulary.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';

@Resolver()
export class DeliveryMutations {
  @Mutation(() => MessageDeliveryReportPayload, {
    description:
      'Reports what became of a message. States only move forward: a report that says nothing new changes nothing and is no error. Refused: NOT_FOUND, NOT_ALLOWED, INVALID_INPUT.',
  })
  @Right('deliveries:write')
  messageDeliveryReport(
    @Ctx() { scope }: Context,
    @Arg('input', () => MessageDeliveryReportInput, { description: 'The report.' }) input: MessageDeliveryReportInput,
  ) {
    return answer(async () => {
      const { messageId, state, reason: failure, reasonText: failureText, occurredAt } = input;
      const report = { messageId, state, failure, failureText, occurredAt: occurredAt ?? scope.now };
      const id = await reportDelivery(scope, report);
      const isReader = reachOf(scope.viewer, 'conversations:read') !== null;
      return { message: isReader ? ((await messagesByIds(scope, [id]))[0] ?? null) : null };
    });
  }
}

@Resolver(() => Message)
export class MessageDeliveryFields {
  @FieldResolver(() => Delivery, {
    nullable: true,
    description:
      'What became of it. Null: the customer wrote it, or another system sent it and never told what became of it.',
  })
  @Right('conversations:read')
  async delivery(@Root() message: MessageRow, @Ctx() { loaders }: Context): Promise<DeliveryRow | null> {
    return message.deliveryState && loaders.deliveryOfMessage.load(message.id);
  }

  @FieldResolver(() => Message, {
    nullable: true,
    description: 'The message that failed on its channel and went out again as this one. Null: this one is no repeat.',
  })
  @Right('conversations:read')
  async fallbackOf(@Root() message: MessageRow, @Ctx() { loaders }: Context): Promise<MessageRow | null> {
    return message.fallbackOfId && loaders.message.load(message.fallbackOfId);
  }
}

const explains = ({ state }: DeliveryRow) => state === 'queued' || state === 'failed';

@Resolver(() => Delivery)
export class DeliveryFields {
  @FieldResolver(() => DeliveryFailureEnum, {
    nullable: true,
    description: 'Why it failed, or why the newest of our tries did while it is still queued. Null: nothing is wrong.',
  })
  reason(@Root() delivery: DeliveryRow): DeliveryFailure | null {
    return explains(delivery) ? delivery.failure : null;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'The channel’s words on the reason, 1,000 characters at most, for people. Null: it said none.',
  })
  @Right('agents:read')
  reasonText(@Root() delivery: DeliveryRow): string | null {
    return explains(delivery) ? delivery.failureText : null;
  }
}

import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';

import { MessageReceiveInput, MessageReceivePayload } from '../../schema/intake/message-receive.ts';
import { Right } from '../../schema/right.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import { messagesByIds } from '../../services/conversations/read-messages.ts';
import { receiveMessage } from '../../services/intake/receive-message.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';

@Resolver()
export class IntakeMutations {
  @Mutation(() => MessageReceivePayload, {
    description:
      'Records an inbound message: finds or makes the customer and joins or opens a conversation. Safe to repeat by `externalId` alone. Refused: NOT_FOUND (the inbox), INVALID_INPUT, EXTERNAL_ID_REUSED, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('messages:receive')
  messageReceive(
    @Ctx() { scope, installation }: Context,
    @Arg('input', () => MessageReceiveInput, { description: 'The message.' }) input: MessageReceiveInput,
    @Arg('idempotencyKey', () => String, {
      nullable: true,
      description: 'Your name for this act, 1 to 200 characters; not needed, `externalId` is one already.',
    })
    key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'messageReceive', key, input };
      let isRedelivery = false;
      const { ids, replayed } = await idempotently(scope, installation, act, async (tx) => {
        const receipt = await receiveMessage(tx, input);
        isRedelivery = receipt.isRedelivery;
        return { messageId: receipt.messageId };
      });
      const sees = reachOf(scope.viewer, 'conversations:read') !== null;
      const [message] = sees ? await messagesByIds(scope, [ids.messageId]) : [null];
      return { message: message ?? null, isRedelivery: isRedelivery || replayed };
    });
  }
}

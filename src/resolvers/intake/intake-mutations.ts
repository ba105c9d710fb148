import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';

import {
  MessageReceiveInput,
  MessageReceivePayload,
  MessagesReceivePayload,
} from '../../schema/intake/message-receive.ts';
import { Right } from '../../schema/right.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import { messagesByIds } from '../../services/conversations/read-messages.ts';
import { receiveEach } from '../../services/intake/receive-each.ts';
import { receiveMessage } from '../../services/intake/receive-message.ts';
import type { Receipt } from '../../services/intake/keep-placed.ts';
import type { Scope } from '../../services/scope.ts';
import { Refusal } from '../../values/refusal.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';

/** Messages in one call, at most. */
const MOST_MESSAGES = 100;

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
      const receive = async (within: Scope) => {
        const receipt = await receiveMessage(within, input);
        isRedelivery = receipt.isRedelivery;
        return { messageId: receipt.messageId };
      };
      // Without a key nothing else belongs to the transaction, so that it can be one with others.
      const { ids, replayed } =
        key == null
          ? { ids: await receive(scope), replayed: false }
          : await idempotently(scope, installation, act, receive);
      const sees = reachOf(scope.viewer, 'conversations:read') !== null;
      const [message] = sees ? await messagesByIds(scope, [ids.messageId]) : [null];
      return { message: message ?? null, isRedelivery: isRedelivery || replayed };
    });
  }

  @Mutation(() => MessagesReceivePayload, {
    description:
      'Records up to 100 inbound messages, all or none, as `messageReceive` would one after the other. The field of a refusal names the one at fault. Refused: NOT_FOUND (an inbox), INVALID_INPUT, EXTERNAL_ID_REUSED, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('messages:receive')
  messagesReceive(
    @Ctx() { scope, installation }: Context,
    @Arg('messages', () => [MessageReceiveInput], {
      description: 'The messages, 1 to 100; those of one sender in the order in which they were written.',
    })
    messages: MessageReceiveInput[],
    @Arg('idempotencyKey', () => String, {
      nullable: true,
      description: 'Your name for this act, 1 to 200 characters; not needed, each `externalId` is one already.',
    })
    key: string | null,
  ) {
    return answer(async () => {
      if (messages.length < 1 || messages.length > MOST_MESSAGES)
        throw new Refusal('INVALID_INPUT', `Send 1 to ${MOST_MESSAGES} messages at once.`, ['messages']);
      const act = { mutation: 'messagesReceive', key, input: messages };
      let received: readonly Receipt[] = [];
      const { ids, replayed } = await idempotently(scope, installation, act, async (tx) => {
        received = await receiveEach(tx, messages, (index) => ['messages', String(index)]);
        return { receipts: received.map(({ messageId }) => ({ messageId })) };
      });
      const sees = reachOf(scope.viewer, 'conversations:read') !== null;
      const rows = sees
        ? await messagesByIds(
            scope,
            ids.receipts.map(({ messageId }) => messageId),
          )
        : [];
      const receipts = ids.receipts.map((_, index) => ({
        message: rows[index] ?? null,
        isRedelivery: replayed || received[index]!.isRedelivery,
      }));
      return { receipts };
    });
  }
}

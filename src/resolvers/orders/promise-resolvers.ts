import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';

import { type Connection, toConnection } from '../../schema/connection.ts';
import { Conversation } from '../../schema/conversations/conversation.ts';
import {
  CustomerPromise,
  CustomerPromiseConnection,
  PromiseInput,
  PromisePayload,
} from '../../schema/orders/customer-promise.ts';
import { Order } from '../../schema/orders/order.ts';
import { Right } from '../../schema/right.ts';
import { PromiseStateEnum } from '../../schema/vocabulary.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import type { Conversation as ConversationRow } from '../../services/conversations/conversation.ts';
import type { CustomerPromise as Row } from '../../services/orders/customer-promise.ts';
import { makePromise } from '../../services/orders/make-promise.ts';
import type { Order as OrderRow } from '../../services/orders/order.ts';
import { listPromises, MOST_PROMISES, readPromises } from '../../services/orders/read-promises.ts';
import { settlePromise } from '../../services/orders/settle-promise.ts';
import type { TransactionScope } from '../../services/scope.ts';
import type { PromiseId } from '../../values/ids.ts';
import { readPageRequest } from '../../values/page.ts';
import type { PromiseState } from '../../values/promises.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';
import { ListArguments } from '../list-arguments.ts';
import { registerNode } from '../node-registry.ts';

const ifVisible = async ({ scope }: Context, id: string): Promise<Row | null> =>
  reachOf(scope.viewer, 'conversations:read') ? ((await readPromises(scope, [id as PromiseId]))[0] ?? null) : null;
registerNode({ kind: 'promise', type: 'CustomerPromise', load: ifVisible });

const PROMISES = `the newest first; the last ${MOST_PROMISES} at most. Asks the right \`conversations:read\`.`;

@Resolver(() => Order)
export class OrderPromiseFields {
  @FieldResolver(() => [CustomerPromise], { description: `What the customer was promised about it, ${PROMISES}` })
  @Right('conversations:read')
  promises(@Root() { id }: OrderRow, @Ctx() { loaders }: Context) {
    return loaders.promisesOfOrder.load(id);
  }
}

@Resolver(() => Conversation)
export class ConversationPromiseFields {
  @FieldResolver(() => [CustomerPromise], { description: `What the customer was promised in it, ${PROMISES}` })
  @Right('conversations:read')
  promises(@Root() { id }: ConversationRow, @Ctx() { loaders }: Context) {
    return loaders.promisesOfConversation.load(id);
  }
}

@Resolver(() => CustomerPromise)
export class CustomerPromiseFields {
  @FieldResolver(() => Order, {
    nullable: true,
    description: 'The order that it is about. Null: none, or not visible to you. Asks the right `orders:read`.',
  })
  @Right('orders:read')
  order(@Root() { orderId }: Row, @Ctx() { loaders }: Context) {
    return orderId === null ? null : loaders.order.load(orderId);
  }

  @FieldResolver(() => Conversation, {
    nullable: true,
    description: 'The conversation that it was made in. Null: none, or not visible to you.',
  })
  @Right('conversations:read')
  conversation(@Root() { conversationId }: Row, @Ctx() { loaders }: Context) {
    return conversationId === null ? null : loaders.conversation.load(conversationId);
  }
}

@Resolver()
export class PromiseQueries {
  @Query(() => CustomerPromiseConnection, {
    description: 'What customers were promised, newest first by when it was made. A customer sees the own ones.',
  })
  @Right('conversations:read')
  async promises(
    @Ctx() { scope }: Context,
    @Arg('state', () => PromiseStateEnum, {
      nullable: true,
      description: 'Only those with this state, for example OVERDUE. Null or absent: all.',
    })
    state: PromiseState | null,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<Row>> {
    return toConnection(await listPromises(scope, { state: state ?? null }, readPageRequest(first, after)));
  }
}

const ID_OF_PROMISE = { description: 'The promise, `prm_…`.' };
const NOTE = {
  nullable: true,
  description: 'What there is to say; 1,000 characters at most. Null or absent: nothing.',
};
const REFUSED = 'Refused: NOT_FOUND, INVALID_INPUT, CONFLICT (it is settled already), IDEMPOTENCY_KEY_REUSED.';

@Resolver()
export class PromiseMutations {
  @Mutation(() => PromisePayload, {
    description:
      'Keeps what a customer was promised, to be watched. Refused: NOT_FOUND, INVALID_INPUT, OTHER_PERSON, ORDER_STATUS (it holds already), CONVERSATION_MERGED, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('conversations:write')
  promiseMake(
    @Ctx() context: Context,
    @Arg('input', () => PromiseInput, { description: 'What, by when, about what.' })
    { orderId, conversationId, kind, text, dueAt }: PromiseInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    const promise = { orderId: orderId ?? null, conversationId: conversationId ?? null, kind, text, dueAt };
    const act = { mutation: 'promiseMake', key, input: promise };
    return once(context, act, (tx) => makePromise(tx, promise));
  }

  @Mutation(() => PromisePayload, { description: `Confirms that a promise was kept, in time or late. ${REFUSED}` })
  @Right('conversations:write')
  promiseKeep(
    @Ctx() context: Context,
    @Arg('id', () => ID, ID_OF_PROMISE) id: string,
    @Arg('note', () => String, NOTE) note: string | null,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    const act = { mutation: 'promiseKeep', key, input: { id, note: note ?? null } };
    return once(context, act, (tx) => settlePromise(tx, id, 'kept', note));
  }

  @Mutation(() => PromisePayload, { description: `Takes a promise back. ${REFUSED}` })
  @Right('conversations:write')
  promiseWithdraw(
    @Ctx() context: Context,
    @Arg('id', () => ID, ID_OF_PROMISE) id: string,
    @Arg('note', () => String, NOTE) note: string | null,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    const act = { mutation: 'promiseWithdraw', key, input: { id, note: note ?? null } };
    return once(context, act, (tx) => settlePromise(tx, id, 'withdrawn', note));
  }
}

/** One act, once per key; the promise is read again under what the viewer may see. */
function once(
  context: Context,
  act: Parameters<typeof idempotently>[2],
  work: (tx: TransactionScope) => Promise<PromiseId>,
) {
  const { scope, installation } = context;
  return answer(async () => {
    const { ids } = await idempotently(scope, installation, act, async (tx) => ({ promise: await work(tx) }));
    return { promise: await ifVisible(context, ids.promise) };
  });
}

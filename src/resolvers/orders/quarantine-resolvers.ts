import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';

import { type Connection, toConnection } from '../../schema/connection.ts';
import { Order } from '../../schema/orders/order.ts';
import {
  QuarantinedFact,
  QuarantinedFactConnection,
  QuarantinedFactPayload,
} from '../../schema/orders/quarantined-fact.ts';
import { Right } from '../../schema/right.ts';
import { QuarantineReasonEnum, QuarantineStateEnum } from '../../schema/vocabulary.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import { releaseQuarantinedFact } from '../../services/intake/release-quarantined-fact.ts';
import { discardQuarantinedFact } from '../../services/orders/discard-quarantined-fact.ts';
import type { QuarantinedFact as Row } from '../../services/orders/quarantined-fact.ts';
import { listQuarantinedFacts, quarantinedFactById } from '../../services/orders/read-quarantined-facts.ts';
import { readPageRequest } from '../../values/page.ts';
import type { QuarantineReason, QuarantineState } from '../../values/quarantine.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';
import { ListArguments } from '../list-arguments.ts';
import { registerNode } from '../node-registry.ts';

const ifVisible = async ({ scope }: Context, id: string) =>
  reachOf(scope.viewer, 'quarantine:read') ? quarantinedFactById(scope, id) : null;
registerNode({ kind: 'quarantinedFact', type: 'QuarantinedFact', load: ifVisible });

@Resolver(() => QuarantinedFact)
export class QuarantinedFactFields {
  @FieldResolver(() => String, {
    description: 'What was told, as JSON, without who ordered and to where. Asks the right `payments:read`.',
  })
  @Right('payments:read')
  told(@Root() { body }: Row): string {
    return JSON.stringify(body);
  }

  @FieldResolver(() => Order, {
    nullable: true,
    description:
      'Its order. Null: it is no fact of an order, or the order is not visible to you. Asks the right `orders:read`.',
  })
  @Right('orders:read')
  order(@Root() { orderId }: Row, @Ctx() { loaders }: Context) {
    return orderId === null ? null : loaders.order.load(orderId);
  }
}

@Resolver()
export class QuarantineQueries {
  @Query(() => QuarantinedFactConnection, {
    description:
      'Facts that are or were kept apart because they cannot be true, newest first by when they were stored.',
  })
  @Right('quarantine:read')
  async quarantinedFacts(
    @Ctx() { scope }: Context,
    @Arg('state', () => QuarantineStateEnum, {
      nullable: true,
      description: 'Only those with this state, for example HELD. Null or absent: all.',
    })
    state: QuarantineState | null,
    @Arg('reason', () => QuarantineReasonEnum, {
      nullable: true,
      description: 'Only those for this reason. Null or absent: all.',
    })
    reason: QuarantineReason | null,
    @Arg('source', () => String, { nullable: true, description: 'Only those of this source. Null or absent: all.' })
    source: string | null,
    @Arg('orderNumber', () => String, {
      nullable: true,
      description: 'Only those of the order with this number. Null or absent: all.',
    })
    orderNumber: string | null,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<Row>> {
    const filter = { state, reason, source, orderNumber };
    return toConnection(await listQuarantinedFacts(scope, filter, readPageRequest(first, after)));
  }
}

const ID_OF_FACT = { description: 'The fact, `qfa_…`.' };
const NOTE = { nullable: true, description: 'Why, in your words; 1,000 characters at most. Null or absent: not said.' };

@Resolver()
export class QuarantineMutations {
  @Mutation(() => QuarantinedFactPayload, {
    description:
      'Lets a fact in that is kept apart: it counts from now on. Refused: NOT_FOUND, CONFLICT (it is not held any more), INSUFFICIENT_STOCK and NOT_ALLOWED (it moves stock), IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('quarantine:write')
  quarantinedFactRelease(
    @Ctx() { scope, installation }: Context,
    @Arg('id', () => ID, ID_OF_FACT) id: string,
    @Arg('note', () => String, NOTE) note: string | null,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'quarantinedFactRelease', key, input: { id, note: note ?? null } };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        fact: await releaseQuarantinedFact(tx, id, note),
      }));
      return { quarantinedFact: await quarantinedFactById(scope, ids.fact) };
    });
  }

  @Mutation(() => QuarantinedFactPayload, {
    description:
      'Puts a fact that is kept apart away for good: it stays in the history and never counts. Refused: NOT_FOUND, CONFLICT (it is not held any more), IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('quarantine:write')
  quarantinedFactDiscard(
    @Ctx() { scope, installation }: Context,
    @Arg('id', () => ID, ID_OF_FACT) id: string,
    @Arg('note', () => String, NOTE) note: string | null,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'quarantinedFactDiscard', key, input: { id, note: note ?? null } };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        fact: await discardQuarantinedFact(tx, id, note),
      }));
      return { quarantinedFact: await quarantinedFactById(scope, ids.fact) };
    });
  }
}

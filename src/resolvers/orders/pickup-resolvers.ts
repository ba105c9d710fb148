import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';

import { Conversation } from '../../schema/conversations/conversation.ts';
import { type Connection, toConnection } from '../../schema/connection.ts';
import { Location } from '../../schema/inventory/catalogue.ts';
import { PickupSlot, PickupSlotInput, PickupSlotsPayload } from '../../schema/inventory/pickup-slot.ts';
import { Hold, HoldConnection, PickupPayload, PickupReserveInput } from '../../schema/orders/hold.ts';
import { Right } from '../../schema/right.ts';
import { DateTime } from '../../schema/scalars.ts';
import { HoldStateEnum } from '../../schema/vocabulary.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import type { Conversation as ConversationRow } from '../../services/conversations/conversation.ts';
import { listPickupSlots, MOST_LISTED, readPickupSlots } from '../../services/inventory/read-pickup-slots.ts';
import { setPickupSlots } from '../../services/inventory/set-pickup-slots.ts';
import type { Hold as HoldRow } from '../../services/orders/hold.ts';
import { listHolds, MOST_HOLDS, readHolds } from '../../services/orders/read-holds.ts';
import { reservePickup } from '../../services/orders/reserve-pickup.ts';
import { settleHold } from '../../services/orders/settle-hold.ts';
import type { TransactionScope } from '../../services/scope.ts';
import type { HoldState } from '../../values/holds.ts';
import type { HoldId, PickupSlotId } from '../../values/ids.ts';
import { readPageRequest } from '../../values/page.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';
import { ListArguments } from '../list-arguments.ts';
import { registerNode } from '../node-registry.ts';

const ifVisible = async ({ scope }: Context, id: string): Promise<HoldRow | null> =>
  reachOf(scope.viewer, 'pickups:read') ? ((await readHolds(scope, [id as HoldId]))[0] ?? null) : null;
registerNode({ kind: 'hold', type: 'Hold', load: ifVisible });

@Resolver(() => Conversation)
export class ConversationHoldFields {
  @FieldResolver(() => [Hold], {
    description: `What was held for the customer in it, the newest first; the last ${MOST_HOLDS} at most. Asks the right \`pickups:read\`.`,
  })
  @Right('pickups:read')
  holds(@Root() { id }: ConversationRow, @Ctx() { loaders }: Context) {
    return loaders.holdsOfConversation.load(id);
  }
}

@Resolver(() => Hold)
export class HoldFields {
  @FieldResolver(() => Location, { nullable: true, description: 'Where. Asks the right `catalogue:read`.' })
  @Right('catalogue:read')
  location(@Root() { locationId }: HoldRow, @Ctx() { loaders }: Context) {
    return loaders.location.load(locationId);
  }

  @FieldResolver(() => PickupSlot, {
    nullable: true,
    description: 'When it is picked up. Null: no time was agreed. Asks the right `stock:read`.',
  })
  @Right('stock:read')
  slot(@Root() { slotId }: HoldRow, @Ctx() { loaders }: Context) {
    return slotId === null ? null : loaders.pickupSlot.load(slotId);
  }

  @FieldResolver(() => Conversation, {
    nullable: true,
    description:
      'The conversation that it was agreed in. Null: none, or not visible to you. Asks the right `conversations:read`.',
  })
  @Right('conversations:read')
  conversation(@Root() { conversationId }: HoldRow, @Ctx() { loaders }: Context) {
    return conversationId === null ? null : loaders.conversation.load(conversationId);
  }
}

@Resolver()
export class PickupQueries {
  @Query(() => [PickupSlot], {
    description: `Times to pick up at a location that are not over, the earliest first, full ones too; ${MOST_LISTED} at most. For a partner: none but at its own stores.`,
  })
  @Right('stock:read')
  pickupSlots(
    @Ctx() { scope }: Context,
    @Arg('locationId', () => ID, { description: 'The location, `loc_…`.' }) locationId: string,
    @Arg('until', () => DateTime, {
      nullable: true,
      description: 'Only those that begin before. Null or absent: all.',
    })
    until: Date | null,
  ) {
    return listPickupSlots(scope, { locationId, until: until ?? null });
  }

  @Query(() => HoldConnection, {
    description:
      'What is and was held at a location, newest first: all of it, at a partner’s own stores, or what is the customer’s own. Empty: nothing, or not visible to you.',
  })
  @Right('pickups:read')
  async holds(
    @Ctx() { scope }: Context,
    @Arg('locationId', () => ID, { description: 'The location, `loc_…`.' }) locationId: string,
    @Arg('state', () => HoldStateEnum, {
      nullable: true,
      description: 'Only those with this state, for example CONFIRMED. Null or absent: all.',
    })
    state: HoldState | null,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<HoldRow>> {
    return toConnection(await listHolds(scope, { locationId, state: state ?? null }, readPageRequest(first, after)));
  }
}

const ID_OF_HOLD = { description: 'What is held, `hld_…`.' };
const REFUSED = 'Refused: NOT_FOUND, HOLD_OVER, IDEMPOTENCY_KEY_REUSED';

@Resolver()
export class PickupMutations {
  @Mutation(() => PickupSlotsPayload, {
    description:
      'Offers times to pick up at a location, or changes their end and capacity. Refused: NOT_FOUND, INVALID_INPUT (also outside its opening hours), CONFLICT (more is taken), IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('stock:write')
  pickupSlotsSet(
    @Ctx() { scope, installation }: Context,
    @Arg('locationId', () => ID, { description: 'The location, `loc_…`.' }) locationId: string,
    @Arg('slots', () => [PickupSlotInput], { description: 'The times. 1 to 500.' }) slots: PickupSlotInput[],
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    const offered = slots.map((slot) => ({ ...slot }));
    return answer(async () => {
      const act = { mutation: 'pickupSlotsSet', key, input: { locationId, slots: offered } };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        slots: (await setPickupSlots(tx, locationId, offered)).map(({ id }) => ({ id })),
      }));
      if (!reachOf(scope.viewer, 'stock:read')) return { slots: null };
      const found = await readPickupSlots(
        scope,
        ids.slots.map(({ id }) => id as PickupSlotId),
      );
      return { slots: found.sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime()) };
    });
  }

  @Mutation(() => PickupPayload, {
    description:
      'Holds units for a customer at a location, with a time to pick them up: both or none. They are free again when they are not confirmed in time. Refused: NOT_FOUND, INVALID_INPUT, INSUFFICIENT_STOCK (as `InsufficientStockError`), SLOT_FULL, CONVERSATION_MERGED, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('pickups:write')
  pickupReserve(
    @Ctx() context: Context,
    @Arg('input', () => PickupReserveInput, { description: 'What, where, when, for whom.' })
    { conversationId, customerId, locationId, slotId, lines, minutes }: PickupReserveInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    const wanted = {
      ...{ conversationId: conversationId ?? null, customerId: customerId ?? null, slotId: slotId ?? null },
      ...{ locationId, minutes, lines: lines.map((line) => ({ ...line })) },
    };
    return once(context, { mutation: 'pickupReserve', key, input: wanted }, (tx) => reservePickup(tx, wanted));
  }

  @Mutation(() => PickupPayload, { description: `Keeps what is held until it is picked up. ${REFUSED}, CONFLICT.` })
  @Right('pickups:write')
  pickupConfirm(
    @Ctx() context: Context,
    @Arg('id', () => ID, ID_OF_HOLD) id: string,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return once(context, { mutation: 'pickupConfirm', key, input: { id } }, (tx) => settleHold(tx, id, 'confirmed'));
  }

  @Mutation(() => PickupPayload, { description: `Hands out what is held: its units are gone. ${REFUSED}.` })
  @Right('pickups:write')
  pickupCollect(
    @Ctx() context: Context,
    @Arg('id', () => ID, ID_OF_HOLD) id: string,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return once(context, { mutation: 'pickupCollect', key, input: { id } }, (tx) => settleHold(tx, id, 'collected'));
  }

  @Mutation(() => PickupPayload, { description: `Gives back what is held, and its slot. ${REFUSED}.` })
  @Right('pickups:write')
  pickupRelease(
    @Ctx() context: Context,
    @Arg('id', () => ID, ID_OF_HOLD) id: string,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return once(context, { mutation: 'pickupRelease', key, input: { id } }, (tx) => settleHold(tx, id, 'released'));
  }
}

/** One act, once per key; what is held is read again under what the viewer may see. */
function once(
  context: Context,
  act: Parameters<typeof idempotently>[2],
  work: (tx: TransactionScope) => Promise<HoldId>,
) {
  const { scope, installation } = context;
  return answer(async () => {
    const { ids } = await idempotently(scope, installation, act, async (tx) => ({ hold: await work(tx) }));
    return { hold: await ifVisible(context, ids.hold) };
  });
}

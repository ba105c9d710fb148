import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';

import { ChannelFacts } from '../../schema/conversations/channel.ts';
import {
  InboxCreateInput,
  InboxCreatePayload,
  InboxesCreatePayload,
  InboxRotateSecretPayload,
  InboxUpdateInput,
  InboxUpdatePayload,
} from '../../schema/conversations/inbox-payloads.ts';
import { Inbox } from '../../schema/conversations/inbox.ts';
import { Right } from '../../schema/right.ts';
import { DateTime } from '../../schema/scalars.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import { listChannels } from '../../services/conversations/channels.ts';
import type { Inbox as InboxRow } from '../../services/conversations/conversation.ts';
import { createInbox, createInboxes } from '../../services/conversations/create-inbox.ts';
import { inboxesByIds } from '../../services/conversations/read-inboxes.ts';
import { rotateHookSecret } from '../../services/conversations/rotate-hook-secret.ts';
import { updateInbox, type InboxChange } from '../../services/conversations/update-inbox.ts';
import type { Scope } from '../../services/scope.ts';
import { isOpen, nextOpening } from '../../values/business-hours.ts';
import type { ChannelFacts as ChannelFactsRow } from '../../values/channel-facts.ts';
import { answer } from '../answer.ts';
import { checkBulk } from '../bulk.ts';
import type { Context } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';
import { OVERLAP_HOURS } from '../overlap-hours.ts';

const INBOX_ID = { description: 'The inbox, `inb_…`.' };

@Resolver()
export class ChannelQueries {
  @Query(() => [ChannelFacts], { description: 'Every channel that the server speaks, by class and name.' })
  @Right('conversations:read')
  channels(@Ctx() { scope }: Context): Promise<ChannelFactsRow[]> {
    return listChannels(scope);
  }
}

@Resolver(() => Inbox)
export class InboxFields {
  @FieldResolver(() => Boolean, {
    description: 'True: it is staffed at this moment. Source: `businessHours` and the server’s clock.',
  })
  @Right('conversations:read')
  isOpenNow(@Root() { businessHours }: InboxRow, @Ctx() { scope }: Context): boolean {
    return businessHours === null || isOpen(businessHours, scope.now);
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description: 'When it opens next. Null: it is open now, or does not open within a year.',
  })
  @Right('conversations:read')
  opensAt(@Root() { businessHours }: InboxRow, @Ctx() { scope }: Context): Date | null {
    if (businessHours === null || isOpen(businessHours, scope.now)) return null;
    return nextOpening(businessHours, scope.now);
  }

  @FieldResolver(() => String, {
    description: 'Path of its hook on this server: where signed requests with its messages go.',
  })
  @Right('conversations:read')
  hookPath(@Root() { channel, externalId }: InboxRow): string {
    return `/hooks/${channel}/${encodeURIComponent(externalId)}`;
  }
}

@Resolver()
export class InboxMutations {
  @Mutation(() => InboxCreatePayload, {
    description:
      'Makes an inbox with a hook of its own. Refused: INVALID_INPUT, CONFLICT (the external id is taken), IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('inboxes:write')
  inboxCreate(
    @Ctx() { scope, installation }: Context,
    @Arg('input', () => InboxCreateInput, { description: 'The inbox.' }) input: InboxCreateInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const { id, ...secrets } = await createInbox(scope, installation, toNewInbox(input), key);
      return { inbox: await visibleInbox(scope, id), ...secrets };
    });
  }

  @Mutation(() => InboxesCreatePayload, {
    description:
      'Makes up to 100 inboxes, all or none. Refused: INVALID_INPUT, CONFLICT (an external id is taken), IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('inboxes:write')
  inboxesCreate(
    @Ctx() { scope, installation }: Context,
    @Arg('input', () => [InboxCreateInput], { description: 'The inboxes, each external id once.' })
    input: InboxCreateInput[],
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      checkBulk(input);
      const made = await createInboxes(scope, installation, input.map(toNewInbox), key);
      const ids = made.map(({ id }) => id);
      const inboxes = reachOf(scope.viewer, 'conversations:read') === null ? [] : await inboxesByIds(scope, ids);
      return { created: made.map(({ id: _, ...secrets }, place) => ({ inbox: inboxes[place] ?? null, ...secrets })) };
    });
  }

  @Mutation(() => InboxUpdatePayload, {
    description: 'Changes an inbox. Refused: NOT_FOUND, INVALID_INPUT.',
  })
  @Right('inboxes:write')
  inboxUpdate(
    @Ctx() { scope, installation }: Context,
    @Arg('id', () => ID, INBOX_ID) id: string,
    @Arg('input', () => InboxUpdateInput, { description: 'What changes.' }) input: InboxUpdateInput,
  ) {
    return answer(async () => {
      const { id: changed, bridgeSecret } = await updateInbox(scope, installation, id, toChange(input));
      return { inbox: await visibleInbox(scope, changed), bridgeSecret };
    });
  }

  @Mutation(() => InboxRotateSecretPayload, {
    description:
      'Gives the hook of an inbox a new secret. The one until now stays good for a while; one before that is refused at once. Refused: NOT_FOUND, INVALID_INPUT, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('inboxes:write')
  inboxRotateSecret(
    @Ctx() { scope, installation }: Context,
    @Arg('id', () => ID, INBOX_ID) id: string,
    @Arg('overlapHours', () => Int, OVERLAP_HOURS) overlapHours: number,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const { id: changed, hookSecret } = await rotateHookSecret(scope, installation, { id, overlapHours }, key);
      return { inbox: await visibleInbox(scope, changed), hookSecret };
    });
  }
}

const toHours = (hours: InboxCreateInput['businessHours']) => hours && { ...hours, holidays: hours.holidays ?? [] };

function toNewInbox(input: InboxCreateInput) {
  const { channel, externalId, name, address, brand, market, businessHours, credentials, bridgeUrl, routing } = input;
  return {
    ...{ channel, externalId, name, address: address ?? null, brand: brand ?? null, market: market ?? null },
    businessHours: toHours(businessHours) ?? null,
    credentials: credentials ?? [],
    bridgeUrl: bridgeUrl ?? null,
    ...(routing == null ? {} : { routing }),
  };
}

/** Only what was said: absent stays. */
function toChange({ name, businessHours, credentials, routing, ...input }: InboxUpdateInput): InboxChange {
  const said = Object.entries(input).filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(said),
    ...(name == null ? {} : { name }),
    ...(routing == null ? {} : { routing }),
    ...(businessHours === undefined ? {} : { businessHours: toHours(businessHours) ?? null }),
    ...(credentials === undefined ? {} : { credentials: credentials ?? [] }),
  };
}

async function visibleInbox(scope: Scope, id: string): Promise<InboxRow | null> {
  return reachOf(scope.viewer, 'conversations:read') === null ? null : ((await inboxesByIds(scope, [id]))[0] ?? null);
}

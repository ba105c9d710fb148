import { checkOptionalText } from '../../values/check-text.ts';
import { newId, type ConversationId, type LegId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { Channel, SwitchReason } from '../../values/vocabulary.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import { leaveToWrite } from '../privacy/leave-to-write.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { controlOfWriter } from './control-rules.ts';
import { conversationFact } from './conversation-fact.ts';
import { moveTask } from './conversation-task.ts';
import { ensureEndpoint } from './ensure-endpoint.ts';
import { lockOpenConversation } from './lock-open-conversation.ts';
import type { LockedConversation } from './lock-conversation.ts';
import { partyOf } from './party.ts';
import { placesOfReply, type ReplyPlace } from './places-of-reply.ts';
import { currentLeg, type ReplyLeg } from './reply-leg.ts';
import { privateGuidance, publicGuidance } from './switch-guidance.ts';
import { writeToCustomer } from './write-to-customer.ts';

interface ChannelSwitch {
  /** Exactly one of the two: the channel, whose inbox is then ours to choose, or an inbox. */
  readonly toChannel?: Channel | null;
  readonly inboxId?: string | null;
  readonly reason: SwitchReason;
  /** What to tell the customer instead of our own words. Goes to private legs only. */
  readonly guidance?: string | null;
}

const LONGEST_GUIDANCE = 2_000;

/**
 * Goes on over another channel of the person: replies go there from now on, and the customer is told so where they wrote last. In
 * public they are told only that there is a private message; the rest goes to the private leg.
 */
export async function switchChannel(scope: Scope, id: string, input: ChannelSwitch): Promise<ConversationId> {
  requireRight(scope.viewer, 'messages:send');
  const { reason } = input;
  if (reason === 'fallback')
    throw new Refusal('INVALID_INPUT', '`FALLBACK` is our own reason. Say why you switch.', ['input', 'reason']);
  const own = checkOptionalText(input.guidance, ['input', 'guidance'], LONGEST_GUIDANCE);
  if ((input.toChannel == null) === (input.inboxId == null))
    throw new Refusal('INVALID_INPUT', 'Name exactly one of `toChannel` and `inboxId`.', ['input', 'toChannel']);
  return atomically(scope, async (tx) => {
    const locked = await lockOpenConversation(tx, id);
    const from = await currentLeg(tx, locked.id);
    const place = await choosePlace(tx, locked, input);
    if (from && from.endpointId === place.endpointId)
      throw new Refusal('CONFLICT', 'The conversation is on this channel already.', ['input']);
    const conversation = await controlOfWriter(tx, locked);
    const to = await turnTo(tx, conversation, place);
    const moved = { ...conversation, inboxId: to.inboxId, channel: to.channel };
    await moveTask(tx, moved.id, moved.channel);
    const switchId = newId('channelSwitch');
    recordFact(
      tx,
      conversationFact(moved, {
        type: 'conversation.channel_switched',
        left: {
          ...(moved.inboxId === conversation.inboxId ? {} : { inboxId: conversation.inboxId }),
          ...(moved.channel === conversation.channel ? {} : { channel: conversation.channel }),
        },
        details: { switchId, reason, fromLegId: from?.legId ?? null, toLegId: to.legId },
      }),
    );
    const guidanceMessageId = from && (await guide(tx, moved, { from, to, reason, own }));
    const by = partyOf(tx.viewer);
    await tx.db.sql`
      insert into channel_switches (id, conversation_id, from_leg_id, to_leg_id, reason, guidance_message_id, switched_at,
        by_kind, by_id)
      values (${switchId}, ${moved.id}, ${from?.legId ?? null}, ${to.legId}, ${reason}, ${guidanceMessageId}, ${tx.now},
        ${by.kind}, ${by.id})`;
    return moved.id;
  });
}

async function choosePlace(
  tx: TransactionScope,
  conversation: LockedConversation,
  { toChannel, inboxId }: ChannelSwitch,
): Promise<ReplyPlace> {
  const places = await placesOfReply(tx, [conversation.id]);
  const place = places.find((one) => (inboxId == null ? one.channel === toChannel : one.inboxId === inboxId));
  if (place) return place;
  const [row] = await tx.db.sql<{ exists: boolean }[]>`
    select exists (select 1 from inboxes where ${inboxId == null ? tx.db.sql`channel = ${toChannel!}` : tx.db.sql`id = ${inboxId}`})`;
  const missing = row!.exists
    ? 'We know no address of this person that an inbox of this brand and market could reach there. Ask for one and add the identity.'
    : 'We have no such inbox.';
  throw new Refusal('NO_ENDPOINT', missing, ['input', inboxId == null ? 'toChannel' : 'inboxId']);
}

/** Makes endpoint and leg where they are missing, and turns the conversation to the leg. */
async function turnTo(tx: TransactionScope, conversation: LockedConversation, place: ReplyPlace): Promise<ReplyLeg> {
  const { sql } = tx.db;
  const { inboxId, channel, address, customerId } = place;
  const endpointId = await ensureEndpoint(tx, place);
  // A clock of a source may be ahead of ours: the switch comes after whatever it wrote.
  const [leg] = await sql<{ id: LegId }[]>`
    insert into legs as l (id, conversation_id, endpoint_id, started_at, last_message_at, turned_to_at)
    select ${newId('leg')}, ${conversation.id}, ${endpointId}, ${tx.now}, ${tx.now},
      greatest(${tx.now}::timestamptz, (
        select max(turned_to_at) + interval '1 millisecond' from legs where conversation_id = ${conversation.id}))
    on conflict (conversation_id, endpoint_id) do update set turned_to_at = excluded.turned_to_at
    returning l.id`;
  await sql`update conversations set inbox_id = ${inboxId}, channel = ${channel}, sensitive_kinds = null where id = ${conversation.id}`;
  return { legId: leg!.id, endpointId, inboxId, channel, address, customerId, isPublic: false };
}

/** Tells the customer where it goes on, on the leg before; answers the message there. */
async function guide(
  tx: TransactionScope,
  conversation: LockedConversation,
  {
    from,
    to,
    reason,
    own,
  }: { from: ReplyLeg; to: ReplyLeg; reason: Exclude<SwitchReason, 'fallback'>; own: string | null },
) {
  const [person] = await tx.db.sql<{ language: string | null }[]>`
    select language from customers where id = ${conversation.personId}`;
  const languages = [conversation.language, person!.language];
  const { reference } = conversation;
  const inPrivate = own ?? privateGuidance(languages, { channel: to.channel, reason, reference });
  const inPlace = from.isPublic ? publicGuidance(languages) : inPrivate;
  const { refusedBy } = await leaveToWrite(tx, conversation.personId, { purpose: 'service', channel: from.channel });
  // Who said STOP there is told where it goes on.
  if (refusedBy) return writeToCustomer(tx, conversation, { leg: to, text: inPrivate });
  const messageId = await writeToCustomer(tx, conversation, { leg: from, text: inPlace });
  if (from.isPublic) await writeToCustomer(tx, conversation, { leg: to, text: inPrivate });
  return messageId;
}

import type { ConversationId, CustomerId, EndpointId, InboxId, LegId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { Channel } from '../../values/vocabulary.ts';
import type { TransactionScope } from '../scope.ts';

/** A leg as the place of a reply. */
export interface ReplyLeg {
  readonly legId: LegId;
  readonly endpointId: EndpointId;
  readonly inboxId: InboxId;
  readonly channel: Channel;
  readonly address: string;
  /** Under which of the person's customer ids the address stands. */
  readonly customerId: CustomerId;
  /** What is written there everybody reads. */
  readonly isPublic: boolean;
}

/** Where the writer wants a reply to go. What is left out is ours to choose. */
export interface ReplyWish {
  readonly legId?: string | null | undefined;
  readonly channel?: Channel | null | undefined;
  /** True: the writer knows that everybody may read it. */
  readonly isPublic?: boolean | null | undefined;
}

/**
 * The leg that a reply goes to: the one that the conversation turned to last (the customer wrote there, or we switched to it). Once a
 * conversation switched for privacy, nothing goes to a public leg unless the writer says that it is meant to be public.
 */
export async function chooseReplyLeg(
  tx: TransactionScope,
  conversationId: ConversationId,
  { legId = null, channel = null, isPublic }: ReplyWish = {},
): Promise<ReplyLeg> {
  const row = await findLeg(tx, conversationId, { legId, channel });
  if (!row) throw noSuchLeg({ legId, channel });
  const { isPrivateMatter, ...leg } = row;
  if (leg.isPublic && isPrivateMatter && !isPublic)
    throw new Refusal(
      'PUBLIC_REPLY',
      'Everybody could read this reply, and the conversation went on in private. Send it to the private leg, or set `isPublic`.',
      ['input', 'isPublic'],
    );
  return leg;
}

/** The leg that a reply would go to now. Null: the conversation has none. */
export async function currentLeg(tx: TransactionScope, conversationId: ConversationId): Promise<ReplyLeg | null> {
  const row = await findLeg(tx, conversationId, {});
  if (!row) return null;
  const { isPrivateMatter: _, ...leg } = row;
  return leg;
}

async function findLeg(
  tx: TransactionScope,
  conversationId: ConversationId,
  { legId = null, channel = null }: ReplyWish,
) {
  const [row] = await tx.db.sql<(ReplyLeg & { isPrivateMatter: boolean })[]>`
    select l.id as leg_id, l.endpoint_id, e.inbox_id, i.channel, e.address, e.customer_id, e.is_public, matter.is_private as is_private_matter
    from legs l join conversations c on c.id = l.conversation_id left join person_links pc on pc.member_id = c.customer_id
      join endpoints e on e.id = l.endpoint_id left join person_links pe on pe.member_id = e.customer_id
      join inboxes i on i.id = e.inbox_id,
      lateral (select exists (
        select 1 from channel_switches s where s.conversation_id = l.conversation_id and s.reason = 'privacy') as is_private
      ) as matter
    where l.conversation_id = ${conversationId}
      -- Whatever became of merges: never the address of somebody else.
      and coalesce(pe.person_id, e.customer_id) = coalesce(pc.person_id, c.customer_id)
      and l.id = coalesce(${legId}, l.id) and i.channel = coalesce(${channel}, i.channel)
    order by matter.is_private and e.is_public, l.turned_to_at desc, l.id desc
    limit 1`;
  return row ?? null;
}

function noSuchLeg({ legId, channel }: ReplyWish): Refusal {
  if (legId) return new Refusal('NOT_FOUND', 'This conversation has no such leg.', ['input', 'legId']);
  if (channel)
    return new Refusal('NO_ENDPOINT', 'This conversation has no leg on this channel. Switch it there first.', [
      'input',
      'channel',
    ]);
  return new Refusal('NO_ENDPOINT', 'This conversation has no address of the customer to reply to.', ['id']);
}

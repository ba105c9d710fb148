import type { Purpose } from '../../values/consents.ts';
import { checkText } from '../../values/check-text.ts';
import type { MessageId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import { checkOutreach, type OutreachLimits, recordOutreach, requireNews } from '../privacy/outreach.ts';
import type { Scope } from '../scope.ts';
import { attachUploads } from './attach-uploads.ts';
import { controlOfWriter } from './control-rules.ts';
import { lockConversation } from './lock-conversation.ts';
import { chooseReplyLeg, type ReplyWish } from './reply-leg.ts';
import { writeToCustomer } from './write-to-customer.ts';

export const LONGEST_MESSAGE = 100_000;

/**
 * Sends a message to the customer on one endpoint and only there. Refused on a resolved conversation, where the person does not want it, and where what nobody
 * asked for was told before.
 */
export async function sendMessage(
  scope: Scope,
  conversationId: string,
  text: string,
  wish: ReplyWish & {
    readonly expectedVersion?: number | null | undefined;
    readonly attachmentIds?: readonly string[] | null | undefined;
    /** Null or absent: to answer. */
    readonly purpose?: Purpose | null | undefined;
    /** What it is about, where nobody asked for it. */
    readonly about?: string | null | undefined;
    /** Of which order. Null or absent: of none, or nobody says. */
    readonly orderId?: string | null | undefined;
    readonly limits?: OutreachLimits | undefined;
  } = {},
): Promise<MessageId> {
  requireRight(scope.viewer, 'messages:send');
  checkText(text, ['input', 'text'], LONGEST_MESSAGE);
  const outreach = checkOutreach(wish);
  return atomically(scope, async (tx) => {
    const locked = await lockConversation(tx, conversationId, {
      version: wish.expectedVersion,
      field: ['input', 'expectedVersion'],
    });
    if (locked.status === 'resolved')
      throw new Refusal('CONVERSATION_RESOLVED', 'This conversation is resolved. Reopen it, then send.', ['id']);
    const leg = await chooseReplyLeg(tx, locked.id, wish);
    const conversation = await controlOfWriter(tx, locked);
    if (outreach) await requireNews(tx, conversation.personId, outreach, wish.limits);
    const messageId = await writeToCustomer(tx, conversation, { leg, text, purpose: outreach?.purpose ?? 'service' });
    if (outreach) await recordOutreach(tx, { ...outreach, messageId, customerId: conversation.customerId });
    await attachUploads(tx, wish.attachmentIds, { conversationId: conversation.id, messageId });
    return messageId;
  });
}

import type { MessageId } from '../../values/ids.ts';
import type { NoticeKind } from '../../values/notices.ts';
import { requireRight } from '../access/role-rights.ts';
import { fallBack } from '../conversations/fall-back.ts';
import { lockMessage } from '../conversations/hold-delivery.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import { lockTold } from './lock-notice.ts';
import { settleNotice } from './settle-notice.ts';

/**
 * Decides what comes after a message that nobody waits for has failed for good. A notice is weighed as if it were told for the first time, and
 * goes on over the next channel with what is to be said by now, or waits: for the person's morning, as the same notice. Done twice, it changes
 * nothing.
 */
export async function tellAgain(scope: Scope, messageId: MessageId, kinds: readonly NoticeKind[]): Promise<void> {
  requireRight(scope.viewer, 'orders:write');
  await atomically(scope, async (tx) => {
    const notice = await lockTold(tx, messageId);
    if (notice?.state === 'sent') return settleNotice(tx, notice, kinds);
    if (notice) return;
    const message = await lockMessage(tx, messageId);
    if (message?.delivery.state === 'failed') await fallBack(tx, message.standing, message.delivery);
  });
}

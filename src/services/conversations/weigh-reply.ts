import type { MessageId } from '../../values/ids.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import { leaveToWrite } from '../privacy/leave-to-write.ts';
import { purposeOfMessage } from '../privacy/outreach.ts';
import type { Scope } from '../scope.ts';
import { lockMessage, postponeDelivery, withdrawDelivery } from './hold-delivery.ts';

/**
 * Weighs a message of an agent or a bot before each of its tries, under the lock that a withdrawal takes: since it was written the person may have said STOP.
 * Then it is taken back; an advertisement waits for the person's morning. True: it may be tried.
 */
export async function weighReply(scope: Scope, messageId: MessageId): Promise<boolean> {
  requireRight(scope.viewer, 'messages:send');
  return atomically(scope, async (tx) => {
    const message = await lockMessage(tx, messageId);
    if (message?.delivery.state !== 'queued') return false;
    const { personId } = message.standing;
    const { channel } = message.delivery;
    const leave = await leaveToWrite(tx, personId, { purpose: await purposeOfMessage(tx, messageId), channel });
    if (leave.refusedBy) await withdrawDelivery(tx, message, NO_LEAVE[leave.refusedBy]);
    else if (leave.quietUntil) await postponeDelivery(tx, message, leave.quietUntil);
    return leave.refusedBy === null && leave.quietUntil === null;
  });
}

const NO_LEAVE = { withdrawn: 'CONSENT_WITHDRAWN', missing: 'CONSENT_MISSING' } as const;

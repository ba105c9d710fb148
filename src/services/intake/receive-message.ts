import { requireRight } from '../access/role-rights.ts';
import { atomically, isInTransaction } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import { checkInbound, type InboundMessage } from './inbound-message.ts';
import type { Receipt } from './keep-placed.ts';
import { takeMessage } from './take-message.ts';
import { takeTogether } from './take-together.ts';

/**
 * Takes an inbound message: finds or makes customer, endpoint and conversation, stores it and names the facts, in one transaction,
 * which messages that come at the same time may share. A redelivery answers the first result.
 */
export async function receiveMessage(scope: Scope, inbound: InboundMessage): Promise<Receipt> {
  requireRight(scope.viewer, 'messages:receive');
  const message = checkInbound(inbound, scope.now);
  if (isInTransaction(scope)) return takeMessage(scope, message);
  return (await takeTogether(scope, message)) ?? atomically(scope, (tx) => takeMessage(tx, message));
}

import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import type { InboundMessage } from './inbound-message.ts';
import { receiveMessage } from './receive-message.ts';
import type { Receipt } from './keep-placed.ts';

/**
 * Takes several messages of any kind, all or, with a refusal, none: the same as `receiveMessage` one after the other. Answers in the
 * order of the messages. `pathOf` says where each stands in what the caller was sent.
 */
export function receiveEach(
  scope: Scope,
  messages: readonly InboundMessage[],
  pathOf: (index: number) => readonly string[],
): Promise<Receipt[]> {
  return inTurn(scope, messages, (tx, index) => refusedAt(pathOf(index), () => receiveMessage(tx, messages[index]!)));
}

/** The same for a hook, whose sender would send it all again for one who was erased: null stands for what such a one wrote. */
export function receiveEachButErased(
  scope: Scope,
  messages: readonly InboundMessage[],
  pathOf: (index: number) => readonly string[],
): Promise<(Receipt | null)[]> {
  return inTurn(scope, messages, async (tx, index) => {
    try {
      return await refusedAt(pathOf(index), () => receiveMessage(tx, messages[index]!));
    } catch (error) {
      if (error instanceof Refusal && error.code === 'CUSTOMER_ERASED') return null;
      throw error;
    }
  });
}

async function inTurn<T>(
  scope: Scope,
  messages: readonly InboundMessage[],
  take: (tx: TransactionScope, index: number) => Promise<T>,
): Promise<T[]> {
  requireRight(scope.viewer, 'messages:receive');
  return atomically(scope, async (tx) => {
    const taken: T[] = [];
    // Sender by sender, so that two calls about the same people lock them in the same order.
    for (const index of bySender(messages)) taken[index] = await take(tx, index);
    return taken;
  });
}

function bySender(messages: readonly InboundMessage[]): number[] {
  const senders = messages.map(({ sender }) => `${sender.kind} ${sender.value}`);
  return [...messages.keys()].sort((a, b) => (senders[a]! < senders[b]! ? -1 : senders[a]! > senders[b]! ? 1 : a - b));
}

/** A refusal of one among several says which one. */
export async function refusedAt<T>(path: readonly string[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const within = error.field?.[0] === 'input' ? error.field.slice(1) : (error.field ?? []);
    throw new Refusal(error.code, error.message, [...path, ...within], error.details);
  }
}

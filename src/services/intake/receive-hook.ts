import { createHash } from 'node:crypto';

import type { ConversationId, InboxId, MessageId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { idempotently } from '../access/idempotently.ts';
import { reportDelivery } from '../conversations/report-delivery.ts';
import type { Installation } from '../events/installation.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import type { HookItem } from './hook-item.ts';
import { receiveMessage } from './receive-message.ts';

/** A request to the hook of an inbox whose signature was verified. */
export interface HookRequest {
  readonly inboxId: InboxId;
  /** The sender's name for the request: the same one again is a redelivery. */
  readonly requestId: string;
  readonly bytes: Uint8Array;
  readonly items: readonly HookItem[];
}

/** What became of one item. */
export type HookResult =
  | { readonly type: 'message'; readonly messageId: MessageId; readonly conversationId: ConversationId }
  | { readonly type: 'delivery'; readonly messageId: MessageId }
  | { readonly type: 'ignored'; readonly reason: string };

/**
 * Takes everything that a request tells, or, with a refusal, nothing of it: one transaction. The same request id with the same bytes
 * is answered as it was the first time; with other bytes it is refused, for one of the two would be lost. A refusal is not remembered:
 * a sender that tries again may find the reason gone.
 */
export async function receiveHook(
  scope: Scope,
  installation: Installation,
  { inboxId, requestId, bytes, items }: HookRequest,
): Promise<readonly HookResult[]> {
  const act = {
    mutation: 'hook',
    key: requestId,
    input: createHash('sha256').update(bytes).digest('hex'),
    forgetsRefusals: true,
  };
  const { ids } = await idempotently(scope, installation, act, async (tx) => {
    const results: HookResult[] = [];
    // Sender by sender, so that two requests about the same people lock them in the same order.
    for (const index of inLockOrder(items)) results[index] = await take(tx, inboxId, items[index]!);
    return { results };
  });
  return ids.results;
}

function inLockOrder(items: readonly HookItem[]): number[] {
  const keys = items.map((item) =>
    item.type === 'message'
      ? `1 ${item.message.sender.kind} ${item.message.sender.value}`
      : item.type === 'delivery'
        ? `2 ${item.report.messageId ?? item.report.externalId ?? ''}`
        : '3',
  );
  return [...items.keys()].sort((a, b) => (keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : a - b));
}

async function take(tx: TransactionScope, inboxId: InboxId, item: HookItem): Promise<HookResult> {
  if (item.type === 'ignored') return { type: 'ignored', reason: item.reason };
  try {
    if (item.type === 'delivery')
      return { type: 'delivery', messageId: await reportDelivery(tx, { ...item.report, inboxId }) };
    const { messageId, conversationId } = await receiveMessage(tx, { ...item.message, inbox: inboxId });
    return { type: 'message', messageId, conversationId };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (item.type === 'delivery' && item.elseIgnore && error.code === 'NOT_FOUND')
      return { type: 'ignored', reason: item.elseIgnore };
    const within = error.field?.[0] === 'input' ? error.field.slice(1) : (error.field ?? []);
    throw new Refusal(error.code, error.message, [...(item.path ?? []), ...within]);
  }
}

import { createHash } from 'node:crypto';

import type { ConversationId, InboxId, MessageId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { idempotently } from '../access/idempotently.ts';
import { reportDelivery } from '../conversations/report-delivery.ts';
import type { Installation } from '../events/installation.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import type { HookItem } from './hook-item.ts';
import { receiveEachButErased, refusedAt } from './receive-each.ts';
import type { Receipt } from './keep-placed.ts';

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
    const results: HookResult[] = await takeAll(tx, inboxId, items);
    return { results };
  });
  return ids.results;
}

/** Messages first: a report locks nothing that they need. */
async function takeAll(tx: TransactionScope, inbox: InboxId, items: readonly HookItem[]): Promise<HookResult[]> {
  const told = items.filter((item) => item.type === 'message');
  const receipts = await receiveEachButErased(
    tx,
    told.map(({ message }) => ({ ...message, inbox })),
    (index) => told[index]!.path ?? [],
  );
  const receiptOf = new Map<HookItem, Receipt | null>(told.map((item, index) => [item, receipts[index]!]));
  const results: HookResult[] = [];
  for (const item of items) {
    if (item.type === 'message') {
      const receipt = receiptOf.get(item);
      results.push(
        receipt
          ? { type: 'message', messageId: receipt.messageId, conversationId: receipt.conversationId }
          : { type: 'ignored', reason: 'erased' },
      );
    } else if (item.type === 'delivery') {
      results.push(await takeReport(tx, inbox, item));
    } else results.push({ type: 'ignored', reason: item.reason });
  }
  return results;
}

async function takeReport(
  tx: TransactionScope,
  inboxId: InboxId,
  { report, path, elseIgnore }: HookItem & { type: 'delivery' },
): Promise<HookResult> {
  try {
    const messageId = await refusedAt(path ?? [], () => reportDelivery(tx, { ...report, inboxId }));
    return { type: 'delivery', messageId };
  } catch (error) {
    if (elseIgnore && error instanceof Refusal && error.code === 'NOT_FOUND')
      return { type: 'ignored', reason: elseIgnore };
    throw error;
  }
}

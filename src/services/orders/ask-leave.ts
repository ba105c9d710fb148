import type { NoticeReader } from '../../values/notice-text.ts';
import type { NoticeKind, WithheldReason } from '../../values/notices.ts';
import { quietUntil } from '../../values/quiet-hours.ts';
import { closedChannels } from '../privacy/leave-to-write.ts';
import type { TransactionScope } from '../scope.ts';
import type { Notice } from './notice.ts';
import { readReader } from './read-news.ts';

/** Whether a person may be told now: for whom it is written, or until when to leave them alone, or why they are not told at all. */
export type Leave =
  | { readonly reader: NoticeReader }
  | { readonly until: Date }
  | { readonly reason: Extract<WithheldReason, 'switched_off' | 'do_not_contact' | 'no_consent'> };

/** Asks it as things stand: what the person wanted when the notice was raised, or tried in vain, is past. */
export async function askLeave(tx: TransactionScope, notice: Notice, kinds: readonly NoticeKind[]): Promise<Leave> {
  const { preferences, ...reader } = await readReader(tx, notice);
  const { quietHours = null, doNotContact = false } = preferences ?? {};
  if (!kinds.includes(notice.kind)) return { reason: 'switched_off' };
  if (doNotContact) return { reason: 'do_not_contact' };
  if ((await closedChannels(tx, notice.customerId, 'order_updates')).isEverywhere) return { reason: 'no_consent' };
  const until = quietHours && quietUntil(quietHours, tx.now);
  return until ? { until } : { reader };
}

import type { ReportedDelivery } from '../conversations/report-delivery.ts';
import type { ClaimedFile } from '../conversations/stage-attachment.ts';
import type { InboundMessage } from './inbound-message.ts';

/** One thing that a request to a hook tells, in our words. */
export type HookItem = (
  | {
      readonly type: 'message';
      readonly message: Omit<InboundMessage, 'inbox'>;
      /** Files within the body; absent: none. Whoever takes the item stores them and puts them into the message. */
      readonly files?: readonly (ClaimedFile & { readonly bytes: Uint8Array })[];
    }
  | {
      readonly type: 'delivery';
      readonly report: Omit<ReportedDelivery, 'inboxId'>;
      /** Why to ignore a report of a message that is not ours; absent: it is refused. */
      readonly elseIgnore?: string;
    }
  /** Understood, and nothing to keep: an auto-reply, a heartbeat. The reason is a word, no personal data. */
  | { readonly type: 'ignored'; readonly reason: string }
) & {
  /** Where in the body it stands, for whoever reads a refusal. Absent: it is the body. */
  readonly path?: readonly string[];
};

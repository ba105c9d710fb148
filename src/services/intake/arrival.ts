import type { CustomerId, InboxId } from '../../values/ids.ts';
import type { Channel } from '../../values/vocabulary.ts';
import type { CheckedMessage } from './inbound-message.ts';

/** A message with its place and its sender. */
export interface Arrival {
  readonly message: CheckedMessage;
  readonly inboxId: InboxId;
  readonly channel: Channel;
  /** The sender's address as identities compare it. */
  readonly address: string;
  /** Whether everybody reads what was written there. */
  readonly isPublic: boolean;
  readonly customerId: CustomerId;
  readonly personId: CustomerId;
  /** References of conversations that the text names. */
  readonly references: readonly string[];
}

import type { ConversationId, CustomerId, EndpointId, InboxId, MessageId } from '../../values/ids.ts';
import type { Channel, IdentityKind } from '../../values/vocabulary.ts';
import type { Joinable } from './choose-conversation.ts';
import type { CheckedMessage } from './inbound-message.ts';
import type { Mentions } from './mentions.ts';

/** Everything that one message depends on. */
export interface Situation {
  readonly inboxId: InboxId;
  readonly channel: Channel;
  readonly market: string | null;
  /** Whether a message asks for an agent by itself. */
  readonly isRouted: boolean;
  /** Whether the policy says then if a bot comes first. */
  readonly asksPolicy: boolean;
  /** Whether everybody reads what is written there. */
  readonly isPublic: boolean;
  /** Who has the sender's identity; both null for a new face. */
  readonly customerId: CustomerId | null;
  readonly personId: CustomerId | null;
  /** The sender's address as seen from this inbox; null: it writes here for the first time. */
  readonly endpointId: EndpointId | null;
  /** The message that was received under the same external id before. */
  readonly earlier: {
    messageId: MessageId;
    conversationId: ConversationId;
    customerId: CustomerId;
    isSameText: boolean;
    isSameCustomer: boolean;
  } | null;
  readonly candidates: readonly Joinable[];
  /** Whether so many others came with the sender's identity lately that it tells nobody apart. */
  readonly isShared: boolean;
  /** Whether all identities that the message names are the person's already, vouched for as they are. */
  readonly isSettled: boolean;
  /** The rule set that counts. */
  readonly rulesVersion: number;
  /** A reference that was free at the moment of reading. */
  readonly reference: string;
}

/** An identity by which somebody is looked for. */
export interface LookedForIdentity {
  readonly kind: IdentityKind;
  readonly matchKey: string;
  /** Past how many others, since when, it tells nobody apart. */
  readonly limit: { readonly most: number; readonly since: string };
}

/** The sender, as far as it is known before the database is asked. */
export interface LookedForSender {
  /** As replies are sent to it. */
  readonly address: string;
  readonly mentions: Mentions;
  /** Who it is: whoever has this identity, or a customer that was found by other means. */
  readonly whose: LookedForIdentity | { readonly customerId: CustomerId };
  /** All that the message names, where that is more than the one identity. */
  readonly named?: readonly (LookedForIdentity & { readonly verified: boolean })[];
}

/** A message, and by what to look for its sender. */
export interface Asking {
  readonly message: CheckedMessage;
  readonly sender: LookedForSender;
}

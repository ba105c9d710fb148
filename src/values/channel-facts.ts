import type { ChannelClass, IdentityKind } from './vocabulary.ts';

/** Who carries messages of a channel to the customer. `bridge` is a signed webhook to a system that speaks the medium. */
export const SENDER_KINDS = ['live_chat', 'email', 'bridge'] as const;
export type SenderKind = (typeof SENDER_KINDS)[number];

/** What a channel is like, as data: the file in src/channels says it, the table `channels` repeats it for whoever asks in SQL. */
export interface ChannelFacts {
  /** The word for it in the database, in paths and, in capitals, in the graph: snake_case. Never changes. */
  readonly name: string;
  readonly class: ChannelClass;
  /** What people call it. */
  readonly title: string;
  /** One sentence for readers of the graph. */
  readonly description: string;
  /** What a sender is known by, where a message does not say it. */
  readonly senderKind: IdentityKind;
  /** True: what is written there everybody reads, unless a message says otherwise. */
  readonly isPublic: boolean;
  /** True: the medium itself keeps messages of one matter together. */
  readonly hasThreads: boolean;
  /** Who carries our messages out. Null: nothing can be sent on it. */
  readonly sendsBy: SenderKind | null;
  /** Characters that one message of ours may have. Null: the medium sets no bound. */
  readonly longestText: number | null;
}

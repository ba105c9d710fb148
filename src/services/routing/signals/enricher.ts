import type { AgentId, ConversationId, CustomerId } from '../../../values/ids.ts';
import type { IssueType, PartyKind, Priority } from '../../../values/vocabulary.ts';
import type { SignalValue } from '../core/routing-state.ts';

/** A signal from outside, as the database writes it. */
interface ToldSignal {
  readonly name: string;
  readonly value: SignalValue;
  readonly source: string;
  /** ISO text. */
  readonly at: string;
}

/** What is read of a conversation and its person before enrichers look at it. */
export interface KnownOfConversation {
  readonly id: ConversationId;
  readonly personId: CustomerId;
  readonly language: string | null;
  readonly topic: string | null;
  readonly issueType: IssueType | null;
  readonly priority: Priority;
  readonly controlKind: PartyKind | null;
  readonly waitingSince: Date | null;
  /** When the first of its targets that run is missed. Null: none runs. */
  readonly serviceDueAt: Date | null;
  /** External id, brand and market of the inbox that it is in. */
  readonly inbox: string;
  readonly brand: string | null;
  readonly market: string | null;
  /** Other conversations of the person that are not resolved; 100 at most. */
  readonly openIssues: number;
  /** Other conversations that the person began within two weeks; 100 at most. */
  readonly recentContacts: number;
  /** Who has served the person before, the latest first, 10 at most. */
  readonly earlierAgentIds: readonly AgentId[];
  /** Categories of what was bought with the orders that it is about. */
  readonly categories: readonly string[];
  readonly hasLinkedOrder: boolean;
  /** An order that it is about, or else one of the person's, is under way and later than somebody said. */
  readonly isOrderLate: boolean;
  /** What sources conclude of the person; empty where the person refused that. */
  readonly traits: Readonly<Record<string, string | number | boolean>>;
  /** Names of the saved segments that the person belongs to; 50 at most. */
  readonly segments: readonly string[];
  /** What was told from outside, the newest of each name. */
  readonly told: readonly ToldSignal[];
}

/** Derives signals from what is known. Whatever knows more, a bot or a model, tells its signals by `setSignals` instead. */
export interface Enricher {
  /** Stands beside each of its signals. */
  readonly source: string;
  /** Signals that it gives, and nobody tells. */
  readonly names: readonly string[];
  /** Null: not known. */
  readonly read: (known: KnownOfConversation, now: Date) => Readonly<Record<string, SignalValue | null>>;
}

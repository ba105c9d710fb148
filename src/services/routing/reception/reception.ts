import type { ConversationId } from '../../../values/ids.ts';
import type { Receiver } from '../../../values/vocabulary.ts';
import type { SignalValue } from '../core/routing-state.ts';

/** A signal as it was when it was looked at. */
export interface ReceptionSignal {
  readonly name: string;
  readonly value: SignalValue;
  readonly source: string;
  /** Milliseconds. */
  readonly at: number;
  /** Whether the rule that holds asks about it. */
  readonly isReason: boolean;
}

/** The stored record of who came first to a customer and why. */
export interface Reception {
  readonly conversationId: ConversationId;
  readonly by: Receiver;
  /** Name of the rule of the policy. */
  readonly rule: string;
  readonly policyVersion: number;
  readonly decidedAt: Date;
  readonly signals: readonly ReceptionSignal[];
}

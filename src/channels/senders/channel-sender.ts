import type { OutgoingMessage } from '../../services/conversations/outgoing-message.ts';
import type { DeliveryFailure } from '../../values/vocabulary.ts';

export interface SendResult {
  readonly state: 'sent' | 'delivered';
  /** The channel's own name of the message, by which it will report on it. */
  readonly providerId?: string;
}

/** One way out. Sends once; whoever calls decides about tries. */
export interface ChannelSender {
  /** Hands the message to the channel. Throws SendFailure. */
  send(message: OutgoingMessage): Promise<SendResult>;
}

interface FailureDetails {
  /** True: another try cannot help. */
  readonly isFinal?: boolean;
  /** The channel's words, for people. */
  readonly text?: string | null;
  /** How long the channel asked us to wait, in milliseconds. */
  readonly retryAfterMs?: number | null;
  /** True: what we send with is gone; the inbox is to stop sending until somebody looks. */
  readonly isGone?: boolean;
  readonly cause?: unknown;
}

/** The channel did not take a message, in one word of a closed list. */
export class SendFailure extends Error {
  readonly failure: DeliveryFailure;
  readonly isFinal: boolean;
  readonly text: string | null;
  readonly retryAfterMs: number | null;
  readonly isGone: boolean;

  constructor(failure: DeliveryFailure, details: FailureDetails = {}) {
    super(`The channel did not take the message: ${failure}.`, { cause: details.cause });
    this.failure = failure;
    this.isFinal = details.isFinal ?? false;
    this.text = details.text ? presentable(details.text) : null;
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.isGone = details.isGone ?? false;
  }
}

const LONGEST_TEXT = 1_000;

/** Somebody else's words as we keep them: one line, at most 1,000 characters, nothing that a terminal or a database chokes on. */
const presentable = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_TEXT)
    .toWellFormed();

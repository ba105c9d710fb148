import type { RefusalCode } from './refusal-codes.ts';

/**
 * An expected "no": the caller asked for something the business does not do.
 * Thrown by services (which rolls the transaction back), turned into `userErrors` in one place.
 * The message is a sentence for a person and says what to do; `field` is the path of the input at fault.
 */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly field: readonly string[] | null;
  /** Numbers worth having besides the sentence: what an error type of its own shows. Nothing personal. */
  readonly details: Readonly<Record<string, number>> | null;

  constructor(
    code: RefusalCode,
    message: string,
    field: readonly string[] | null = null,
    details: Readonly<Record<string, number>> | null = null,
  ) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.field = field;
    this.details = details;
  }
}

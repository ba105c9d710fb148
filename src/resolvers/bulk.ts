import { LARGEST_PAGE } from '../values/page.ts';
import { Refusal } from '../values/refusal.ts';

/** A list of 1 to 100 things to do at once, or a refusal. */
export function checkBulk(input: readonly unknown[]): void {
  if (input.length >= 1 && input.length <= LARGEST_PAGE) return;
  throw new Refusal('INVALID_INPUT', `Send 1 to ${LARGEST_PAGE} at a time.`, ['input']);
}

/** Ids as an idempotency key keeps them: one text. */
export const joinIds = (ids: readonly string[]): string => ids.join(' ');
export const splitIds = <Id extends string>(text: string): Id[] => text.split(' ') as Id[];

import { rejected } from './rejection.ts';

const DEEPEST = 20;
/** A batch of 1,000 activities with everything that each can say; the body’s limit comes first in most requests. */
const MOST_VALUES = 20_000;
const POISON = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Refuses variables that no service should have to think about: keys that reach for prototypes, NUL (which PostgreSQL text
 * cannot hold), and structures without end. Answers how many values there are.
 */
export function checkInput(value: unknown): number {
  let count = 0;
  const check = (part: unknown, depth: number): void => {
    count += 1;
    if (depth > DEEPEST || count > MOST_VALUES)
      throw rejected(
        'BAD_USER_INPUT',
        `Variables may be ${DEEPEST} levels deep and hold ${MOST_VALUES} values at most.`,
      );
    if (typeof part === 'string') {
      if (part.includes('\0')) throw rejected('BAD_USER_INPUT', 'A text may not contain the character U+0000.');
    } else if (Array.isArray(part)) {
      for (const each of part) check(each, depth + 1);
    } else if (part !== null && typeof part === 'object') {
      for (const key of Object.keys(part)) {
        if (POISON.has(key)) throw rejected('BAD_USER_INPUT', `\`${key}\` is not allowed as a key.`);
        check((part as Record<string, unknown>)[key], depth + 1);
      }
    }
  };
  check(value, 0);
  return count;
}

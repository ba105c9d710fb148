import type { Right } from './rights.ts';

/** The caller is known but lacks a right. A top-level FORBIDDEN on every transport; carries no value of any row. */
export class AccessDenied extends Error {
  readonly right: Right;

  constructor(right: Right, message = `Your key or token lacks the right \`${right}\`.`) {
    super(message);
    this.name = 'AccessDenied';
    this.right = right;
  }
}

/** A request that no data could make right: a malformed cursor, a page of -1. A top-level BAD_USER_INPUT on every transport. */
export class InvalidRequest extends Error {
  readonly argument: string;

  constructor(argument: string, message: string) {
    super(message);
    this.name = 'InvalidRequest';
    this.argument = argument;
  }
}

/** A cursor from before the journal's retention, or from another life of the database. A top-level CURSOR_EXPIRED. */
export class CursorExpired extends Error {
  constructor(
    message = 'The journal no longer reaches back to this cursor. Query the state again, take `cursor` from that query and subscribe after it.',
  ) {
    super(message);
    this.name = 'CursorExpired';
  }
}

/** Whoever a subscription is about was erased. A top-level CUSTOMER_ERASED. */
export class CustomerErased extends Error {
  constructor(message = 'Whoever this is about was erased.') {
    super(message);
    this.name = 'CustomerErased';
  }
}

/** A whole number within bounds, as an argument of a query. */
export function requireWhole(value: number, argument: string, from: number, to: number): void {
  if (Number.isSafeInteger(value) && value >= from && value <= to) return;
  throw new InvalidRequest(argument, `\`${argument}\` must be a whole number from ${from} to ${to}.`);
}

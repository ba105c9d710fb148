/** A transaction was committed where it was made, and no standby confirmed it: whether it lasts is not known. */
export class OutcomeUnknown extends Error {
  override name = 'OutcomeUnknown';

  constructor() {
    super(
      'No standby confirmed the change. Whether it lasts is not known: send it again under the same idempotency key.',
    );
  }
}

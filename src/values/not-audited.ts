/** Who reads what could not be written down, so nothing is shown. The same may succeed later. */
export class NotAudited extends Error {
  override name = 'NotAudited';

  constructor(cause: unknown) {
    super('It could not be written down who reads this, so nothing is shown. Try again.', { cause });
  }
}

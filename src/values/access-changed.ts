/** What the caller may was taken or changed while this was done: nothing of it was written. */
export class AccessChanged extends Error {
  override name = 'AccessChanged';

  constructor() {
    super('Your access was changed while this was done, and nothing was written. Try again with what you may do now.');
  }
}

/** Too much was asked for in a short time, of something that has a limit of its own. A top-level RATE_LIMITED on every transport. */
export class RateLimited extends Error {
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number) {
    super(message);
    this.name = 'RateLimited';
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The three clocks of a change: at its source, here, in our database. */
export interface Clocks {
  readonly occurredAt: Date;
  readonly receivedAt: Date;
  readonly recordedAt: Date;
}

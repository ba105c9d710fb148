/** How old what a query reads may be. */
export interface Freshness {
  /** A place in the log of the database: whatever was committed before it is read. Null: no such demand. */
  readonly position: number | null;
  /** What is read may be so many milliseconds old. Null: as old as the operator allows. */
  readonly maxStalenessMs: number | null;
}

/**
 * A Postgres snapshot: which transactions had ended when it was taken. A reader's place in the journal is a snapshot and not a
 * number, because numbers are drawn before commits and a later number can be visible first.
 * Text form: `xmin:xmax:xip,xip` (pg_snapshot).
 */
export interface Snapshot {
  readonly text: string;
  readonly xmin: bigint;
  readonly xmax: bigint;
  readonly running: ReadonlySet<bigint>;
}

const SHAPE = /^(\d{1,20}):(\d{1,20}):((?:\d{1,20}(?:,\d{1,20})*)?)$/;

/** Reads the text form. Null when it is malformed. */
export function parseSnapshot(text: string): Snapshot | null {
  const match = SHAPE.exec(text);
  if (!match) return null;
  const running = match[3] ? match[3].split(',').map(BigInt) : [];
  return { text, xmin: BigInt(match[1]!), xmax: BigInt(match[2]!), running: new Set(running) };
}

/** True when the transaction had ended before the snapshot. */
export function sees(snapshot: Snapshot, xid: bigint): boolean {
  if (xid < snapshot.xmin) return true;
  return xid < snapshot.xmax && !snapshot.running.has(xid);
}

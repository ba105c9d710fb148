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

/**
 * The snapshot without what a crash could take back: transactions after `newest`, the newest one that wrote to the journal, count as
 * not seen. For the journal that is the same set. PostgreSQL gives the number of a transaction that left nothing in its log (a
 * NOTIFY, a rollback) to another one after a crash, and a place that had seen the first would hide the second; what is in the
 * journal was in the log before anybody saw it.
 */
export function durable(snapshot: Snapshot, newest: bigint): Snapshot {
  const xmax = newest + 1n;
  if (xmax >= snapshot.xmax) return snapshot;
  const running = [...snapshot.running].filter((xid) => xid < xmax).sort((a, b) => (a < b ? -1 : 1));
  const xmin = running[0] ?? xmax;
  return { text: `${xmin}:${xmax}:${running.join(',')}`, xmin, xmax, running: new Set(running) };
}

/** True when the transaction had ended before the snapshot. */
export function sees(snapshot: Snapshot, xid: bigint): boolean {
  if (xid < snapshot.xmin) return true;
  return xid < snapshot.xmax && !snapshot.running.has(xid);
}

/** True when `whole` sees everything that `part` sees. Of two snapshots of one primary the later covers the earlier. */
export function covers(whole: Snapshot, part: Snapshot): boolean {
  if (part.xmax > whole.xmax) return false;
  for (const xid of whole.running) if (sees(part, xid)) return false;
  return true;
}

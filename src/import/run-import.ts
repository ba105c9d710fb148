import type { Db } from '../database/open-database.ts';
import { systemViewer } from '../services/access/system-viewer.ts';
import { atomically } from '../services/events/atomically.ts';
import { isLockTimeout } from '../services/is-lock-timeout.ts';
import { Refusal } from '../values/refusal.ts';
import type { Complain, Item, Phase } from './import-source.ts';

/** How far a phase is. */
export interface PhaseTally {
  readonly unit: string;
  /** Before the end: how many there will be, at most. */
  total: number;
  /** Stored, found stored, or refused. */
  done: number;
  /** New ones, by the facts that tell of them. */
  added: number;
  refused: number;
}

interface Importing {
  readonly db: Db;
  readonly complain: Complain;
  /** Called at the start of a phase and after each transaction. */
  readonly onProgress: (tally: PhaseTally) => void;
  /** Ends the import between two transactions. */
  readonly signal: AbortSignal;
}

/** Transactions at once. The parts of a phase do not touch each other's rows. */
const SIDE_BY_SIDE = 3;

/** A running server, or another part of the import, may hold a row for longer than is waited for; it lets go some time. */
const TRIES = 10;

/** What an import may do: whatever an integration may. */
export const IMPORTER = systemViewer('import', 'integration');

/**
 * Stores phase after phase, some hundred items a transaction. What is refused is halved until the item at fault is alone and
 * can be named; the rest is stored. Killed at any moment and started again it ends the same: every item has a name of its
 * source, and what is there already changes nothing.
 */
export async function runImport(phases: readonly Phase[], importing: Importing): Promise<PhaseTally[]> {
  const tallies: PhaseTally[] = [];
  for (const each of phases) {
    if (importing.signal.aborted) break;
    tallies.push(await runPhase(each, importing));
  }
  return tallies;
}

async function runPhase(each: Phase, importing: Importing): Promise<PhaseTally> {
  const tally: PhaseTally = { unit: each.unit, total: each.total, done: 0, added: 0, refused: 0 };
  importing.onProgress(tally);
  const waiting = batchesOf(each);
  const worker = async () => {
    for (let next = await waiting.next(); !next.done; next = await waiting.next()) {
      if (importing.signal.aborted) return;
      const { added, refused } = await storeAll(each, next.value, importing);
      tally.done += next.value.length;
      tally.added += added;
      tally.refused += refused;
      importing.onProgress(tally);
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  // What could not be read has been named by now.
  if (!importing.signal.aborted && tally.done < tally.total) {
    tally.total = tally.done;
    importing.onProgress(tally);
  }
  return tally;
}

/** Parts of about the size the phase asks for; a group is never torn apart, for parts are stored side by side. */
async function* batchesOf(each: Phase): AsyncGenerator<readonly Item[], undefined> {
  let part: Item[] = [];
  for await (const item of itemsOf(each)) {
    if (part.length >= each.batch && item.group !== part.at(-1)!.group) {
      yield part;
      part = [];
    }
    part.push(item);
  }
  if (part.length > 0) yield part;
  return undefined;
}

const itemsOf = ({ items }: Phase) => (typeof items === 'function' ? items() : items);

/** Reads a phase to its end and stores nothing: what is wrong is complained of on the way. */
export async function checkPhase(each: Phase, signal: AbortSignal): Promise<PhaseTally> {
  let total = 0;
  for await (const _ of itemsOf(each)) {
    if (signal.aborted) break;
    total += 1;
  }
  return { unit: each.unit, total, done: 0, added: 0, refused: 0 };
}

interface Stored {
  added: number;
  refused: number;
}

async function storeAll(each: Phase, items: readonly Item[], importing: Importing): Promise<Stored> {
  try {
    return { added: await storeOnce(each, items, importing), refused: 0 };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (items.length > 1) return storeHalves(each, items, importing);
    importing.complain(items[0]!.place, `Refused (${error.code}): ${error.message}`);
    return { added: 0, refused: 1 };
  }
}

/** In one transaction; answers how many were new. */
async function storeOnce(each: Phase, items: readonly Item[], { db }: Importing): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await atomically({ db, viewer: IMPORTER, now: new Date() }, async (tx) => {
        await each.store(tx, items);
        return tx.facts.filter(({ type }) => each.told.includes(type)).length;
      });
    } catch (error) {
      if (attempt === TRIES || !isLockTimeout(error)) throw error;
    }
  }
}

async function storeHalves(each: Phase, items: readonly Item[], importing: Importing): Promise<Stored> {
  const middle = Math.ceil(items.length / 2);
  const first = await storeAll(each, items.slice(0, middle), importing);
  const second = await storeAll(each, items.slice(middle), importing);
  return { added: first.added + second.added, refused: first.refused + second.refused };
}

import type { Db } from '../../../database/open-database.ts';
import type { TransactionScope } from '../../scope.ts';
import { HandlingTimes } from '../core/handling-times.ts';
import type { RoutingBoard } from '../core/routing-board.ts';
import type { ActivePolicy } from '../policies/read-active-policy.ts';

/** Up to where a board has read the database. */
export interface BoardPlace {
  /** Of the statement that read last, in text. */
  readonly snapshot: string;
  /** The transaction in which that was: what it wrote itself is read again. */
  readonly xid: string;
  /** When the server was started: after that nothing that was read counts. */
  readonly startedAt: string;
}

/** The board of one process, on which it decides while it holds the lock of routing. Everything on it can be read again. */
export class SharedBoard {
  board: RoutingBoard | null = null;
  place: BoardPlace | null = null;
  active: ActivePolicy | null = null;
  /** By agent, the transaction that wrote its row last, as far as the board knows. */
  readonly agentWrittenIn = new Map<string, string>();
  /** By waiting task, what its row says of when something is due. */
  readonly writtenDueAt = new Map<string, number | null>();
  /** Outlives the board: read anew now and then from what was completed, whichever process had it. */
  readonly handlingTimes = new HandlingTimes();
  /** When they were read last, by the clock of whoever asked. Null: not yet. */
  handlingTimesReadAt: number | null = null;
  private holder: TransactionScope | null = null;

  /** From here on the board is this transaction's, which holds the lock. Whoever had it is through, or has lost its connection. */
  takeOver(tx: TransactionScope): void {
    this.holder = tx;
  }

  /** The board, for the transaction whose it is. */
  of(tx: TransactionScope): RoutingBoard {
    if (this.holder !== tx || this.board === null) throw new Error('The board is not this transaction’s any more.');
    return this.board;
  }

  /** What was read may not be true: it is read anew at the next use. */
  forget(): void {
    this.board = null;
    this.place = null;
    this.agentWrittenIn.clear();
    this.writtenDueAt.clear();
  }
}

const boards = new WeakMap<Db['committed'], SharedBoard>();

/** The board of this process for this database. */
export function sharedBoardOf({ committed }: Pick<Db, 'committed'>): SharedBoard {
  // Transactions have a `db` of their own; this of it is the same in all.
  let shared = boards.get(committed);
  if (!shared) boards.set(committed, (shared = new SharedBoard()));
  return shared;
}

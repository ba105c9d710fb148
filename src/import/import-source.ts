import type { TransactionScope } from '../services/scope.ts';
import type { EventType } from '../values/event-types.ts';

/** Where something stands in a source: what a person opens to look at it. */
export interface SourcePlace {
  /** Relative to the path that was given. */
  readonly file: string;
  /** The first line of the row; the first line of a file is 1. */
  readonly line: number;
}

/** One thing to store: the smallest part that can be refused alone. */
export interface Item {
  readonly place: SourcePlace;
  /** Items of one group stand beside each other and are stored in their order. */
  readonly group: string;
}

/** Things of one kind. Phases run one after the other, the parts of a phase side by side. */
export interface Phase<T extends Item = Item> {
  /** What they are called in progress and summary: `messages`. */
  readonly unit: string;
  readonly items: readonly T[];
  /** Items in one transaction, about. */
  readonly batch: number;
  /** The facts that tell of a new one: they are counted. None: nothing tells. */
  readonly told: readonly EventType[];
  /** Stores items through the services, in one transaction; what is there already changes nothing and is not told. */
  store(tx: TransactionScope, items: readonly T[]): Promise<void>;
}

/** Takes what is wrong in a source: said, counted, never fatal. */
export type Complain = (place: SourcePlace, sentence: string) => void;

export interface ImportSource {
  readonly name: string;
  /** One line for --help. */
  readonly summary: string;
  /** The folder of the set in the sample data. */
  readonly folder: string;
  /** Reads everything at this path. Answers no phases when nothing there could be read. */
  read(path: string, complain: Complain): Promise<readonly Phase[]>;
}

/** A phase of whatever kind, for a list of them. */
export const phase = <T extends Item>(given: Phase<T>): Phase => given;

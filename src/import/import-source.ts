import type { Scope, TransactionScope } from '../services/scope.ts';
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
  /** The items, or what reads them anew as they are needed: a large source is never held whole. */
  readonly items: readonly T[] | (() => AsyncIterable<T>);
  /** How many items there are, at most: some that are read as they are needed turn out to be none. */
  readonly total: number;
  /** Items in one transaction, about. */
  readonly batch: number;
  /** The facts that tell of a new one: they are counted. None: nothing tells. */
  readonly told: readonly EventType[];
  /** Stores items through the services, in one transaction; what is there already changes nothing and is not told. */
  store(tx: TransactionScope, items: readonly T[]): Promise<void>;
}

/** Takes what is wrong in a source: said, counted, never fatal. */
export type Complain = (place: SourcePlace, sentence: string) => void;

/** What a caller may say about a source of their own. */
export interface Wishes {
  /** Which of the source's kinds. Null: the source has none. */
  readonly kind: string | null;
  /** Names of columns in the file to ours. */
  readonly renamed: ReadonlyMap<string, string>;
  /** IANA name: in which times without a zone are read. */
  readonly timeZone: string;
  /** What the table leaves out is not there. */
  readonly isComplete: boolean;
}

/** A source that cannot be read at all, in a sentence for whoever asked. Nothing was written. */
export class Unreadable extends Error {}

/** What is stored, counted anew after an import. */
export interface Recount {
  /** For the line of --json. */
  readonly [name: string]: unknown;
  /** Sentences for people. */
  readonly sentences: readonly string[];
}

export interface ImportSource {
  readonly name: string;
  /** One line for --help. */
  readonly summary: string;
  /** The folder of the set in the sample data. Null: it is always somebody's own. */
  readonly folder: string | null;
  /** What the files may hold, where the caller has to say. */
  readonly kinds?: readonly string[];
  /** Reads everything at this path. Answers no phases when nothing there could be read; throws Unreadable. */
  read(path: string, complain: Complain, wishes?: Wishes): Promise<readonly Phase[]>;
  /** Counts anew what stands in the database, to be compared with the source. */
  recount?(scope: Scope, path: string): Promise<Recount>;
}

export const NO_WISHES: Wishes = { kind: null, renamed: new Map(), timeZone: 'UTC', isComplete: false };

/** A phase of whatever kind, for a list of them; without a total, that of its items. */
export function phase<T extends Item>(given: Omit<Phase<T>, 'total'> & { readonly total?: number }): Phase {
  const total = given.total ?? (typeof given.items === 'function' ? 0 : given.items.length);
  return { ...given, total };
}

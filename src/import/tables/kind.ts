import type { TransactionScope } from '../../services/scope.ts';
import type { EventType } from '../../values/event-types.ts';
import type { TableRecord } from '../read-records.ts';

/** A column of a table of somebody's own. */
export interface Column {
  /** A name that ends in `:` stands for all columns that begin with it: `option:size`, `option:colour`. */
  readonly name: string;
  /** Must the table have it? Where it may be left out, `means` says what holds then. */
  readonly isRequired: boolean;
  /** For the guide. */
  readonly means: string;
}

/** What a reading of a table knows besides its records. */
export interface Reading {
  readonly timeZone: string;
  /** When the file was last changed: the clock of what has none. */
  readonly changedAt: Date;
  /** Which thing has used a name already: for names that only one may have. */
  readonly usedBy: Map<string, string>;
  /** Something in these records is not taken over; the rest is. Without a record: of the first one. */
  readonly warn: (sentence: string, record?: TableRecord) => void;
}

/** One kind of things that a table may hold. */
export interface Kind<T = unknown> {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Lists of columns of which the table must have one. */
  readonly oneOf: readonly (readonly string[])[];
  /** Of several records with one key: are they one thing together, or does the last one stand for it? */
  readonly records: 'together' | 'last';
  /** In JSON: the name of a list whose members are records of their own, with everything that stands beside the list. */
  readonly list: string | null;
  /** What names the thing; null where the record names nothing. */
  key(record: TableRecord): string | null;
  /** The thing that these records are. Throws Misshapen or Refusal. Null: nothing of it can be taken, and that was warned of. */
  read(records: readonly TableRecord[], reading: Reading): T | null;
  readonly batch: number;
  readonly told: readonly EventType[];
  store(tx: TransactionScope, things: readonly T[]): Promise<void>;
  /** Where a table may be complete: what of these things is to be put right because the table, by all of its keys, leaves others out. */
  readonly leftOut?: LeftOut;
}

export interface LeftOut {
  /** Parts that are put right one by one, each with the keys that the table has of it. */
  partsOf(keys: Iterable<string>): ReadonlyMap<string, readonly string[]>;
  store(
    tx: TransactionScope,
    part: string,
    left: { readonly keys: readonly string[]; readonly changedAt: Date },
  ): Promise<void>;
}

export const required = (name: string, means: string): Column => ({ name, isRequired: true, means });
export const optional = (name: string, means: string): Column => ({ name, isRequired: false, means });

/** A kind of whatever things, for a list of them. */
export const kind = <T>(given: Kind<T>): Kind => given as unknown as Kind;

/** True when a table may have a column of this name. */
export const knows = ({ columns }: Kind, name: string): boolean =>
  columns.some((column) => (column.name.endsWith(':') ? isOption(column.name, name) : column.name === name));

const isOption = (prefix: string, name: string) => name.startsWith(prefix) && name.length > prefix.length;

/** Columns of one kind as the guide shows them. */
export function columnTable({ columns }: Kind): string {
  const cells = columns.map(({ name, isRequired, means }) => [
    `\`${name.endsWith(':') ? `${name}…` : name}\``,
    isRequired ? 'yes' : '',
    means,
  ]);
  const rows = [['column', 'required', 'what it is'], ...cells];
  const widths = [0, 1, 2].map((i) => Math.max(...rows.map((row) => row[i]!.length)));
  const line = (row: readonly string[]) => `| ${row.map((text, i) => text.padEnd(widths[i]!)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(rows[0]!), rule, ...rows.slice(1).map(line)].join('\n');
}

import type { TableRecord } from '../read-records.ts';
import { cell } from './cell.ts';
import { type Column, optional } from './kind.ts';

const PREFIX = 'option:';

export const optionColumn = (whose: string): Column =>
  optional(PREFIX, `an option of ${whose}, one column each: \`option:size\`, \`option:colour\``);

/** Option name to value, without those that are empty. */
export function readOptions(record: TableRecord): Record<string, string> {
  const columns = record.columns().filter((column) => column.startsWith(PREFIX));
  const told = columns.map((column) => [column.slice(PREFIX.length), cell.name(record, column, 500)] as const);
  return Object.fromEntries(told.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

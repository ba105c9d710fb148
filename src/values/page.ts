import { InvalidRequest } from './invalid-request.ts';
import { isMoment } from './moment.ts';

export const DEFAULT_PAGE = 20;
export const LARGEST_PAGE = 100;

/** Where a page begins: behind the row with this time and id. */
export interface Keyset {
  readonly at: Date;
  readonly id: string;
}

/** What a list was asked for. */
export interface PageRequest {
  /** Rows wanted, 1 to 100. */
  readonly first: number;
  readonly after: Keyset | null;
}

/** One page of rows in the list's fixed order. */
export interface Page<T> {
  readonly nodes: readonly T[];
  readonly hasNextPage: boolean;
  /** The keyset of a row: what its cursor holds. */
  readonly keysetOf: (node: T) => Keyset;
}

/** Reads `first` and `after` as they came from a caller. */
export function readPageRequest(first?: number | null, after?: string | null): PageRequest {
  const wanted = first ?? DEFAULT_PAGE;
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > LARGEST_PAGE)
    throw new InvalidRequest('first', `\`first\` must be a whole number from 1 to ${LARGEST_PAGE}.`);
  return { first: wanted, after: after == null ? null : decodeKeyset(after) };
}

/** A page from rows that were read with one more than asked for (`limit first + 1`). */
export function pageOf<T>(rows: readonly T[], request: PageRequest, keysetOf: (node: T) => Keyset): Page<T> {
  return { nodes: rows.slice(0, request.first), hasNextPage: rows.length > request.first, keysetOf };
}

/** Writes the opaque cursor of a list. Versioned; the order of the list is fixed, so time and id are all it needs. */
export function encodeKeyset({ at, id }: Keyset): string {
  return Buffer.from(`1|${at.getTime()}|${id}`).toString('base64url');
}

function decodeKeyset(cursor: string): Keyset {
  const match =
    cursor.length <= 512
      ? /^1\|(-?\d{1,15})\|([\w@.:-]{1,200})$/.exec(Buffer.from(cursor, 'base64url').toString())
      : null;
  const at = new Date(Number(match?.[1]));
  if (!match || !isMoment(at))
    throw new InvalidRequest('after', '`after` is not a cursor of this list. Take it from `pageInfo.endCursor`.');
  return { at, id: match[2]! };
}

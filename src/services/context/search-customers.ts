import type { CustomerSearchMatch } from '../../values/customer-search.ts';
import { InvalidRequest } from '../../values/invalid-request.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Customer } from '../customers/customer.ts';
import { customersByIds } from '../customers/read-customers.ts';
import type { Scope } from '../scope.ts';
import { findCandidates, type Candidate } from './find-candidates.ts';
import { likelyWords } from './likely-words.ts';
import { rangesOf, readSearch } from './search-terms.ts';

/** With fewer, the words may be misspelt. */
const FEW = 10;

export interface FoundCustomer {
  readonly customer: Customer;
  readonly matchedOn: CustomerSearchMatch;
  /** 0 to 1. */
  readonly score: number;
  readonly cursor: string;
}

export interface SearchPage {
  readonly found: readonly FoundCustomer[];
  readonly hasNextPage: boolean;
}

/**
 * Persons by name, identity, order number or reference of a conversation, the best first, equals by id. A few hundred of the best are
 * candidates; who wants more than those types more.
 */
export async function searchCustomers(
  scope: Scope,
  query: string,
  { first, after }: { readonly first: number; readonly after: string | null },
): Promise<SearchPage> {
  requireRight(scope.viewer, 'customers:read');
  const behind = after === null ? null : readCursor(after);
  const ranked = (await candidatesFor(scope, query)).sort(compare);
  const rest = behind ? ranked.filter((candidate) => compare(behind, candidate) < 0) : ranked;
  const page = rest.slice(0, first);
  const customers = await customersByIds(
    scope,
    page.map(({ id }) => id),
  );
  const found = page.flatMap(({ id, score, matchedOn }, i) => {
    const customer = customers[i];
    return customer ? [{ customer, matchedOn, score, cursor: writeCursor({ id, score }) }] : [];
  });
  return { found, hasNextPage: rest.length > first };
}

async function candidatesFor(scope: Scope, query: string): Promise<Candidate[]> {
  const terms = readSearch(query);
  const asTyped = terms.words.flatMap(rangesOf);
  const found = await findCandidates(scope, terms, asTyped);
  if (found.length >= FEW) return found;
  const likely = await likelyWords(scope, terms.words);
  return likely.length > asTyped.length ? findCandidates(scope, terms, likely) : found;
}

type Place = Pick<Candidate, 'id' | 'score'>;
const compare = (a: Place, b: Place) => b.score - a.score || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

const writeCursor = ({ score, id }: { score: number; id: string }) =>
  Buffer.from(`s1|${score}|${id}`).toString('base64url');

function readCursor(cursor: string): Place {
  const match =
    cursor.length <= 200
      ? /^s1\|([01](?:\.\d{1,4})?)\|(cus_\w{26})$/.exec(Buffer.from(cursor, 'base64url').toString())
      : null;
  if (!match)
    throw new InvalidRequest('after', '`after` is not a cursor of this list. Take it from `pageInfo.endCursor`.');
  return { score: Number(match[1]), id: match[2] as Place['id'] };
}

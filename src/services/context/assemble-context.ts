import { withDeadline } from '../../database/deadline.ts';
import { CONTEXT_SECTIONS, type ContextSection, type ContextState } from '../../values/context-packet.ts';
import type { Scope } from '../scope.ts';
import { statementForMany, statementForOne } from './context-statement.ts';

const DEADLINE_MS = 5_000;

type Read = Pick<Scope, 'db'>;

/**
 * Everything about the person that this customer is now, read by one statement. Null when there is no such customer.
 * Rights are the caller's: this reads what there is. Sections that are not asked for may be absent.
 */
export async function assembleContext(
  scope: Read,
  customerId: string,
  sections: readonly ContextSection[] = CONTEXT_SECTIONS,
): Promise<ContextState | null> {
  const [text] = await assembleContexts(scope, [customerId], sections);
  return text == null ? null : parseContext(text);
}

/**
 * The same for many, read by one statement, as JSON texts in the order of the ids: who keeps a state keeps the text. Equal states are
 * equal texts.
 */
export async function assembleContexts(
  { db }: Read,
  customerIds: readonly string[],
  sections: readonly ContextSection[] = CONTEXT_SECTIONS,
): Promise<(string | null)[]> {
  const [one] = customerIds;
  const [statement, parameter] =
    customerIds.length === 1
      ? [statementForOne(sections), one!]
      : [statementForMany(sections), customerIds as string[]];
  const query = db.hot.unsafe<{ state: string | null }[]>(statement, [parameter], { prepare: true });
  const rows = await withDeadline(query, DEADLINE_MS);
  return customerIds.map((_, i) => rows[i]?.state ?? null);
}

export const parseContext = (text: string): ContextState => JSON.parse(text) as ContextState;

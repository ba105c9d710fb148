import { withDeadline } from '../../database/deadline.ts';
import { CONTEXT_SECTIONS, type ContextSection, type ContextState } from '../../values/context-packet.ts';
import type { ReadMoment } from '../events/read-moment.ts';
import { toSnapshot } from '../events/read-events.ts';
import type { Scope } from '../scope.ts';
import { statementForMany, statementForOne } from './context-statement.ts';

const DEADLINE_MS = 5_000;

type Read = Pick<Scope, 'db'>;

interface Row {
  state: string | null;
  snapshot: string;
  atMs: number;
}

/**
 * Everything about the person that this customer is now, read by one statement. Null when there is no such customer.
 * Rights are the caller's: this reads what there is. Sections that are not asked for may be absent.
 */
export async function assembleContext(
  scope: Read,
  customerId: string,
  sections: readonly ContextSection[] = CONTEXT_SECTIONS,
): Promise<ContextState | null> {
  const [text] = (await assembleContexts(scope, [customerId], sections)).texts;
  return text == null ? null : parseContext(text);
}

/** States of one moment. */
export interface AssembledContexts {
  /** As JSON, null where there is no such customer. Equal states are equal texts. */
  readonly texts: readonly (string | null)[];
  /** Null: nobody was found. */
  readonly readAt: ReadMoment | null;
}

/** The same for many, read by one statement, in the order of the ids: who keeps a state keeps the text. */
export async function assembleContexts(
  { db }: Read,
  customerIds: readonly string[],
  sections: readonly ContextSection[] = CONTEXT_SECTIONS,
): Promise<AssembledContexts> {
  const [one] = customerIds;
  const [statement, parameter] =
    customerIds.length === 1
      ? [statementForOne(sections), one!]
      : [statementForMany(sections), customerIds as string[]];
  const query = db.hot.unsafe<Row[]>(statement, [parameter], { prepare: true });
  const rows = await withDeadline(query, DEADLINE_MS);
  const [first] = rows;
  return {
    texts: customerIds.map((_, i) => rows[i]?.state ?? null),
    readAt: first ? { snapshot: toSnapshot(first.snapshot), atMs: first.atMs } : null,
  };
}

export const parseContext = (text: string): ContextState => JSON.parse(text) as ContextState;

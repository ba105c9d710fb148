import { withDeadline } from '../../database/deadline.ts';
import { CONTEXT_SECTIONS, type ContextSection, type ContextState } from '../../values/context-packet.ts';
import type { ReadMoment } from '../events/read-moment.ts';
import { toSnapshot } from '../events/read-events.ts';
import { knowsConsentRules, noteConsentRules } from '../privacy/ruled-databases.ts';
import type { Scope } from '../scope.ts';
import { type ContextPart, statementForMany, statementForOne } from './context-statement.ts';

const DEADLINE_MS = 5_000;

type Read = Pick<Scope, 'db'>;

/** A state as it was read: JSON of each part. Equal parts are equal texts. */
export type ContextTexts = Readonly<Partial<Record<ContextPart, string>>>;

/** Parts are null where there is no such customer. */
type Row = Partial<Record<ContextPart, string | null>> & { isRuled: boolean; snapshot: string; atMs: number };

/**
 * Everything about the person that this customer is now, read by one statement. Null when there is no such customer.
 * Rights are the caller's: this reads what there is. Sections that are not asked for may be absent.
 */
export async function assembleContext(
  scope: Read,
  customerId: string,
  sections: readonly ContextSection[] = CONTEXT_SECTIONS,
): Promise<ContextState | null> {
  const [texts] = (await assembleContexts(scope, [customerId], sections)).texts;
  return texts ? parseContext(texts) : null;
}

/** States of one moment. */
export interface AssembledContexts {
  /** Null where there is no such customer. */
  readonly texts: readonly (ContextTexts | null)[];
  /** Null: nobody was found. */
  readonly readAt: ReadMoment | null;
}

/** The same for many, read by one statement, in the order of the ids: who keeps a state keeps the texts. */
export async function assembleContexts(
  scope: Read,
  customerIds: readonly string[],
  sections: readonly ContextSection[] = CONTEXT_SECTIONS,
): Promise<AssembledContexts> {
  const [one] = customerIds;
  const isRuled = knowsConsentRules(scope);
  const [statement, parameter] =
    customerIds.length === 1
      ? [statementForOne({ sections, isRuled }), one!]
      : [statementForMany({ sections, isRuled }), customerIds as string[]];
  const query = scope.db.hot.unsafe<Row[]>(statement, [parameter], { prepare: true });
  const rows = await withDeadline(query, DEADLINE_MS);
  const [first] = rows;
  if (first?.isRuled && !isRuled) {
    // The first rules that this process hears of.
    noteConsentRules(scope);
    return assembleContexts(scope, customerIds, sections);
  }
  return {
    texts: customerIds.map((_, i) => textsOf(rows[i])),
    readAt: first ? { snapshot: toSnapshot(first.snapshot), atMs: first.atMs } : null,
  };
}

function textsOf(row: Row | undefined): ContextTexts | null {
  if (row?.person == null) return null;
  const { isRuled: _, snapshot: __, atMs: ___, ...texts } = row;
  return texts as ContextTexts;
}

/** The state that these parts make. */
export function parseContext(texts: ContextTexts): ContextState {
  const state = { asOf: {} };
  for (const text of Object.values(texts)) {
    const { asOf, ...sections } = JSON.parse(text) as Partial<ContextState>;
    Object.assign(state, sections);
    Object.assign(state.asOf, asOf);
  }
  return state as ContextState;
}

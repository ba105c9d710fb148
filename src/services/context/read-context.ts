import type { ContextSection, ContextState } from '../../values/context-packet.ts';
import { requireRight } from '../access/role-rights.ts';
import { withinReach } from '../customers/person-of.ts';
import type { Scope } from '../scope.ts';
import { assembleContext } from './assemble-context.ts';

/** An answer as it was sent. */
export interface KnownAnswer {
  /** JSON text. */
  readonly data: string;
  /** Customers whom it shows. */
  readonly subjects: ReadonlySet<string>;
}

/** A person's context as a process knows it. */
export interface KnownContext {
  readonly state: ContextState | null;
  /** Answers that were made of it, for as long as it is current: by the document, then by whatever else they depend on. */
  readonly answers: Map<object, Map<string, KnownAnswer>>;
}

/** The contexts that a process knows. */
export interface KnownContexts {
  /**
   * The whole context, if it is certain that everything is in it that was committed before the call. Null: not known; read it.
   * Knows no rights.
   */
  current(customerId: string): Promise<KnownContext | null>;
}

/** For who knows nothing: every context is read. */
export const NOTHING_KNOWN: KnownContexts = { current: () => Promise.resolve(null) };

/**
 * The context of the person that this customer is now. Null: no such customer is visible to the viewer. Sections that are not asked for
 * may be absent.
 */
export async function readContext(
  scope: Scope,
  customerId: string,
  { sections, contexts }: { sections: readonly ContextSection[]; contexts: KnownContexts },
): Promise<ContextState | null> {
  if (!(await mayReadContext(scope, customerId))) return null;
  const known = await contexts.current(customerId);
  return known ? known.state : assembleContext(scope, customerId, sections);
}

/** Whether the viewer may read the context of this customer, if there is one. Throws AccessDenied without the right to any. */
export async function mayReadContext(scope: Scope, customerId: string): Promise<boolean> {
  return requireRight(scope.viewer, 'context:read') === 'all' || isVisibleCustomer(scope, customerId);
}

/** True when the customer exists and the viewer may read the context of that person. */
export async function isVisibleCustomer(scope: Scope, customerId: string): Promise<boolean> {
  const rows = await scope.db.sql`
    select 1 from customers c where c.id = ${customerId} and ${withinReach(scope, 'context:read', 'c.id')}`;
  return rows.length > 0;
}

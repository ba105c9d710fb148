import type { ContextSection, ContextState } from '../../values/context-packet.ts';
import { requireRight } from '../access/role-rights.ts';
import { withinReach } from '../customers/person-of.ts';
import type { Scope } from '../scope.ts';
import { assembleContext } from './assemble-context.ts';

/**
 * The context of the person that this customer is now. Null: no such customer is visible to the viewer. Sections that are not asked for
 * may be absent.
 */
export async function readContext(
  scope: Scope,
  customerId: string,
  sections: readonly ContextSection[],
): Promise<ContextState | null> {
  const reach = requireRight(scope.viewer, 'context:read');
  if (reach === 'own' && !(await isVisibleCustomer(scope, customerId))) return null;
  return assembleContext(scope, customerId, sections);
}

/** True when the customer exists and the viewer may read the context of that person. */
export async function isVisibleCustomer(scope: Scope, customerId: string): Promise<boolean> {
  const rows = await scope.db.sql`
    select 1 from customers c where c.id = ${customerId} and ${withinReach(scope, 'context:read', 'c.id')}`;
  return rows.length > 0;
}

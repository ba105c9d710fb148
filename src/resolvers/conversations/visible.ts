import { reachOf } from '../../services/access/role-rights.ts';
import type { Scope } from '../../services/scope.ts';
import type { Right } from '../../values/rights.ts';

/** The object of a payload as the viewer sees it after the commit; null without the right to see it. */
export async function visible<T>(
  scope: Scope,
  right: Right,
  id: string,
  read: (scope: Scope, ids: readonly string[]) => Promise<(T | null)[]>,
): Promise<T | null> {
  return reachOf(scope.viewer, right) === null ? null : ((await read(scope, [id]))[0] ?? null);
}

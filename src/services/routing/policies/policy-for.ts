import type { Scope } from '../../scope.ts';
import { policyOf } from '../core/read-policy.ts';
import type { ActivePolicy } from './read-active-policy.ts';

/** Of the default policy, which holds until a shop has one of its own. */
const DEFAULT: ActivePolicy = { version: 1, policy: policyOf({}) };

/** The policy that counts for a conversation at the scope's moment. */
export function policyFor(_scope: Scope, _about: { readonly personId: string }): Promise<ActivePolicy> {
  return Promise.resolve(DEFAULT);
}

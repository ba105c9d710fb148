import type { ClassType } from 'type-graphql';

import { AccessMutations } from './access/access-mutations.ts';
import { AccessQueries } from './access/access-queries.ts';
import { ContextQueries } from './context/context-queries.ts';
import { ContextSubscriptions } from './context/context-subscriptions.ts';

/**
 * Every resolver class of the graph, domain by domain in the order of the house. Each domain adds its own lines:
 * `…-queries`, `…-mutations` and `…-subscriptions` hang on the roots, `…-fields` add relations to a type.
 */
export const RESOLVERS: readonly ClassType[] = [
  // access
  AccessQueries,
  AccessMutations,
  // customers
  // inventory
  // conversations
  // orders
  // partners
  // routing
  // context
  ContextQueries,
  ContextSubscriptions,
  // intake
];

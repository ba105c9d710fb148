import type { ClassType } from 'type-graphql';

import { AccessMutations } from './access/access-mutations.ts';
import { AccessQueries } from './access/access-queries.ts';
import { ContextQueries } from './context/context-queries.ts';
import { ContextSubscriptions } from './context/context-subscriptions.ts';
import {
  ConversationFields,
  CustomerConversationFields,
  LegFields,
  MessageFields,
} from './conversations/conversation-fields.ts';
import { ConversationMutations } from './conversations/conversation-mutations.ts';
import { ConversationQueries } from './conversations/conversation-queries.ts';
import { CustomerFields } from './customers/customer-fields.ts';
import { CustomerQueries } from './customers/customer-queries.ts';
import { IntakeMutations } from './intake/intake-mutations.ts';
import { RoutingCandidateFields, RoutingDecisionFields } from './routing/routing-fields.ts';
import { RoutingMutations } from './routing/routing-mutations.ts';
import { RoutingQueries } from './routing/routing-queries.ts';

/**
 * Every resolver class of the graph, domain by domain in the order of the house. Each domain adds its own lines:
 * `…-queries`, `…-mutations` and `…-subscriptions` hang on the roots, `…-fields` add relations to a type.
 */
export const RESOLVERS: readonly ClassType[] = [
  // access
  AccessQueries,
  AccessMutations,
  // customers
  CustomerQueries,
  CustomerFields,
  // inventory
  // conversations
  ConversationQueries,
  ConversationMutations,
  ConversationFields,
  MessageFields,
  LegFields,
  CustomerConversationFields,
  // orders
  // partners
  // routing
  RoutingQueries,
  RoutingMutations,
  RoutingDecisionFields,
  RoutingCandidateFields,
  // context
  ContextQueries,
  ContextSubscriptions,
  // intake
  IntakeMutations,
];

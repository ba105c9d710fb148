import DataLoader from 'dataloader';

import { routingDecisionsByIds, type RoutingDecision } from '../../services/routing/read-decisions.ts';
import type { Scope } from '../../services/scope.ts';

export const makeRoutingLoaders = (scope: Scope) => ({
  routingDecision: new DataLoader<string, RoutingDecision | null>((ids) => routingDecisionsByIds(scope, ids)),
});

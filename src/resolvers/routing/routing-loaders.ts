import DataLoader from 'dataloader';

import { clocksOfConversations } from '../../services/routing/clocks/read-clocks.ts';
import { activationsOfVersions } from '../../services/routing/policies/read-policies.ts';
import { differencesOfRehearsals } from '../../services/routing/rehearsals/read-rehearsals.ts';
import { feedbackOfConversations } from '../../services/routing/queue/read-queue-feedback.ts';
import {
  lastDecisionsOfTasks,
  routingDecisionsByIds,
  type RoutingDecision,
} from '../../services/routing/read-decisions.ts';
import { receptionsOfConversations } from '../../services/routing/reception/read-receptions.ts';
import { reservationsByIds, type RoutingReservation } from '../../services/routing/read-reservations.ts';
import { signalsOfConversations } from '../../services/routing/signals/read-signals.ts';
import { tasksByIds, tasksOfConversations, type RoutingTask } from '../../services/routing/tasks/read-tasks.ts';
import type { Scope } from '../../services/scope.ts';
import type { ConversationId, RoutingRehearsalId } from '../../values/ids.ts';
import { loadManyBy, loadOneBy } from '../load-by.ts';
import { makePagedLoader } from '../paged-loader.ts';

export const makeRoutingLoaders = (scope: Scope) => ({
  routingDecision: new DataLoader<string, RoutingDecision | null>((ids) => routingDecisionsByIds(scope, ids)),
  decisionOfTask: loadOneBy(
    (ids) => lastDecisionsOfTasks(scope, ids),
    ({ taskId }) => taskId,
  ),
  queueFeedbackOfConversation: loadOneBy(
    (ids: readonly ConversationId[]) => feedbackOfConversations(scope, ids),
    ({ conversationId }) => conversationId,
  ),
  receptionOfConversation: loadOneBy(
    (ids: readonly ConversationId[]) => receptionsOfConversations(scope, ids),
    ({ conversationId }) => conversationId,
  ),
  routingReservation: new DataLoader<string, RoutingReservation | null>((ids) => reservationsByIds(scope, ids)),
  routingTask: new DataLoader<string, RoutingTask | null>((ids) => tasksByIds(scope, ids)),
  taskOfConversation: loadOneBy(
    (ids: readonly ConversationId[]) => tasksOfConversations(scope, ids),
    ({ conversationId }) => conversationId,
  ),
  activationsOfPolicy: loadManyBy(
    (versions: readonly string[]) => activationsOfVersions(scope, versions.map(Number)),
    ({ version }) => String(version),
  ),
  differencesOfRehearsal: makePagedLoader((ids: readonly RoutingRehearsalId[], request) =>
    differencesOfRehearsals(scope, ids, request),
  ),
  serviceClocksOfConversation: loadManyBy(
    (ids: readonly ConversationId[]) => clocksOfConversations(scope, ids),
    ({ conversationId }) => conversationId,
  ),
  signalsOfConversation: loadManyBy(
    (ids: readonly ConversationId[]) => signalsOfConversations(scope, ids),
    ({ conversationId }) => conversationId,
  ),
});

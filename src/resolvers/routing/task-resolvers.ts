import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';

import { toConnection, type Connection } from '../../schema/connection.ts';
import { Agent } from '../../schema/conversations/agent.ts';
import { Conversation } from '../../schema/conversations/conversation.ts';
import { Inbox } from '../../schema/conversations/inbox.ts';
import { Team } from '../../schema/conversations/team.ts';
import { Right } from '../../schema/right.ts';
import { RoutingDecision } from '../../schema/routing/routing-decision.ts';
import {
  RoutingTask,
  RoutingTaskConnection,
  RoutingTaskFilter,
  RoutingTaskWaitingFilter,
} from '../../schema/routing/routing-task.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import type { Conversation as ConversationRow } from '../../services/conversations/conversation.ts';
import { listTasks, listWaitingTasks, type RoutingTask as TaskRow } from '../../services/routing/tasks/read-tasks.ts';
import { readPageRequest } from '../../values/page.ts';
import type { Context } from '../context.ts';
import { ListArguments } from '../list-arguments.ts';
import { registerNode } from '../node-registry.ts';

registerNode({
  kind: 'routingTask',
  type: 'RoutingTask',
  load: async ({ scope, loaders }, id) =>
    reachOf(scope.viewer, 'routing:read') === null ? null : loaders.routingTask.load(id),
});

@Resolver()
export class TaskResolvers {
  @Query(() => RoutingTaskConnection, { description: 'Tasks of routing, the one that began to wait last first.' })
  @Right('routing:read')
  async routingTasks(
    @Ctx() { scope }: Context,
    @Arg('filter', () => RoutingTaskFilter, { nullable: true, description: 'Which ones. Null or absent: all.' })
    filter: RoutingTaskFilter | null,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<TaskRow>> {
    return toConnection(await listTasks(scope, filter ?? {}, readPageRequest(first, after)));
  }

  @Query(() => RoutingTaskConnection, {
    description: 'What waits for an agent and is offered to none at the moment, the longest waiting first.',
  })
  @Right('routing:read')
  async routingTasksWaiting(
    @Ctx() { scope }: Context,
    @Arg('filter', () => RoutingTaskWaitingFilter, { nullable: true, description: 'Which ones. Null or absent: all.' })
    filter: RoutingTaskWaitingFilter | null,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<TaskRow>> {
    return toConnection(await listWaitingTasks(scope, filter ?? {}, readPageRequest(first, after)));
  }
}

@Resolver(() => RoutingTask)
export class TaskFields {
  @FieldResolver(() => Agent, {
    nullable: true,
    description: 'Who is asked to take it, has it, or had it when it ended. Null: nobody, or not visible to you.',
  })
  @Right('agents:read')
  async agent(@Root() { agentId }: TaskRow, @Ctx() { loaders }: Context) {
    return agentId && loaders.agent.load(agentId);
  }

  @FieldResolver(() => Team, {
    nullable: true,
    description: 'Only this team is asked, until a step of the policy says otherwise. Null: no team was named.',
  })
  @Right('agents:read')
  async team(@Root() { teamId }: TaskRow, @Ctx() { loaders }: Context) {
    return teamId && loaders.team.load(teamId);
  }

  @FieldResolver(() => Inbox, {
    nullable: true,
    description: 'Where the conversation was when it asked last. Null: it is gone.',
  })
  @Right('conversations:read')
  async inbox(@Root() { inboxId }: TaskRow, @Ctx() { loaders }: Context) {
    return inboxId && loaders.inbox.load(inboxId);
  }

  @FieldResolver(() => Conversation, { nullable: true, description: 'What waits. Null: its person was erased.' })
  @Right('conversations:read')
  async conversation(@Root() { conversationId }: TaskRow, @Ctx() { loaders }: Context) {
    return conversationId && loaders.conversation.load(conversationId);
  }

  @FieldResolver(() => RoutingDecision, {
    nullable: true,
    description: 'What was decided on it last, and why. Null: nothing yet.',
  })
  @Right('routing:read')
  decision(@Root() { id }: TaskRow, @Ctx() { loaders }: Context) {
    return loaders.decisionOfTask.load(id);
  }
}

@Resolver(() => Conversation)
export class ConversationTaskFields {
  @FieldResolver(() => RoutingTask, {
    nullable: true,
    description:
      'The task by which it waits for an agent, or has one; else the last that it had. Null: it never asked for an agent.',
  })
  @Right('routing:read')
  routingTask(@Root() { id }: ConversationRow, @Ctx() { loaders }: Context): Promise<TaskRow | null> {
    return loaders.taskOfConversation.load(id);
  }
}

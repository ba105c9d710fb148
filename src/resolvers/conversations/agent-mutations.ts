import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';

import { AgentsUpsertPayload, AgentUpsertInput, AgentUpsertPayload } from '../../schema/conversations/agent-upsert.ts';
import { Right } from '../../schema/right.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import { ensureAgent } from '../../services/conversations/ensure-agent.ts';
import { agentsByIds } from '../../services/conversations/read-agents.ts';
import type { Scope, TransactionScope } from '../../services/scope.ts';
import { inList } from '../../values/in-list.ts';
import { Refusal } from '../../values/refusal.ts';
import { answer } from '../answer.ts';
import { checkBulk, joinIds, splitIds } from '../bulk.ts';
import type { Context } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';

@Resolver()
export class AgentMutations {
  @Mutation(() => AgentUpsertPayload, {
    description:
      'Makes an agent (offline at first), or brings name, capacity and skills up to date. Refused: INVALID_INPUT, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('agents:write')
  agentUpsert(
    @Ctx() { scope, installation }: Context,
    @Arg('input', () => AgentUpsertInput, { description: 'The agent.' }) input: AgentUpsertInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'agentUpsert', key, input };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({ id: await upsert(tx, input) }));
      return { agent: (await visible(scope, [ids.id]))?.[0] ?? null };
    });
  }

  @Mutation(() => AgentsUpsertPayload, {
    description: 'The same for up to 100 agents, all or none. Refused: INVALID_INPUT, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('agents:write')
  agentsUpsert(
    @Ctx() { scope, installation }: Context,
    @Arg('input', () => [AgentUpsertInput], { description: 'The agents, each external id once.' })
    input: AgentUpsertInput[],
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      checkBulk(input);
      const act = { mutation: 'agentsUpsert', key, input };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        all: joinIds(await inList(input, (one) => upsert(tx, one))),
      }));
      return { agents: await visible(scope, splitIds(ids.all)) };
    });
  }
}

function upsert(tx: TransactionScope, { externalId, name, capacity, skills }: AgentUpsertInput) {
  const levels = Object.fromEntries(skills.map(({ skill, level }) => [skill, level]));
  if (Object.keys(levels).length < skills.length)
    throw new Refusal('INVALID_INPUT', 'Two of the skills are the same. Send each once.', ['input', 'skills']);
  return ensureAgent(tx, { externalId, name, capacity, skills: levels });
}

async function visible(scope: Scope, ids: readonly string[]) {
  return reachOf(scope.viewer, 'agents:read') === null ? null : agentsByIds(scope, ids);
}

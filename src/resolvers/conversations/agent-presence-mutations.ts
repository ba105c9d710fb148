import { Arg, Ctx, ID, Int, Mutation, Resolver } from 'type-graphql';

import { AgentHeartbeatPayload, AgentPresenceSetPayload } from '../../schema/conversations/agent-presence.ts';
import { Right } from '../../schema/right.ts';
import { ChannelEnum, PresenceEnum } from '../../schema/vocabulary.ts';
import { beatHeart } from '../../services/conversations/agent-heartbeat.ts';
import { agentsByIds } from '../../services/conversations/read-agents.ts';
import { setPresence } from '../../services/conversations/set-presence.ts';
import type { Channel, Presence } from '../../values/vocabulary.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { visible } from './visible.ts';

const AGENT_ID = { description: 'The agent, `agt_…`.' };

@Resolver()
export class AgentPresenceMutations {
  @Mutation(() => AgentPresenceSetPayload, {
    description:
      'Sets whether an agent takes work, and on which channels. Agents set their own presence only. Conversations stay assigned. Refused: NOT_FOUND, NOT_ALLOWED, INVALID_INPUT.',
  })
  @Right('presence:write')
  agentPresenceSet(
    @Ctx() { scope }: Context,
    @Arg('id', () => ID, AGENT_ID) id: string,
    @Arg('presence', () => PresenceEnum, { description: 'The new presence; the same one again changes nothing.' })
    presence: Presence,
    @Arg('awayReason', () => String, {
      nullable: true,
      description: 'With AWAY: why, for colleagues, 200 characters at most. Null or absent: nothing is said.',
    })
    awayReason: string | null,
    @Arg('channelsOff', () => [ChannelEnum], {
      nullable: true,
      description: 'All channels of which the agent takes nothing from now on. Null or absent: as before.',
    })
    channelsOff: Channel[] | null,
    @Arg('heartbeatSeconds', () => Int, {
      nullable: true,
      description:
        'The agent goes offline when nothing is heard for so long, 5 to 3,600: neither `agentHeartbeat` nor a subscription of the agent that is open. 0: the presence lasts until somebody changes it. Null or absent: as before, at first 0. Being offline ends it.',
    })
    heartbeatSeconds: number | null,
  ) {
    return answer(async () => {
      const set = await setPresence(scope, id, presence, { awayReason, channelsOff, heartbeatSeconds });
      return { agent: await visible(scope, 'agents:read', set, agentsByIds) };
    });
  }

  @Mutation(() => AgentHeartbeatPayload, {
    description:
      'Says that an agent is still there, after `agentPresenceSet` with `heartbeatSeconds`: send it three times as often as that. Agents speak for themselves only. Refused: NOT_FOUND, NOT_ALLOWED, CONFLICT (the agent went offline meanwhile, or no heartbeat is expected: set the presence again).',
  })
  @Right('presence:write')
  agentHeartbeat(@Ctx() { scope }: Context, @Arg('id', () => ID, AGENT_ID) id: string) {
    return answer(async () => {
      const heard = await beatHeart(scope, id);
      return { agent: await visible(scope, 'agents:read', heard, agentsByIds) };
    });
  }
}

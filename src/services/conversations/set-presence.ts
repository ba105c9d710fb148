import type { AgentId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { Presence } from '../../values/vocabulary.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import { stream, topic } from '../events/fact.ts';
import type { Scope } from '../scope.ts';

/** Sets whether an agent takes work. An agent sets the own presence only. The same presence again changes nothing. */
export async function setPresence(scope: Scope, agentId: string, presence: Presence): Promise<AgentId> {
  const reach = requireRight(scope.viewer, 'presence:write');
  if (reach === 'own' && scope.viewer.agentId !== agentId)
    throw new Refusal('NOT_ALLOWED', 'You may set your own presence only.', ['id']);
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const [before] = await sql<{ id: AgentId; presence: Presence }[]>`
      select id, presence from agents where id = ${agentId} for no key update`;
    if (!before) throw new Refusal('NOT_FOUND', 'There is no agent with this id.', ['id']);
    if (before.presence === presence) return before.id;
    await Promise.all([
      sql`update agents set presence = ${presence}, presence_changed_at = ${tx.now} where id = ${agentId}`,
      sql`
        update agent_versions set valid_to = ${tx.now}
        where agent_id = ${agentId} and valid_to is null and valid_from < ${tx.now}`,
      // Two changes within a millisecond are one version.
      sql`
        insert into agent_versions (agent_id, valid_from, presence) values (${agentId}, ${tx.now}, ${presence})
        on conflict (agent_id, valid_from) do update set presence = excluded.presence, valid_to = null`,
    ]);
    recordFact(tx, {
      type: 'agent.presence_changed',
      streams: [stream.agent(agentId)],
      topics: [topic.routing],
      details: { agentId, presence, formerPresence: before.presence },
    });
    return before.id;
  });
}

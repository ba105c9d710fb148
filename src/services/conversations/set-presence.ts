import { checkWhole } from '../../values/check-input.ts';
import { checkOptionalText } from '../../values/check-text.ts';
import type { AgentId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { Channel, Presence } from '../../values/vocabulary.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import { expectHeartbeat } from './agent-heartbeat.ts';
import { requirePresenceOf } from './presence-reach.ts';
import { recordPresence, type PresenceState } from './record-presence.ts';

/** How an agent is there, beside the presence itself. */
export interface PresenceSettings {
  /** Why away. Absent or null: nothing is said. */
  readonly awayReason?: string | null | undefined;
  /** All channels that are switched off from now on. Absent or null: as before. */
  readonly channelsOff?: readonly Channel[] | null | undefined;
  /** Offline when nothing is heard for so long; 0: never. Absent or null: as before. Offline ends it. */
  readonly heartbeatSeconds?: number | null | undefined;
}

const LONGEST_REASON = 200;
/** Shorter ones would take agents offline for a slow wire. */
const HEARTBEAT_SECONDS = [5, 3_600] as const;

/** Sets whether an agent takes work, and which. An agent sets the own presence only. The same again changes nothing. */
export async function setPresence(
  scope: Scope,
  agentId: string,
  presence: Presence,
  settings: PresenceSettings = {},
): Promise<AgentId> {
  requirePresenceOf(scope.viewer, agentId);
  const awayReason = checkOptionalText(settings.awayReason, ['awayReason'], LONGEST_REASON);
  if (awayReason !== null && presence !== 'away')
    throw new Refusal('INVALID_INPUT', 'A reason is told of who is away.', ['awayReason']);
  const { heartbeatSeconds = null } = settings;
  if (heartbeatSeconds) checkWhole(heartbeatSeconds, ['heartbeatSeconds'], ...HEARTBEAT_SECONDS);
  return atomically(scope, async (tx) => {
    const [before] = await tx.db.sql<(PresenceState & { id: AgentId })[]>`
      select id, presence, away_reason, channels_off from agents where id = ${agentId} for no key update`;
    if (!before) throw new Refusal('NOT_FOUND', 'There is no agent with this id.', ['id']);
    const channelsOff = settings.channelsOff ? [...new Set(settings.channelsOff)].sort() : before.channelsOff;
    await recordPresence(tx, before, { presence, awayReason, channelsOff });
    await expectHeartbeat(tx, before.id, presence === 'offline' ? 0 : heartbeatSeconds);
    return before.id;
  });
}

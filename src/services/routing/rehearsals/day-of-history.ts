import type { AgentId, TeamId } from '../../../values/ids.ts';
import type { Channel, Presence } from '../../../values/vocabulary.ts';
import type { RoutingAgent, RoutingTask } from '../core/routing-state.ts';
import type { Contact, SimulatedDay } from '../simulation/simulate.ts';

/** An agent of today, and when it was there. */
export interface Staff {
  readonly id: AgentId;
  readonly name: string;
  readonly capacity: number;
  readonly skills: Readonly<Record<string, number>>;
  readonly teamIds: readonly TeamId[];
  /** The earliest first. */
  readonly presences: readonly { at: string; presence: Presence; channelsOff: Channel[] }[];
}

/** What came in, and how long the work with it took. */
export interface HistoryContact {
  readonly task: RoutingTask;
  readonly tookMs: number;
}

/** A part of what is read of history: so much as is read and handed over in one go. */
export type HistoryPiece =
  { readonly since: number } | { readonly staff: readonly Staff[] } | { readonly contacts: readonly HistoryContact[] };

/**
 * What came in, as it would come again: conversations with what is known of them, and the agents of today, there when they were there. Who served the
 * person before and what is known of the person are as of now; nobody passes anything on.
 */
export function dayOfHistory(pieces: readonly HistoryPiece[]): SimulatedDay & { contacts: Contact[] } {
  const startsAt = pieces.reduce((at, piece) => ('since' in piece ? piece.since : at), 0);
  const staff = pieces.flatMap((piece) => ('staff' in piece ? piece.staff : []));
  const contacts = pieces
    .flatMap((piece) => ('contacts' in piece ? piece.contacts : []))
    .map(({ task, tookMs }): Contact => ({ task, outcome: () => ({ tookMs, isPassedOn: false }) }));
  contacts.sort((a, b) => a.task.waitingSince - b.task.waitingSince || (a.task.id < b.task.id ? -1 : 1));
  const changes = staff.flatMap((one) =>
    one.presences
      .map(({ at, presence, channelsOff }) => ({
        at: Date.parse(at),
        agent: { ...agentOf(one, startsAt), presence, channelsOff },
      }))
      .filter(({ at }) => at > startsAt),
  );
  changes.sort((a, b) => a.at - b.at || (a.agent.id < b.agent.id ? -1 : 1));
  return { startsAt, agents: staff.map((one) => agentOf(one, startsAt)), changes, contacts };
}

function agentOf({ id, name, capacity, skills, teamIds, presences }: Staff, startsAt: number): RoutingAgent {
  const first = presences[0];
  const isThere = first !== undefined && Date.parse(first.at) <= startsAt;
  return {
    ...{ id, name, capacity, skills, teamIds, placesTaken: 0, lastWorkAt: startsAt },
    presence: isThere ? first.presence : 'offline',
    channelsOff: isThere ? first.channelsOff : [],
  };
}

import type { AgentId, ConversationId, RoutingReservationId } from '../../values/ids.ts';
import { pageOf, type Page, type PageRequest } from '../../values/page.ts';
import type { ReservationState } from '../../values/vocabulary.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';

/** A task that was given to an agent. */
export interface RoutingReservation {
  readonly id: RoutingReservationId;
  readonly agentId: AgentId;
  /** Null: the person was erased. */
  readonly conversationId: ConversationId | null;
  readonly decisionId: string | null;
  readonly state: ReservationState;
  readonly offeredAt: Date;
  readonly expiresAt: Date | null;
  readonly answeredAt: Date | null;
}

const reservationColumns = (sql: Scope['db']['sql']) => sql`
  r.id, r.agent_id, r.conversation_id, r.decision_id, r.state, r.offered_at, r.expires_at, r.answered_at`;

/** What was given to agents, the newest first: to one, or to all; only what waits for an answer, or also what has one. */
export async function listReservations(
  scope: Scope,
  filter: { readonly agentId?: string | null; readonly isOpen?: boolean },
  request: PageRequest,
): Promise<Page<RoutingReservation>> {
  requireRight(scope.viewer, 'routing:read');
  if (filter.agentId) requireRight(scope.viewer, 'agents:read');
  const { sql } = scope.db;
  const { after } = request;
  const rows = await sql<RoutingReservation[]>`
    select ${reservationColumns(sql)} from routing_reservations r
    where ${filter.agentId ? sql`r.agent_id = ${filter.agentId}` : sql`true`}
      ${filter.isOpen ? sql`and r.state = 'pending'` : sql``}
      ${after ? sql`and (r.offered_at, r.id) < (${after.at}, ${after.id})` : sql``}
    order by r.offered_at desc, r.id desc
    limit ${request.first + 1}`;
  return pageOf(rows, request, (reservation) => ({ at: reservation.offeredAt, id: reservation.id }));
}

/** Reservations in the order asked; null: absent. */
export async function reservationsByIds(scope: Scope, ids: readonly string[]): Promise<(RoutingReservation | null)[]> {
  requireRight(scope.viewer, 'routing:read');
  const { sql } = scope.db;
  const rows = await sql<RoutingReservation[]>`
    select ${reservationColumns(sql)} from routing_reservations r where r.id = any (${ids as string[]}::text[])`;
  const byId = new Map(rows.map((row) => [row.id as string, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

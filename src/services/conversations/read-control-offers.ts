import type { ConversationId } from '../../values/ids.ts';
import { pageOf, type Page, type PageRequest } from '../../values/page.ts';
import { requireRight } from '../access/role-rights.ts';
import { withinReach } from '../customers/person-of.ts';
import type { Scope } from '../scope.ts';
import { offerColumns, type ControlOffer } from './control-offer.ts';
import { partyOf } from './party.ts';

/** Offers in the order asked; null: absent or not visible. */
export async function controlOffersByIds(scope: Scope, ids: readonly string[]): Promise<(ControlOffer | null)[]> {
  const { sql } = scope.db;
  const rows = await sql<ControlOffer[]>`
    select ${offerColumns(sql)} from control_offers o join conversations c on c.id = o.conversation_id
    where o.id = any (${ids as string[]}) and ${withinReach(scope, 'conversations:read', 'c.customer_id')}`;
  const byId = new Map(rows.map((row) => [row.id as string, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** The open offer of each conversation that has one. */
export function openOffersOfConversations(scope: Scope, ids: readonly ConversationId[]): Promise<ControlOffer[]> {
  const { sql } = scope.db;
  return sql<ControlOffer[]>`
    select ${offerColumns(sql)} from control_offers o join conversations c on c.id = o.conversation_id
    where o.conversation_id = any (${ids as string[]}) and o.state = 'open' and o.expires_at > ${scope.now}
      and ${withinReach(scope, 'conversations:read', 'c.customer_id')}`;
}

/** Offers that wait for the viewer, or a team of theirs, the newest first. */
export async function listMyControlOffers(scope: Scope, request: PageRequest): Promise<Page<ControlOffer>> {
  requireRight(scope.viewer, 'conversations:route');
  const { sql } = scope.db;
  const { after, first } = request;
  const { kind, id } = partyOf(scope.viewer);
  const rows = await sql<ControlOffer[]>`
    select ${offerColumns(sql)} from control_offers o join conversations c on c.id = o.conversation_id
    where o.state = 'open' and o.expires_at > ${scope.now}
      and ((o.to_id = ${id} and o.to_kind = ${kind})
        or (o.to_kind = 'team' and o.to_id = any (array(select team_id from team_members where agent_id = ${id}))))
      and ${withinReach(scope, 'conversations:read', 'c.customer_id')}
      ${after ? sql`and (o.offered_at, o.id) < (${after.at}, ${after.id})` : sql``}
    order by o.offered_at desc, o.id desc
    limit ${first + 1}`;
  return pageOf(rows, request, ({ offeredAt, id: offerId }) => ({ at: offeredAt, id: offerId }));
}

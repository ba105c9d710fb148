import { sendMessage } from '../services/conversations/send-message.ts';
import { receiveMessage } from '../services/intake/receive-message.ts';
import type { Receipt } from '../services/intake/keep-placed.ts';
import type { Scope } from '../services/scope.ts';
import type { AgentId, ConversationId } from '../values/ids.ts';
import type { Channel, IdentityKind } from '../values/vocabulary.ts';
import { asAgent } from './demo-viewer.ts';
import type { DemoPerson } from './people.ts';
import { INBOXES } from './shop.ts';

/** By what a person is known on each channel of the shop. */
const KNOWN_BY: Partial<Record<Channel, (person: DemoPerson) => { kind: IdentityKind; value: string }>> = {
  whatsapp: ({ phone }) => ({ kind: 'phone', value: phone }),
  sms: ({ phone }) => ({ kind: 'phone', value: phone }),
  instagram: ({ handle }) => ({ kind: 'social_handle', value: handle }),
};

/** A customer writes on a channel of the shop. `externalId` names the message for ever. */
export function customerWrites(
  scope: Scope,
  person: DemoPerson,
  message: { channel: Channel; text: string; externalId: string },
): Promise<Receipt> {
  const { channel, text, externalId } = message;
  const sender = KNOWN_BY[channel]?.(person) ?? { kind: 'email' as const, value: person.email };
  return receiveMessage(scope, {
    inbox: INBOXES.find((inbox) => inbox.channel === channel)!.externalId,
    sender: { ...sender, displayName: `${person.givenName} ${person.familyName}` },
    externalId,
    text,
    occurredAt: scope.now,
    language: person.language,
  });
}

/** Who answers this conversation now, writes. Nobody yet: nothing is written. */
export async function agentWrites(scope: Scope, conversationId: ConversationId, text: string): Promise<void> {
  const [row] = await scope.db.sql<{ assigneeId: AgentId | null }[]>`
    select assignee_id from conversations where id = ${conversationId}`;
  if (row?.assigneeId) await sendMessage({ ...scope, viewer: asAgent(row.assigneeId) }, conversationId, text);
}

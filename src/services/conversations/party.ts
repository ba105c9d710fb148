import type { Viewer } from '../../values/viewer.ts';
import type { PartyKind } from '../../values/vocabulary.ts';

/** Who may hold control of a conversation. */
export interface Party {
  readonly kind: PartyKind;
  /** Of an agent, a team or a location; of a bot (and of a person without an agent) the principal. */
  readonly id: string;
}

/** As whom a viewer takes part. */
export const partyOf = ({ role, agentId, principal }: Viewer): Party =>
  role === 'bot' ? { kind: 'bot', id: principal } : { kind: 'agent', id: agentId ?? principal };

export const isSameParty = (one: Party | null, other: Party | null): boolean =>
  one?.kind === other?.kind && one?.id === other?.id;

/** Who holds control of the conversation. Null: nobody. */
export const holderOf = (conversation: { controlKind: PartyKind | null; controlId: string | null }): Party | null =>
  conversation.controlKind === null ? null : { kind: conversation.controlKind, id: conversation.controlId! };

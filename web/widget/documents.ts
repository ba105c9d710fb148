/** What the widget asks. Everything is the visitor's own: the token says whose. */
const MESSAGE = `id text direction authorKind occurredAt inbox { channel } delivery { state }`;
const PLACE = `id status legs { channel inbox { id } }`;

export const HISTORY = `query WidgetHistory($inbox: ID!) {
  cursor
  node(id: $inbox) { ... on Inbox { isOpenNow opensAt } }
  conversations(first: 3) { nodes { ${PLACE} messages(first: 40) { nodes { ${MESSAGE} } } } }
}`;
export const EVENTS = `subscription WidgetEvents($after: String) {
  conversationEvents(after: $after) {
    cursor
    event { type conversation { ${PLACE} } message { ${MESSAGE} } }
  }
}`;
export const TYPING = `subscription WidgetTyping($id: ID!) {
  conversationEvents(conversationId: $id) {
    event { type conversation { presence { partyKind state } } }
  }
}`;
export const SEND = `mutation WidgetSend($input: ChatMessageSendInput!) {
  chatMessageSend(input: $input) { message { ${MESSAGE} conversation { ${PLACE} } } userErrors { code message } }
}`;
export const REPORT = `mutation WidgetReport($input: MessageDeliveryReportInput!) {
  messageDeliveryReport(input: $input) { userErrors { code } }
}`;
export const PRESENCE = `mutation WidgetPresence($id: ID!, $state: InvolvementState!) {
  conversationPresenceSet(id: $id, state: $state) { userErrors { code } }
}`;
export const ACTIVITY = `mutation WidgetActivity($input: ActivityInput!) {
  activityRecord(input: $input) { userErrors { code message field } }
}`;

export interface Message {
  readonly id: string;
  readonly text: string;
  readonly direction: 'INBOUND' | 'OUTBOUND';
  readonly authorKind: string;
  readonly occurredAt: string;
  readonly inbox: { readonly channel: string } | null;
  readonly delivery: { readonly state: string } | null;
}
export interface Conversation {
  readonly id: string;
  readonly status: string;
  readonly legs: readonly { readonly channel: string; readonly inbox: { readonly id: string } }[];
}
export interface History {
  readonly cursor: string;
  readonly node: { readonly isOpenNow: boolean; readonly opensAt: string | null } | null;
  readonly conversations: {
    readonly nodes: readonly (Conversation & { readonly messages: { readonly nodes: readonly Message[] } })[];
  };
}
export interface EventPayload {
  readonly cursor: string;
  readonly event: {
    readonly type: string;
    readonly conversation: Conversation | null;
    readonly message: Message | null;
  } | null;
}
export interface TypingPayload {
  readonly event: {
    readonly type: string;
    readonly conversation: {
      readonly presence: readonly { readonly partyKind: string; readonly state: string }[];
    } | null;
  } | null;
}

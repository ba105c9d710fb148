import type { Sql } from '../../database/open-database.ts';
import type { BusinessHours } from '../../values/business-hours.ts';
import type { AgentId, ConversationId, CustomerId, EndpointId, InboxId, LegId, MessageId } from '../../values/ids.ts';
import type {
  AuthorKind,
  Channel,
  ConversationStatus,
  DeliveryState,
  Direction,
  InboxRouting,
  IssueType,
  Outcome,
  PartyKind,
  Presence,
  Priority,
  SensitiveKind,
  Visibility,
} from '../../values/vocabulary.ts';

export interface Inbox {
  readonly id: InboxId;
  readonly channel: Channel;
  readonly externalId: string;
  readonly name: string;
  readonly address: string | null;
  readonly brand: string | null;
  readonly market: string | null;
  /** Null: always open. */
  readonly businessHours: BusinessHours | null;
  /** How its secrets begin, and what is kept: never a secret itself. */
  readonly hookSecretPrefix: string | null;
  readonly earlierHookSecretUntil: Date | null;
  readonly hasCredentials: boolean;
  readonly bridgeUrl: string | null;
  readonly bridgeSecretPrefix: string | null;
  readonly routing: InboxRouting;
  readonly createdAt: Date;
}

export interface Conversation {
  readonly id: ConversationId;
  readonly reference: string;
  /** The row it arrived under; the person is looked up over the links. */
  readonly customerId: CustomerId;
  readonly subject: string | null;
  readonly topic: string | null;
  readonly language: string | null;
  readonly status: ConversationStatus;
  readonly assigneeId: AgentId | null;
  readonly inboxId: InboxId;
  readonly channel: Channel;
  readonly openedAt: Date;
  readonly lastMessageAt: Date;
  readonly resolvedAt: Date | null;
  readonly controlKind: PartyKind | null;
  readonly controlId: string | null;
  readonly controlSince: Date | null;
  readonly issueType: IssueType | null;
  readonly priority: Priority;
  readonly tags: readonly string[];
  readonly actionsTaken: string | null;
  readonly resolution: string | null;
  readonly outcome: Outcome | null;
  readonly snoozedUntil: Date | null;
  /** Null: nothing was written in public that nobody should read there, or it went on in private since. */
  readonly sensitiveKinds: readonly SensitiveKind[] | null;
  readonly mergedIntoId: ConversationId | null;
  /** Of its stream, read by the statement that read the rest: never newer than what stands here. */
  readonly version: number;
}

export interface Leg {
  readonly id: LegId;
  readonly conversationId: ConversationId;
  readonly endpointId: EndpointId;
  readonly inboxId: InboxId;
  readonly channel: Channel;
  readonly address: string;
  /** What is written there everybody reads. */
  readonly isPublic: boolean;
  readonly startedAt: Date;
  readonly lastMessageAt: Date;
}

export interface Message {
  readonly id: MessageId;
  readonly conversationId: ConversationId;
  readonly legId: LegId | null;
  readonly inboxId: InboxId | null;
  readonly customerId: CustomerId;
  readonly direction: Direction;
  readonly visibility: Visibility;
  readonly authorKind: AuthorKind;
  readonly authorId: string;
  readonly text: string;
  readonly occurredAt: Date;
  readonly receivedAt: Date;
  readonly recordedAt: Date;
  /** Null: nothing is known of a delivery. */
  readonly deliveryState: DeliveryState | null;
  readonly fallbackOfId: MessageId | null;
}

export interface Agent {
  readonly id: AgentId;
  readonly externalId: string;
  readonly name: string;
  readonly presence: Presence;
  readonly presenceChangedAt: Date;
  readonly awayReason: string | null;
  readonly channelsOff: readonly Channel[];
  /** Null: nothing needs to be heard of the agent. */
  readonly heartbeatSeconds: number | null;
  readonly capacity: number;
  readonly load: number;
  readonly createdAt: Date;
  readonly skills: readonly { readonly skill: string; readonly level: number }[];
}

export const inboxColumns = (sql: Sql) =>
  sql`i.id, i.channel, i.external_id, i.name, i.address, i.brand, i.market, i.business_hours, i.hook_secret_prefix,
    i.earlier_hook_secret_until, i.credentials is not null as has_credentials, i.bridge_url, i.bridge_secret_prefix,
    i.routing, i.created_at`;

export const conversationColumns = (sql: Sql) => sql`
  c.id, c.reference, c.customer_id, c.subject, c.topic, c.language, c.status, c.assignee_id, c.inbox_id, c.channel,
  c.opened_at, c.last_message_at, c.resolved_at, c.control_kind, c.control_id, c.control_since, c.issue_type, c.priority, c.tags, c.actions_taken, c.resolution, c.outcome,
  c.snoozed_until, c.sensitive_kinds, c.merged_into_id,
  coalesce((select h.version from stream_heads h where h.stream = 'conversation:' || c.id), 0) as version`;

/** `text` is how the text is read: `m.text` by itself, or bounded. */
export const messageColumns = (sql: Sql, text = sql`m.text`) => sql`
  m.id, m.conversation_id, m.leg_id, m.inbox_id, m.customer_id, m.direction, m.visibility, m.author_kind, m.author_id,
  ${text}, m.occurred_at, m.received_at, m.recorded_at, m.delivery_state, m.fallback_of_id`;

export const agentColumns = (sql: Sql) => sql`
  a.id, a.external_id, a.name, a.presence, a.presence_changed_at, a.away_reason, a.channels_off, a.capacity, a.load, a.created_at,
  (select h.every_seconds from agent_heartbeats h where h.agent_id = a.id) as heartbeat_seconds,
  coalesce((select jsonb_agg(jsonb_build_object('skill', s.skill, 'level', s.level) order by s.skill)
    from agent_skills s where s.agent_id = a.id), '[]') as skills`;

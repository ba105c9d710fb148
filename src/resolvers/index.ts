import type { ClassType } from 'type-graphql';

import { CustomerSegmentFields, SegmentFields, SegmentResolvers } from './segments/segment-resolvers.ts';
import { AccessMutations } from './access/access-mutations.ts';
import { AccessQueries } from './access/access-queries.ts';
import { AttachmentFields, MessageAttachmentFields, NoteAttachmentFields } from './conversations/attachment-fields.ts';
import { AgentMutations } from './conversations/agent-mutations.ts';
import { AgentPresenceMutations } from './conversations/agent-presence-mutations.ts';
import { CustomerActivityFields } from './activity/activity-fields.ts';
import { ActivityMutations } from './activity/activity-mutations.ts';
import { VisitorSessionMutations } from './activity/visitor-session-mutations.ts';
import { CompactProfileFields, CustomerCompactProfileFields } from './context/compact-profile-fields.ts';
import { AuditQueries } from './privacy/audit-queries.ts';
import { ContextQueries } from './context/context-queries.ts';
import { ContextSubscriptions } from './context/context-subscriptions.ts';
import { CustomerSearchQueries } from './context/customer-search-queries.ts';
import {
  AgentTeamFields,
  ControlFields,
  ConversationControlFields,
  HandoffFields,
  PartyFields,
  TeamFields,
} from './conversations/control-fields.ts';
import {
  ControlOfferFields,
  ControlOfferResolvers,
  ConversationOfferFields,
} from './conversations/control-offer-resolvers.ts';
import {
  ConversationParticipantFields,
  ParticipantFields,
  ParticipantMutations,
} from './conversations/participant-resolvers.ts';
import { ControlMutations, TeamQueries } from './conversations/control-mutations.ts';
import {
  CustomerTimelineFields,
  TimelineActivityFields,
  TimelineConversationFields,
  TimelineHandoffFields,
  TimelineMessageFields,
  TimelineNoteFields,
  TimelineOrderFields,
  TimelineReturnFields,
  TimelineRoutingFields,
  TimelineTrackingFields,
} from './context/timeline-fields.ts';
import {
  ConversationEventFields,
  ConversationEventSubscriptions,
} from './conversations/conversation-event-subscriptions.ts';
import {
  ConversationFields,
  CustomerConversationFields,
  LegFields,
  MessageFields,
} from './conversations/conversation-fields.ts';
import { ConversationLifeMutations } from './conversations/conversation-life-mutations.ts';
import { ConversationMutations } from './conversations/conversation-mutations.ts';
import { ConversationQueries } from './conversations/conversation-queries.ts';
import { DeliveryFields, DeliveryMutations, MessageDeliveryFields } from './conversations/delivery-resolvers.ts';
import { ConnectorFields, ConnectorMutations, ConnectorQueries } from './intake/connector-resolvers.ts';
import { SourceResolvers } from './intake/source-resolvers.ts';
import { ChannelQueries, InboxFields, InboxMutations } from './conversations/inbox-resolvers.ts';
import {
  ConversationPresenceAgentFields,
  ConversationPresenceFields,
  ConversationPresenceMutations,
} from './conversations/conversation-presence-resolvers.ts';
import { SkillFields, SkillResolvers } from './conversations/skill-resolvers.ts';
import { ConversationReplyFields, ReplyChannelFields, SwitchMutations } from './conversations/switch-resolvers.ts';
import { CustomerFields } from './customers/customer-fields.ts';
import { CustomerEvidenceFields, IdentityFields, IdentityRuleResolvers } from './customers/identity-rule-resolvers.ts';
import { CustomerMutations } from './customers/customer-mutations.ts';
import { CustomerQueries } from './customers/customer-queries.ts';
import { ExportQueries } from './persons/export-resolvers.ts';
import { RetentionMutations, RetentionQueries } from './persons/retention-resolvers.ts';
import { ErasureFields, ErasureMutations, ErasureQueries } from './persons/erasure-resolvers.ts';
import {
  MergeProposalFields,
  MergeProposalMutations,
  MergeProposalQueries,
} from './customers/merge-proposal-resolvers.ts';
import { CustomerMergeFields, MergeMutations } from './customers/merge-resolvers.ts';
import { ChannelOverviewResolvers } from './figures/channel-overview-resolvers.ts';
import { FreshnessFields } from './freshness-fields.ts';
import { AgentUseFields, RoutingFiguresResolvers } from './figures/routing-figures-resolvers.ts';
import { TruthResolvers } from './figures/truth-resolvers.ts';
import { ChatMutations } from './intake/chat-mutations.ts';
import { IntakeMutations } from './intake/intake-mutations.ts';
import {
  ActivityVariantFields,
  BasketLineVariantFields,
  MessageVariantFields,
} from './inventory/mentioned-variants.ts';
import {
  AvailabilityFreshnessFields,
  StockEventFreshnessFields,
  StockLevelFreshnessFields,
} from './inventory/stock-freshness-fields.ts';
import { StockEventFields, StockEventSubscriptions } from './inventory/stock-event-subscriptions.ts';
import { OrderEventFields, OrderEventSubscriptions } from './orders/order-event-subscriptions.ts';
import { CustomerConsentFields } from './privacy/consent-fields.ts';
import { ConsentRuleResolvers } from './privacy/consent-rule-resolvers.ts';
import { ConsentMutations } from './privacy/consent-mutations.ts';
import { ConversationEventQueueFields, ConversationQueueFields } from './routing/queue-feedback-fields.ts';
import { ConversationReceptionFields, ReceptionFields } from './routing/reception-fields.ts';
import { ReservationFields, ReservationResolvers } from './routing/reservation-resolvers.ts';
import {
  ConversationRoutingEventFields,
  RoutingEventFields,
  RoutingEventSubscriptions,
} from './routing/routing-event-subscriptions.ts';
import { HandOffDecisionFields, RoutingCandidateFields, RoutingDecisionFields } from './routing/routing-fields.ts';
import { RoutingMutations } from './routing/routing-mutations.ts';
import { RoutingPolicyFields, RoutingPolicyResolvers } from './routing/routing-policy-resolvers.ts';
import { RoutingRehearsalFields, RoutingRehearsalResolvers } from './routing/routing-rehearsal-resolvers.ts';
import { RoutingQueries } from './routing/routing-queries.ts';
import { ConversationClockFields } from './routing/service-clock-fields.ts';
import { ConversationSignalFields, SignalMutations } from './routing/signal-resolvers.ts';
import { ConversationTaskFields, TaskFields, TaskResolvers } from './routing/task-resolvers.ts';
import {
  AvailabilityFields,
  ProductFields,
  StockEntryFields,
  StockLevelFields,
  SubstituteFields,
  VariantFields,
} from './inventory/inventory-fields.ts';
import { InventoryMutations } from './inventory/inventory-mutations.ts';
import { InventoryQueries } from './inventory/inventory-queries.ts';
import {
  CustomerOrderFields,
  OrderEventOrderFields,
  OrderFields,
  OrderLineFields,
  PaymentFields,
} from './orders/order-fields.ts';
import { ConversationOrderFields } from './orders/conversation-order-fields.ts';
import { CustomerNoticeFields, NoticeFields, OrderNoticeFields } from './orders/notice-fields.ts';
import { OrderMutations } from './orders/order-mutations.ts';
import { OrderQueries } from './orders/order-queries.ts';
import { ProvenOrderFields, ProvenOrderQueries, ProvenParcelFields } from './orders/proven-order-resolvers.ts';
import {
  OrderFreshnessFields,
  ProvenOrderFreshnessFields,
  ReturnFreshnessFields,
  ReturnStepFreshnessFields,
} from './orders/order-freshness-fields.ts';
import { OrderChangeFields, OrderChangeMutations } from './orders/order-change-mutations.ts';
import { ConversationHoldFields, HoldFields, PickupMutations, PickupQueries } from './orders/pickup-resolvers.ts';
import {
  ConversationPromiseFields,
  CustomerPromiseFields,
  OrderPromiseFields,
  PromiseMutations,
  PromiseQueries,
} from './orders/promise-resolvers.ts';
import { QuarantinedFactFields, QuarantineMutations, QuarantineQueries } from './orders/quarantine-resolvers.ts';
import {
  FulfilmentOrderStatusFields,
  OrderStatusFields,
  ReturnStatusFields,
  ShipmentStatusFields,
} from './orders/status-fields.ts';
import { ShipmentFields, TrackingEventFields } from './orders/shipment-fields.ts';
import { PartnerMutations } from './partners/partner-mutations.ts';
import { PartnerFields, PartnerQueries } from './partners/partner-queries.ts';
import { WebhookEventFields, WebhookEventSubscriptions } from './partners/webhook-event-subscriptions.ts';
import { WebhookMutations } from './partners/webhook-mutations.ts';
import { WebhookDeliveryFields, WebhookEndpointFields, WebhookQueries } from './partners/webhook-queries.ts';

/**
 * Every resolver class of the graph, domain by domain in the order of the house. Each domain adds its own lines:
 * `…-queries`, `…-mutations` and `…-subscriptions` hang on the roots, `…-fields` add relations to a type.
 */
export const RESOLVERS: readonly ClassType[] = [
  // access
  AccessQueries,
  AccessMutations,
  // customers
  CustomerQueries,
  CustomerMutations,
  CustomerFields,
  MergeMutations,
  CustomerMergeFields,
  CustomerEvidenceFields,
  IdentityFields,
  IdentityRuleResolvers,
  SegmentResolvers,
  SegmentFields,
  CustomerSegmentFields,
  MergeProposalQueries,
  MergeProposalMutations,
  MergeProposalFields,
  // privacy
  ConsentMutations,
  ConsentRuleResolvers,
  CustomerConsentFields,
  // inventory
  StockEventSubscriptions,
  StockEventFields,
  InventoryQueries,
  InventoryMutations,
  ProductFields,
  VariantFields,
  StockLevelFields,
  AvailabilityFields,
  StockEntryFields,
  SubstituteFields,
  ActivityVariantFields,
  BasketLineVariantFields,
  MessageVariantFields,
  // activity
  ActivityMutations,
  VisitorSessionMutations,
  CustomerActivityFields,
  // intake
  ConnectorQueries,
  ConnectorFields,
  ConnectorMutations,
  SourceResolvers,
  // privacy
  AuditQueries,
  // conversations
  ChannelQueries,
  InboxFields,
  InboxMutations,
  ConversationQueries,
  AgentMutations,
  AgentPresenceMutations,
  SkillResolvers,
  SkillFields,
  ConversationMutations,
  ConversationLifeMutations,
  ConversationFields,
  MessageFields,
  MessageAttachmentFields,
  NoteAttachmentFields,
  AttachmentFields,
  MessageDeliveryFields,
  DeliveryFields,
  DeliveryMutations,
  LegFields,
  CustomerConversationFields,
  ConversationEventSubscriptions,
  ConversationEventFields,
  TeamQueries,
  TeamFields,
  AgentTeamFields,
  ControlMutations,
  ControlOfferResolvers,
  ControlOfferFields,
  ConversationOfferFields,
  ConversationControlFields,
  ControlFields,
  PartyFields,
  HandoffFields,
  SwitchMutations,
  ConversationReplyFields,
  ReplyChannelFields,
  ConversationPresenceMutations,
  ConversationPresenceFields,
  ConversationPresenceAgentFields,
  // orders
  OrderEventSubscriptions,
  OrderEventFields,
  OrderQueries,
  ProvenOrderQueries,
  ProvenOrderFields,
  ProvenParcelFields,
  OrderMutations,
  OrderFields,
  CustomerOrderFields,
  ConversationOrderFields,
  OrderEventOrderFields,
  OrderLineFields,
  PaymentFields,
  ShipmentFields,
  TrackingEventFields,
  OrderFreshnessFields,
  ProvenOrderFreshnessFields,
  ReturnFreshnessFields,
  ReturnStepFreshnessFields,
  StockLevelFreshnessFields,
  AvailabilityFreshnessFields,
  StockEventFreshnessFields,
  FreshnessFields,
  OrderStatusFields,
  FulfilmentOrderStatusFields,
  ShipmentStatusFields,
  ReturnStatusFields,
  OrderChangeFields,
  OrderChangeMutations,
  QuarantineQueries,
  QuarantinedFactFields,
  QuarantineMutations,
  PromiseQueries,
  CustomerPromiseFields,
  OrderNoticeFields,
  CustomerNoticeFields,
  NoticeFields,
  OrderPromiseFields,
  ConversationPromiseFields,
  PromiseMutations,
  PickupQueries,
  PickupMutations,
  HoldFields,
  ConversationHoldFields,
  ParticipantMutations,
  ParticipantFields,
  ConversationParticipantFields,
  // partners
  PartnerQueries,
  PartnerFields,
  PartnerMutations,
  WebhookQueries,
  WebhookEndpointFields,
  WebhookDeliveryFields,
  WebhookMutations,
  WebhookEventSubscriptions,
  WebhookEventFields,
  // routing
  ReservationResolvers,
  ReservationFields,
  RoutingQueries,
  RoutingMutations,
  SignalMutations,
  ConversationSignalFields,
  TaskResolvers,
  TaskFields,
  ConversationTaskFields,
  ConversationQueueFields,
  ConversationEventQueueFields,
  ConversationReceptionFields,
  ReceptionFields,
  RoutingDecisionFields,
  RoutingCandidateFields,
  HandOffDecisionFields,
  ConversationClockFields,
  RoutingPolicyResolvers,
  RoutingPolicyFields,
  RoutingRehearsalResolvers,
  RoutingRehearsalFields,
  RoutingEventSubscriptions,
  RoutingEventFields,
  ConversationRoutingEventFields,
  // figures
  ChannelOverviewResolvers,
  TruthResolvers,
  RoutingFiguresResolvers,
  AgentUseFields,
  // context
  ContextQueries,
  ContextSubscriptions,
  CustomerCompactProfileFields,
  CompactProfileFields,
  CustomerSearchQueries,
  CustomerTimelineFields,
  TimelineMessageFields,
  TimelineNoteFields,
  TimelineConversationFields,
  TimelineOrderFields,
  TimelineTrackingFields,
  TimelineReturnFields,
  TimelineRoutingFields,
  TimelineHandoffFields,
  TimelineActivityFields,
  // intake
  ChatMutations,
  IntakeMutations,
  // persons
  RetentionQueries,
  RetentionMutations,
  ExportQueries,
  ErasureQueries,
  ErasureFields,
  ErasureMutations,
];

/** What is known of a column about persons. */
export interface TableRule {
  /** Columns that hold something of a person, and how they lose it. */
  readonly personal: 'the row goes' | readonly string[];
  /** All other columns. */
  readonly others?: readonly string[];
  /** Who removes it, or why there is nothing to remove. */
  readonly by: string;
}

const goes = (by: string): TableRule => ({ personal: 'the row goes', by });
const nobodys = (by: string, ...others: string[]): TableRule => ({ personal: [], others, by });

const OF_ORDERS = 'orders/erase-orders.ts empties the personal columns; the rest is kept for the books';

/**
 * Every column of the database: whose it is, and how it loses a person. A new table or column without a line here fails the test beside this.
 * `the row goes` holds for columns to come, too.
 */
export const EVERY_COLUMN: Readonly<Record<string, TableRule>> = {
  // Customers
  customers: goes('customers/erase-customers.ts'),
  customer_versions: goes('customers/erase-customers.ts'),
  customer_words: goes('customers/erase-customers.ts'),
  customer_traits: goes('customers/erase-customers.ts'),
  identities: goes('customers/erase-customers.ts'),
  dropped_identities: goes('customers/erase-customers.ts'),
  former_identities: goes('customers/erase-customers.ts'),
  person_links: goes('customers/erase-customers.ts'),
  merges: goes('customers/erase-customers.ts'),
  kept_apart: goes('customers/erase-customers.ts'),
  merge_proposals: goes('customers/erase-customers.ts'),
  match_keys: goes('customers/erase-customers.ts'),
  match_weights: nobodys(
    'how much fields say, and hashes of values that at least three persons have',
    ...['version', 'person_count', 'weights', 'common_values', 'counted_persons', 'learned_at'],
  ),
  match_candidates: goes('customers/erase-customers.ts'),
  match_walk: nobodys(
    'how far a walk is: an id that was passed, or a hash',
    ...['id', 'step', 'place', 'changed_since', 'begun_at'],
  ),
  match_place: nobodys('a place in the journal', 'id', 'cursor'),
  segment_members: goes('segments/erase-memberships.ts'),
  segments: nobodys(
    'a filter that staff wrote, and how far everybody was looked at',
    ...[
      'id',
      'name',
      'filter',
      'version',
      'created_at',
      'updated_at',
      'examined_up_to',
      'examined',
      'to_examine',
      'is_deleted',
    ],
  ),
  segment_place: nobodys('a place in the journal', 'id', 'cursor'),
  queue_feedback: goes('routing/erase-decisions.ts'),
  queue_feedback_place: nobodys('when everybody’s place was estimated', 'id', 'estimated_at'),
  consents: goes('privacy/erase-consents.ts'),
  outreaches: goes('privacy/erase-consents.ts'),

  // Conversations
  conversations: goes('conversations/erase-conversations.ts; one with messages of others becomes theirs'),
  legs: goes('conversations/erase-conversations.ts'),
  endpoints: goes('conversations/erase-conversations.ts'),
  messages: goes('conversations/erase-conversations.ts'),
  deliveries: goes('conversations/erase-conversations.ts'),
  attachments: goes('conversations/forget-attachments.ts; the bytes by a job, unless somebody else has the same file'),
  handoffs: goes('conversations/erase-conversations.ts'),
  control_offers: goes('conversations/erase-conversations.ts'),
  channel_switches: goes('conversations/erase-conversations.ts'),
  conversation_orders: goes('conversations/erase-conversations.ts'),
  conversation_presences: goes('conversations/erase-conversations.ts'),
  conversation_participants: goes('conversations/participants/erase-participants.ts'),
  conversation_reopenings: goes('conversations/erase-conversations.ts'),
  routing_rehearsals: nobodys(
    'figures of a policy over many contacts',
    ...['id', 'state', 'version', 'document', 'active_version', 'history_days', 'seed', 'progress_percent', 'report'],
    ...['made_at', 'made_by', 'ended_at'],
  ),
  routing_rehearsed_contacts: nobodys(
    'who would have answered: ids of conversations, and of agents with skills and seconds',
    ...['rehearsal_id', 'number', 'contact', 'active', 'rehearsed', 'is_different'],
  ),
  routing_policies: nobodys(
    'how a shop serves its customers; of none of them',
    ...['id', 'version', 'name', 'document', 'note', 'created_at', 'created_by'],
  ),
  routing_policy_activations: nobodys(
    'which policy held when',
    ...['number', 'version', 'begins_at', 'segment', 'control_percent', 'is_roll_back', 'note', 'made_at', 'made_by'],
    'cancelled_at',
  ),
  waiting_spells: goes('conversations/erase-conversations.ts'),
  service_clocks: goes('conversations/erase-conversations.ts'),
  conversation_signals: goes('routing/signals/erase-signals.ts'),
  receptions: goes('routing/erase-decisions.ts'),
  routing_decisions: goes('routing/erase-decisions.ts'),
  routing_reservations: goes('routing/erase-decisions.ts'),
  routing_tasks: {
    personal: [
      ...['conversation_id', 'customer_id', 'signals', 'earlier_agent_ids', 'declines', 'pinned_to_id', 'pinned_until'],
    ],
    others: [
      ...['id', 'state', 'channel', 'waiting_since', 'priority_minutes', 'team_id', 'is_transfer', 'acted_through'],
      ...['agent_id', 'agent_since', 'wrap_up_seconds', 'due_at', 'ended_at', 'changed_in', 'inbox_id', 'queue'],
      'requires',
    ],
    by: 'routing/erase-decisions.ts removes what is over and empties what a board may have in memory',
  },
  first_answers: nobodys(
    'a figure of a channel: the conversation behind the id is gone',
    ...['conversation_id', 'channel', 'asked_at', 'answered_at'],
  ),

  // Activity
  activities: goes('activity/erase-activity.ts'),
  baskets: goes('activity/erase-activity.ts'),
  visitor_sessions: goes('activity/erase-activity.ts'),
  packet_watches: nobodys('ids of what is shown at the moment; ends by itself', 'customer_id', 'process_id', 'until'),

  // Orders
  orders: {
    personal: ['shipping_address', 'cancel_reason', 'status_raw', 'status_reason_code'],
    others: [
      ...['id', 'number', 'source', 'customer_id', 'partner_id', 'placed_at', 'currency', 'total_minor', 'status'],
      ...['status_occurred_at', 'status_received_at', 'status_recorded_at', 'status_source', 'status_source_kind'],
      ...['fulfilment_status', 'payment_status', 'return_status', 'items_changed_at', 'updated_at'],
    ],
    by: OF_ORDERS,
  },
  order_lines: {
    personal: ['title', 'options'],
    others: ['id', 'order_id', 'external_id', 'position', 'variant_id', 'sku', 'quantity', 'unit_price_minor'],
    by: OF_ORDERS,
  },
  order_facts: {
    personal: ['body'],
    others: [
      ...['id', 'order_number', 'order_id', 'source', 'source_event_id', 'source_version', 'kind'],
      ...['occurred_at', 'received_at', 'recorded_at'],
    ],
    by: OF_ORDERS,
  },
  shipments: {
    personal: ['tracking_number'],
    others: [
      ...['id', 'order_id', 'external_id', 'fulfilment_order_external_id', 'partner_id', 'carrier', 'status'],
      ...['status_occurred_at', 'estimated_delivery_at', 'line_external_ids', 'created_at'],
    ],
    by: OF_ORDERS,
  },
  tracking_events: {
    personal: ['tracking_number', 'raw_status', 'reason_code', 'place'],
    others: [
      ...['id', 'shipment_id', 'source', 'source_event_id', 'status', 'estimated_delivery_at'],
      ...['occurred_at', 'received_at', 'recorded_at'],
    ],
    by: OF_ORDERS,
  },
  returns: {
    personal: ['reason'],
    others: [
      ...['id', 'order_id', 'external_id', 'outcome', 'status', 'steps', 'refund_method', 'refund_expected_by'],
      ...['told_at', 'requested_at', 'status_occurred_at', 'updated_at'],
    ],
    by: OF_ORDERS,
  },
  quarantined_facts: {
    personal: ['body', 'note'],
    others: [
      ...['id', 'source', 'source_event_id', 'version', 'kind', 'reason', 'order_number', 'occurred_at', 'received_at'],
      ...['recorded_at', 'state', 'decided_at', 'decided_by'],
    ],
    by: OF_ORDERS,
  },
  order_versions: nobodys(
    'statuses of an order',
    ...['order_id', 'valid_from', 'valid_to', 'status', 'fulfilment_status', 'payment_status', 'return_status'],
  ),
  payments: nobodys(
    'money that moved, by the id of the payment: for the books',
    ...['id', 'order_id', 'external_id', 'kind', 'method', 'amount_minor', 'state', 'expected_by', 'occurred_at'],
  ),
  fulfilment_orders: nobodys(
    'work at a place',
    ...['id', 'order_id', 'external_id', 'location_external_id', 'method', 'status', 'status_occurred_at', 'fulfil_by'],
    ...['lines', 'created_at'],
  ),
  return_lines: nobodys(
    'units of articles',
    ...['id', 'return_id', 'line_external_id', 'quantity', 'received_quantity', 'exchange_sku'],
  ),
  order_steps: goes('orders/erase-orders.ts'),
  customer_promises: goes('orders/erase-orders.ts'),
  notices: goes('orders/erase-orders.ts'),
  holds: goes('orders/erase-orders.ts; what was held is given back'),
  hold_lines: goes('orders/erase-orders.ts'),
  order_proof_failures: nobodys('a keyed hash, for a quarter of an hour', 'subject', 'failures', 'since'),
  polled_parcels: nobodys('when a carrier was asked', 'connector_id', 'shipment_id', 'asked_at'),
  served_statuses: nobodys(
    'a sample of statuses of orders',
    ...['id', 'served_at', 'touchpoint', 'channel', 'order_id', 'status', 'about', 'is_right'],
  ),

  // What sources tell
  waiting_facts: goes('intake/erase-told.ts, by what the person is known by'),
  source_objects: {
    personal: ['external_id'],
    others: ['source', 'kind', 'name', 'version'],
    by: 'intake/erase-told.ts removes the rows that name a customer; the others name orders, parcels and articles',
  },

  // Access
  api_keys: {
    personal: ['name'],
    others: [
      ...[
        'id',
        'prefix',
        'hash',
        'role',
        'scopes',
        'purposes',
        'agent_id',
        'partner_id',
        'customer_id',
        'created_by',
        'created_at',
      ],
      ...['expires_at', 'revoked_at', 'earlier_hash', 'earlier_until', 'last_used_at'],
    ],
    by: 'access/erase-keys.ts, of keys that speak for a customer; they are revoked',
  },
  access_changes: nobodys(
    'principals, roles and scopes',
    ...[
      'id',
      'at',
      'done_by',
      'act',
      'principal',
      'role_before',
      'role_after',
      'scopes_before',
      'scopes_after',
      'purposes_before',
      'purposes_after',
    ],
  ),
  audit_entries: nobodys(
    'ids alone: that somebody was shown a person who is gone stays on record, and nobody can change it',
    ...['process', 'number', 'at', 'act', 'viewer', 'role', 'speaks_for', 'purposes', 'data_classes', 'subjects'],
    ...['stream', 'versions', 'repeat_of', 'repeats'],
  ),
  cost_budgets: nobodys('principals and points', 'principal', 'points', 'maximum', 'per_second', 'at'),
  idempotency_keys: nobodys(
    'the key as a keyed hash, ids of what was done',
    ...['principal', 'mutation', 'key', 'input_digest', 'result', 'created_at'],
  ),
  viewer_revocations: nobodys('principals hold no personal data', 'principal', 'revoked_at', 'revoked_by'),
  erasures: nobodys(
    'ids with nothing behind them, and counts',
    ...['id', 'customer_ids', 'requested_by', 'erased_at', 'completed_at', 'counts', 'xid'],
  ),
  retention_rules: nobodys(
    'of the installation',
    ...['id', 'data_class', 'market', 'keep_days', 'time_zone', 'set_at', 'set_by'],
  ),
  legal_holds: nobodys(
    'ids and the number of a matter: whoever is held is not erased',
    ...['id', 'customer_id', 'order_id', 'reference', 'placed_at', 'placed_by', 'released_at', 'released_by'],
  ),
  suppressions: nobodys(
    'keyed hashes',
    ...['hash', 'erasure_id', 'erased_at', 'ends_at', 'refused_count', 'last_refused_at'],
  ),

  // The journal and what is sent of it: ids and values that are nobody's
  events: nobodys(
    'ids and values, nothing personal: test/live and test/access look for canaries in it',
    ...['position', 'xid', 'type', 'streams', 'versions', 'topics', 'actor', 'occurred_at', 'received_at'],
    ...['recorded_at', 'details'],
  ),
  event_streams: nobodys('ids', 'stream', 'version', 'position', 'xid'),
  stream_heads: nobodys('ids', 'stream', 'version'),
  journal_slices: nobodys('times', 'slice', 'prepared_at', 'started_at', 'from_xid'),
  webhook_endpoints: nobodys(
    'of a partner: a document and whose rights decide',
    ...['id', 'name', 'url', 'document', 'variables', 'key_id', 'secret', 'secret_prefix', 'earlier_secret'],
    ...['earlier_secret_until', 'revision', 'from_cursor', 'replay_cursor', 'failing_since', 'disabled_at'],
    ...['disabled_reason', 'gap_since', 'gap_until', 'gap_reason', 'gap_cursor', 'created_by', 'created_at'],
  ),
  webhook_place: nobodys('a cursor', 'id', 'cursor'),
  webhook_deliveries: nobodys(
    'ids; what is sent is made anew at each attempt, of what is there then',
    ...['id', 'endpoint_id', 'event_position', 'event_version', 'event_type', 'cursor', 'ordering_key', 'state'],
    ...['attempt_count', 'tries', 'outcome', 'due_at', 'claimed_until', 'created_at', 'settled_at'],
  ),
  webhook_attempts: nobodys(
    'sizes and times',
    ...['id', 'delivery_id', 'started_at', 'duration_ms', 'outcome', 'status', 'request_bytes', 'response_bytes'],
  ),
  installation: nobodys('of the installation', 'id', 'epoch', 'secret', 'pruned_xid', 'created_at'),

  // The shop, its people and its things
  agents: nobodys(
    'of staff, who are no customers: the operator’s own matter',
    ...[
      'id',
      'external_id',
      'name',
      'presence',
      'presence_changed_at',
      'away_reason',
      'channels_off',
      'capacity',
      'load',
      'last_work_at',
      'changed_in',
    ],
    'created_at',
  ),
  agent_heartbeats: nobodys('of staff', 'agent_id', 'every_seconds', 'due_at'),
  agent_skills: nobodys('of staff', 'agent_id', 'skill', 'level'),
  agent_versions: nobodys('of staff', 'agent_id', 'valid_from', 'valid_to', 'presence', 'away_reason', 'channels_off'),
  skills: nobodys(
    'of the shop: what its people can do',
    ...[
      'id',
      'skill',
      'class',
      'label',
      'description',
      'owner',
      'version',
      'reviewed_at',
      'review_due_at',
      'created_at',
    ],
  ),
  skill_versions: nobodys(
    'of the shop',
    ...['skill_id', 'version', 'act', 'label', 'description', 'owner', 'note', 'at', 'by'],
  ),
  teams: nobodys('of staff', 'id', 'external_id', 'name', 'created_at'),
  team_members: nobodys('of staff', 'team_id', 'agent_id'),
  partners: nobodys('of companies', 'id', 'external_id', 'name', 'kind', 'created_at'),
  partner_locations: nobodys('of companies', 'partner_id', 'location_id'),
  channels: nobodys(
    'of the program',
    ...['name', 'class', 'title', 'description', 'sender_kind', 'is_public', 'has_threads', 'sends_by', 'longest_text'],
  ),
  inboxes: nobodys(
    'addresses of the shop',
    ...['id', 'channel', 'external_id', 'name', 'address', 'brand', 'market', 'business_hours', 'hook_secret'],
    ...['hook_secret_prefix', 'earlier_hook_secret', 'earlier_hook_secret_until', 'credentials', 'bridge_url'],
    ...['bridge_secret', 'bridge_secret_prefix', 'created_at', 'routing', 'sending_stopped_at'],
  ),
  connectors: nobodys(
    'of the shop',
    ...['id', 'dialect', 'name', 'currency', 'secret', 'secret_prefix', 'earlier_secret', 'earlier_secret_until'],
    'created_at',
  ),
  consent_rule_sets: nobodys('rules of the shop, by countries', 'version', 'rules', 'note', 'set_at', 'set_by'),
  identity_rule_sets: nobodys(
    'rules of the shop; a blocked value is a kiosk’s or an office’s',
    'version',
    'rules',
    'note',
    'set_at',
    'set_by',
  ),
  polls: nobodys(
    'of the shop',
    ...['connector_id', 'url', 'key', 'carriers', 'every_seconds', 'next_at', 'failures', 'asked_at'],
  ),
  sources: nobodys(
    'of systems',
    ...['kind', 'name', 'first_heard_at', 'last_heard_at', 'expected_every_seconds', 'owner', 'service_level'],
    ...['error_procedure', 'stale_since'],
  ),
  products: nobodys(
    'of the catalogue',
    ...['id', 'external_id', 'title', 'brand', 'category', 'bundle', 'created_at', 'updated_at'],
  ),
  variants: nobodys('of the catalogue', ...['id', 'product_id', 'sku', 'title', 'options', 'price_minor', 'currency']),
  locations: nobodys(
    'of the shop',
    ...['id', 'external_id', 'name', 'kind', 'address', 'latitude', 'longitude', 'time_zone', 'opening_hours'],
    ...['pickup_minutes', 'delivery_hours', 'created_at', 'updated_at'],
  ),
  places: nobodys('of countries', 'country', 'postal_code', 'name', 'name_key', 'latitude', 'longitude'),
  pickup_slots: nobodys('counts', 'id', 'location_id', 'starts_at', 'ends_at', 'capacity', 'taken'),
  stock_levels: nobodys(
    'counts of articles',
    ...['variant_id', 'location_id', 'on_hand', 'committed', 'held', 'incoming', 'safety', 'damaged', 'incoming_at'],
    ...['as_of', 'source', 'received_at', 'recorded_at', 'updated_at'],
  ),
  stock_versions: nobodys(
    'counts of articles, with a word why and the principal or system that told',
    ...['id', 'variant_id', 'location_id', 'valid_from', 'valid_to', 'on_hand', 'committed', 'held', 'incoming'],
    ...['safety', 'damaged', 'changes', 'reason', 'source', 'recorded_at'],
  ),
  accuracy_days: nobodys('sums', 'day', 'touchpoint', 'channel', 'served', 'wrong'),
};

table access_changes
  column id text collate C not null
  column at timestamp(3) with time zone not null
  column done_by text not null
  column act text not null
  column principal text collate C not null
  column role_before text
  column role_after text
  column scopes_before text[]
  column scopes_after text[]
  column purposes_before text[]
  column purposes_after text[]
  constraint access_changes_pkey PRIMARY KEY (id)
  CREATE INDEX access_changes_at ON public.access_changes USING btree (at, id)
  CREATE UNIQUE INDEX access_changes_pkey ON public.access_changes USING btree (id)
  CREATE INDEX access_changes_principal ON public.access_changes USING btree (principal, at, id)
table accuracy_days
  column day date not null
  column touchpoint text not null
  column channel text not null
  column served integer not null
  column wrong integer not null
  constraint accuracy_days_day_touchpoint_channel_pk PRIMARY KEY (day, touchpoint, channel)
  CREATE UNIQUE INDEX accuracy_days_day_touchpoint_channel_pk ON public.accuracy_days USING btree (day, touchpoint, channel)
table activities
  column id text collate C not null
  column customer_id text collate C not null
  column kind text not null
  column channel text
  column location_id text collate C
  column sku text
  column occurred_at timestamp(3) with time zone not null
  column received_at timestamp(3) with time zone not null
  column recorded_at timestamp(3) with time zone not null
  column source text not null
  column external_id text
  column details jsonb not null
  constraint activities_pkey PRIMARY KEY (id)
  CREATE INDEX activities_browsing ON public.activities USING btree (customer_id, occurred_at, id) WHERE (kind = ANY (ARRAY['visit'::text, 'search'::text, 'product_view'::text]))
  CREATE INDEX activities_customer ON public.activities USING btree (customer_id, occurred_at, id)
  CREATE INDEX activities_opinions ON public.activities USING btree (customer_id, occurred_at, id) WHERE (kind = ANY (ARRAY['review'::text, 'survey_answer'::text]))
  CREATE UNIQUE INDEX activities_pkey ON public.activities USING btree (id)
  CREATE UNIQUE INDEX activities_source_external_id ON public.activities USING btree (source, external_id) WHERE (external_id IS NOT NULL)
table agent_heartbeats
  column agent_id text collate C not null
  column every_seconds smallint not null
  column due_at timestamp(3) with time zone not null
  constraint agent_heartbeats_agent_id_agents_id_fk FOREIGN KEY (agent_id) REFERENCES agents(id)
  constraint agent_heartbeats_pkey PRIMARY KEY (agent_id)
  CREATE INDEX agent_heartbeats_due ON public.agent_heartbeats USING btree (due_at)
  CREATE UNIQUE INDEX agent_heartbeats_pkey ON public.agent_heartbeats USING btree (agent_id)
table agent_skills
  column agent_id text collate C not null
  column skill text not null
  column level smallint not null
  constraint agent_skills_agent_id_agents_id_fk FOREIGN KEY (agent_id) REFERENCES agents(id)
  constraint agent_skills_agent_id_skill_pk PRIMARY KEY (agent_id, skill)
  CREATE UNIQUE INDEX agent_skills_agent_id_skill_pk ON public.agent_skills USING btree (agent_id, skill)
  CREATE INDEX agent_skills_skill ON public.agent_skills USING btree (skill)
  CREATE TRIGGER agent_skills_changed AFTER INSERT OR DELETE OR UPDATE ON public.agent_skills FOR EACH ROW EXECUTE FUNCTION routing_changed_agent()
table agent_versions
  column agent_id text collate C not null
  column valid_from timestamp(3) with time zone not null
  column valid_to timestamp(3) with time zone
  column presence text not null
  column away_reason text
  column channels_off text[] not null default '{}'::text[]
  constraint agent_versions_agent_id_valid_from_pk PRIMARY KEY (agent_id, valid_from)
  CREATE UNIQUE INDEX agent_versions_agent_id_valid_from_pk ON public.agent_versions USING btree (agent_id, valid_from)
table agents
  column id text collate C not null
  column external_id text not null
  column name text not null
  column presence text not null
  column presence_changed_at timestamp(3) with time zone not null
  column capacity smallint not null
  column load integer not null default 0
  column created_at timestamp(3) with time zone not null
  column away_reason text
  column channels_off text[] not null default '{}'::text[]
  column last_work_at timestamp(3) with time zone
  column changed_in xid8 not null default pg_current_xact_id()
  constraint agents_external_id_unique UNIQUE (external_id)
  constraint agents_pkey PRIMARY KEY (id)
  CREATE INDEX agents_changed_in ON public.agents USING btree (changed_in)
  CREATE UNIQUE INDEX agents_external_id_unique ON public.agents USING btree (external_id)
  CREATE INDEX agents_gone ON public.agents USING btree (id) WHERE ((presence = 'offline'::text) AND (load > 0))
  CREATE UNIQUE INDEX agents_pkey ON public.agents USING btree (id)
  CREATE TRIGGER agents_changed BEFORE INSERT OR UPDATE ON public.agents FOR EACH ROW EXECUTE FUNCTION routing_changed()
table api_keys
  column id text collate C not null
  column name text not null
  column prefix text not null
  column hash bytea not null
  column role text not null
  column scopes text[] not null
  column agent_id text collate C
  column partner_id text collate C
  column customer_id text collate C
  column created_by text not null
  column created_at timestamp(3) with time zone not null
  column expires_at timestamp(3) with time zone
  column revoked_at timestamp(3) with time zone
  column purposes text[]
  column earlier_hash bytea
  column earlier_until timestamp(3) with time zone
  column last_used_at timestamp(3) with time zone
  constraint api_keys_earlier_hash_unique UNIQUE (earlier_hash)
  constraint api_keys_hash_unique UNIQUE (hash)
  constraint api_keys_pkey PRIMARY KEY (id)
  CREATE INDEX api_keys_bots ON public.api_keys USING btree (id) WHERE ((role = 'bot'::text) AND (revoked_at IS NULL))
  CREATE UNIQUE INDEX api_keys_earlier_hash_unique ON public.api_keys USING btree (earlier_hash)
  CREATE UNIQUE INDEX api_keys_hash_unique ON public.api_keys USING btree (hash)
  CREATE UNIQUE INDEX api_keys_pkey ON public.api_keys USING btree (id)
table attachments
  column id text collate C not null
  column message_id text collate C
  column conversation_id text collate C not null
  column customer_id text collate C not null
  column filename text not null
  column content_type text not null
  column claimed_type text
  column size_bytes integer not null
  column sha256 text
  column state text not null
  column source_url text
  column created_at timestamp(3) with time zone not null
  column created_by text not null
  constraint attachments_message_id_messages_id_fk FOREIGN KEY (message_id) REFERENCES messages(id)
  constraint attachments_pkey PRIMARY KEY (id)
  CREATE INDEX attachments_customer ON public.attachments USING btree (customer_id)
  CREATE INDEX attachments_message ON public.attachments USING btree (message_id, id) WHERE (message_id IS NOT NULL)
  CREATE UNIQUE INDEX attachments_pkey ON public.attachments USING btree (id)
  CREATE INDEX attachments_sha256 ON public.attachments USING btree (sha256) WHERE (sha256 IS NOT NULL)
  CREATE INDEX attachments_unattached ON public.attachments USING btree (created_by, created_at) WHERE (message_id IS NULL)
table audit_entries
  column process text collate C not null
  column number bigint not null
  column at timestamp(3) with time zone not null
  column act text not null
  column viewer text collate C
  column role text
  column speaks_for text collate C
  column purposes text[]
  column data_classes text[]
  column subjects text[] not null
  column stream text collate C
  column versions bigint[]
  column repeat_of bigint
  column repeats integer
  constraint audit_entries_process_number_pk PRIMARY KEY (process, number)
  CREATE INDEX audit_entries_at ON public.audit_entries USING btree (at, process, number)
  CREATE UNIQUE INDEX audit_entries_process_number_pk ON public.audit_entries USING btree (process, number)
  CREATE INDEX audit_entries_repeat_of ON public.audit_entries USING btree (process, repeat_of) WHERE (repeat_of IS NOT NULL)
  CREATE INDEX audit_entries_speaks_for ON public.audit_entries USING btree (speaks_for, at) WHERE (speaks_for IS NOT NULL)
  CREATE INDEX audit_entries_stream ON public.audit_entries USING btree (process, stream) WHERE (stream IS NOT NULL)
  CREATE INDEX audit_entries_subjects ON public.audit_entries USING gin (subjects)
  CREATE INDEX audit_entries_viewer ON public.audit_entries USING btree (viewer, at) WHERE (viewer IS NOT NULL)
table baskets
  column customer_id text collate C not null
  column activity_id text collate C not null
  column lines jsonb not null
  column currency text
  column changed_at timestamp(3) with time zone not null
  column source text not null
  column updated_at timestamp(3) with time zone not null
  constraint baskets_pkey PRIMARY KEY (customer_id)
  CREATE UNIQUE INDEX baskets_pkey ON public.baskets USING btree (customer_id)
table channel_switches
  column id text collate C not null
  column conversation_id text collate C not null
  column from_leg_id text collate C
  column to_leg_id text collate C not null
  column reason text not null
  column guidance_message_id text collate C
  column switched_at timestamp(3) with time zone not null
  column by_kind text not null
  column by_id text collate C not null
  constraint channel_switches_conversation_id_conversations_id_fk FOREIGN KEY (conversation_id) REFERENCES conversations(id)
  constraint channel_switches_pkey PRIMARY KEY (id)
  CREATE INDEX channel_switches_conversation ON public.channel_switches USING btree (conversation_id, switched_at, id)
  CREATE UNIQUE INDEX channel_switches_pkey ON public.channel_switches USING btree (id)
  CREATE INDEX channel_switches_to_leg ON public.channel_switches USING btree (to_leg_id)
table channels
  column name text not null
  column class text not null
  column title text not null
  column description text not null
  column sender_kind text not null
  column is_public boolean not null
  column has_threads boolean not null
  column sends_by text
  column longest_text integer
  constraint channels_pkey PRIMARY KEY (name)
  CREATE UNIQUE INDEX channels_pkey ON public.channels USING btree (name)
table connectors
  column id text collate C not null
  column dialect text not null
  column name text not null
  column currency text
  column secret bytea not null
  column secret_prefix text not null
  column earlier_secret bytea
  column earlier_secret_until timestamp(3) with time zone
  column created_at timestamp(3) with time zone not null
  constraint connectors_name_unique UNIQUE (name)
  constraint connectors_pkey PRIMARY KEY (id)
  CREATE UNIQUE INDEX connectors_name_unique ON public.connectors USING btree (name)
  CREATE UNIQUE INDEX connectors_pkey ON public.connectors USING btree (id)
table consent_rule_sets
  column version integer not null
  column rules jsonb not null
  column note text
  column set_at timestamp(3) with time zone not null
  column set_by text not null
  constraint consent_rule_sets_pkey PRIMARY KEY (version)
  CREATE UNIQUE INDEX consent_rule_sets_pkey ON public.consent_rule_sets USING btree (version)
table consents
  column id text collate C not null
  column customer_id text collate C not null
  column purpose text not null
  column channel text
  column jurisdiction text
  column state text not null
  column opt_in_level text not null
  column source text not null
  column proof text
  column message_id text collate C
  column stated_by text not null
  column stated_by_role text not null
  column valid_from timestamp(3) with time zone not null
  column valid_to timestamp(3) with time zone
  column recorded_at timestamp(3) with time zone not null
  constraint consents_customer_id_customers_id_fk FOREIGN KEY (customer_id) REFERENCES customers(id)
  constraint consents_once UNIQUE NULLS NOT DISTINCT (customer_id, purpose, channel, jurisdiction, valid_from)
  constraint consents_pkey PRIMARY KEY (id)
  CREATE INDEX consents_current ON public.consents USING btree (customer_id) WHERE (valid_to IS NULL)
  CREATE INDEX consents_newest ON public.consents USING btree (customer_id, valid_from, id)
  CREATE UNIQUE INDEX consents_once ON public.consents USING btree (customer_id, purpose, channel, jurisdiction, valid_from) NULLS NOT DISTINCT
  CREATE UNIQUE INDEX consents_pkey ON public.consents USING btree (id)
table control_offers
  column id text collate C not null
  column conversation_id text collate C not null
  column customer_id text collate C not null
  column from_kind text
  column from_id text collate C
  column to_kind text not null
  column to_id text collate C not null
  column summary text not null
  column state text not null
  column offered_at timestamp(3) with time zone not null
  column expires_at timestamp(3) with time zone not null
  column ended_at timestamp(3) with time zone
  column by_kind text not null
  column by_id text collate C not null
  constraint control_offers_conversation_id_conversations_id_fk FOREIGN KEY (conversation_id) REFERENCES conversations(id)
  constraint control_offers_pkey PRIMARY KEY (id)
  CREATE INDEX control_offers_conversation ON public.control_offers USING btree (conversation_id)
  CREATE INDEX control_offers_customer ON public.control_offers USING btree (customer_id)
  CREATE INDEX control_offers_due ON public.control_offers USING btree (expires_at) WHERE (state = 'open'::text)
  CREATE UNIQUE INDEX control_offers_open ON public.control_offers USING btree (conversation_id) WHERE (state = 'open'::text)
  CREATE UNIQUE INDEX control_offers_pkey ON public.control_offers USING btree (id)
  CREATE INDEX control_offers_to ON public.control_offers USING btree (to_id, offered_at, id) WHERE (state = 'open'::text)
table conversation_orders
  column conversation_id text collate C not null
  column order_id text collate C not null
  column linked_at timestamp(3) with time zone not null
  constraint conversation_orders_conversation_id_conversations_id_fk FOREIGN KEY (conversation_id) REFERENCES conversations(id)
  constraint conversation_orders_conversation_id_order_id_pk PRIMARY KEY (conversation_id, order_id)
  constraint conversation_orders_order_id_orders_id_fk FOREIGN KEY (order_id) REFERENCES orders(id)
  CREATE UNIQUE INDEX conversation_orders_conversation_id_order_id_pk ON public.conversation_orders USING btree (conversation_id, order_id)
  CREATE INDEX conversation_orders_order ON public.conversation_orders USING btree (order_id)
table conversation_participants
  column id text collate C not null
  column conversation_id text collate C not null
  column party_id text collate C not null
  column mode text not null
  column state text not null
  column asked_at timestamp(3) with time zone not null
  column expires_at timestamp(3) with time zone
  column joined_at timestamp(3) with time zone
  column ended_at timestamp(3) with time zone
  column by_kind text not null
  column by_id text collate C not null
  column places integer not null default 1
  constraint conversation_participants_conversation_id_conversations_id_fk FOREIGN KEY (conversation_id) REFERENCES conversations(id)
  constraint conversation_participants_pkey PRIMARY KEY (id)
  CREATE INDEX conversation_participants_conversation ON public.conversation_participants USING btree (conversation_id, asked_at, id)
  CREATE UNIQUE INDEX conversation_participants_open ON public.conversation_participants USING btree (conversation_id, party_id) WHERE (state = ANY (ARRAY['asked'::text, 'joined'::text]))
  CREATE INDEX conversation_participants_party ON public.conversation_participants USING btree (party_id) WHERE (state = ANY (ARRAY['asked'::text, 'joined'::text]))
  CREATE UNIQUE INDEX conversation_participants_pkey ON public.conversation_participants USING btree (id)
table conversation_presences
  column conversation_id text collate C not null
  column party_kind text not null
  column party_id text collate C not null
  column state text not null
  column since timestamp(3) with time zone not null
  column expires_at timestamp(3) with time zone not null
  constraint conversation_presences_conversation_id_conversations_id_fk FOREIGN KEY (conversation_id) REFERENCES conversations(id)
  constraint conversation_presences_conversation_id_party_kind_party_id_pk PRIMARY KEY (conversation_id, party_kind, party_id)
  CREATE UNIQUE INDEX conversation_presences_conversation_id_party_kind_party_id_pk ON public.conversation_presences USING btree (conversation_id, party_kind, party_id)
  CREATE INDEX conversation_presences_due ON public.conversation_presences USING btree (expires_at)
table conversation_reopenings
  column conversation_id text collate C not null
  column customer_id text collate C not null
  column resolved_at timestamp(3) with time zone not null
  column reopened_at timestamp(3) with time zone not null
  constraint conversation_reopenings_conversation_id_conversations_id_fk FOREIGN KEY (conversation_id) REFERENCES conversations(id)
  constraint conversation_reopenings_conversation_id_reopened_at_pk PRIMARY KEY (conversation_id, reopened_at)
  CREATE UNIQUE INDEX conversation_reopenings_conversation_id_reopened_at_pk ON public.conversation_reopenings USING btree (conversation_id, reopened_at)
  CREATE INDEX conversation_reopenings_reopened ON public.conversation_reopenings USING btree (customer_id, reopened_at, conversation_id)
  CREATE INDEX conversation_reopenings_resolved ON public.conversation_reopenings USING btree (customer_id, resolved_at, conversation_id)
table conversation_signals
  column conversation_id text collate C not null
  column name text not null
  column source text not null
  column valid_from timestamp(3) with time zone not null
  column valid_to timestamp(3) with time zone
  column value jsonb not null
  constraint conversation_signals_conversation_id_conversations_id_fk FOREIGN KEY (conversation_id) REFERENCES conversations(id)
  constraint conversation_signals_conversation_id_name_source_valid_from_pk PRIMARY KEY (conversation_id, name, source, valid_from)
  CREATE UNIQUE INDEX conversation_signals_conversation_id_name_source_valid_from_pk ON public.conversation_signals USING btree (conversation_id, name, source, valid_from)
  CREATE INDEX conversation_signals_now ON public.conversation_signals USING btree (conversation_id) WHERE (valid_to IS NULL)
table conversations
  column id text collate C not null
  column reference text not null
  column customer_id text collate C not null
  column subject text
  column topic text
  column language text
  column status text not null
  column assignee_id text collate C
  column inbox_id text collate C not null
  column channel text not null
  column opened_at timestamp(3) with time zone not null
  column last_message_at timestamp(3) with time zone not null
  column resolved_at timestamp(3) with time zone
  column thread_key text
  column control_kind text
  column control_id text collate C
  column control_since timestamp(3) with time zone
  column issue_type text
  column priority text not null default 'normal'::text
  column tags text[] not null default '{}'::text[]
  column actions_taken text
  column resolution text
  column outcome text
  column snoozed_until timestamp(3) with time zone
  column merged_into_id text collate C
  column waiting_since timestamp(3) with time zone
  column sensitive_kinds text[]
  constraint conversations_assignee_id_agents_id_fk FOREIGN KEY (assignee_id) REFERENCES agents(id)
  constraint conversations_customer_id_customers_id_fk FOREIGN KEY (customer_id) REFERENCES customers(id)
  constraint conversations_merged_into_id_conversations_id_fk FOREIGN KEY (merged_into_id) REFERENCES conversations(id)
  constraint conversations_pkey PRIMARY KEY (id)
  constraint conversations_reference_unique UNIQUE (reference)
  CREATE INDEX conversations_assignee ON public.conversations USING btree (assignee_id, last_message_at, id)
  CREATE INDEX conversations_control ON public.conversations USING btree (control_id, last_message_at, id) WHERE (control_id IS NOT NULL)
  CREATE INDEX conversations_customer ON public.conversations USING btree (customer_id, last_message_at, id)
  CREATE INDEX conversations_customer_opened ON public.conversations USING btree (customer_id, opened_at, id)
  CREATE INDEX conversations_customer_resolved ON public.conversations USING btree (customer_id, resolved_at, id) WHERE (resolved_at IS NOT NULL)
  CREATE INDEX conversations_inbox ON public.conversations USING btree (inbox_id, last_message_at, id)
  CREATE INDEX conversations_issue_type ON public.conversations USING btree (issue_type, last_message_at, id) WHERE (issue_type IS NOT NULL)
  CREATE INDEX conversations_merged ON public.conversations USING btree (merged_into_id) WHERE (merged_into_id IS NOT NULL)
  CREATE INDEX conversations_newest ON public.conversations USING btree (last_message_at, id)
  CREATE UNIQUE INDEX conversations_pkey ON public.conversations USING btree (id)
  CREATE INDEX conversations_priority ON public.conversations USING btree (priority, last_message_at, id) WHERE (priority <> 'normal'::text)
  CREATE UNIQUE INDEX conversations_reference_unique ON public.conversations USING btree (reference)
  CREATE INDEX conversations_snoozed ON public.conversations USING btree (snoozed_until) WHERE (status = 'snoozed'::text)
  CREATE INDEX conversations_tags ON public.conversations USING gin (tags) WHERE (tags <> '{}'::text[])
  CREATE INDEX conversations_unresolved ON public.conversations USING btree (customer_id) WHERE (status <> 'resolved'::text)
  CREATE INDEX conversations_unresolved_newest ON public.conversations USING btree (last_message_at, id) WHERE (status <> 'resolved'::text)
table cost_budgets
  column principal text collate C not null
  column points double precision not null
  column maximum double precision not null
  column per_second double precision not null
  column at timestamp with time zone not null
  constraint cost_budgets_pkey PRIMARY KEY (principal)
  CREATE UNIQUE INDEX cost_budgets_pkey ON public.cost_budgets USING btree (principal)
table customer_promises
  column id text collate C not null
  column customer_id text collate C not null
  column order_id text collate C
  column conversation_id text collate C
  column kind text not null
  column text text not null
  column due_at timestamp(3) with time zone not null
  column state text not null
  column made_at timestamp(3) with time zone not null
  column made_by text not null
  column settled_at timestamp(3) with time zone
  column settled_by text
  column note text
  constraint customer_promises_conversation_id_conversations_id_fk FOREIGN KEY (conversation_id) REFERENCES conversations(id)
  constraint customer_promises_customer_id_customers_id_fk FOREIGN KEY (customer_id) REFERENCES customers(id)
  constraint customer_promises_order_id_orders_id_fk FOREIGN KEY (order_id) REFERENCES orders(id)
  constraint customer_promises_pkey PRIMARY KEY (id)
  CREATE INDEX customer_promises_conversation ON public.customer_promises USING btree (conversation_id, made_at) WHERE (conversation_id IS NOT NULL)
  CREATE INDEX customer_promises_customer ON public.customer_promises USING btree (customer_id, made_at, id)
  CREATE INDEX customer_promises_due ON public.customer_promises USING btree (due_at) WHERE (state = 'open'::text)
  CREATE INDEX customer_promises_newest ON public.customer_promises USING btree (made_at, id)
  CREATE INDEX customer_promises_order ON public.customer_promises USING btree (order_id, made_at) WHERE (order_id IS NOT NULL)
  CREATE UNIQUE INDEX customer_promises_pkey ON public.customer_promises USING btree (id)
table customer_traits
  column customer_id text collate C not null
  column key text collate C not null
  column valid_from timestamp(3) with time zone not null
  column valid_to timestamp(3) with time zone
  column value jsonb
  column kind text not null
  column source text not null
  column recorded_at timestamp(3) with time zone not null
  constraint customer_traits_customer_id_customers_id_fk FOREIGN KEY (customer_id) REFERENCES customers(id)
  constraint customer_traits_customer_id_key_valid_from_pk PRIMARY KEY (customer_id, key, valid_from)
  CREATE INDEX customer_traits_current ON public.customer_traits USING btree (customer_id) WHERE (valid_to IS NULL)
  CREATE UNIQUE INDEX customer_traits_customer_id_key_valid_from_pk ON public.customer_traits USING btree (customer_id, key, valid_from)
  CREATE INDEX customer_traits_newest ON public.customer_traits USING btree (customer_id, valid_from, key)
table customer_versions
  column customer_id text collate C not null
  column valid_from timestamp(3) with time zone not null
  column valid_to timestamp(3) with time zone
  column profile jsonb not null
  constraint customer_versions_customer_id_valid_from_pk PRIMARY KEY (customer_id, valid_from)
  CREATE UNIQUE INDEX customer_versions_customer_id_valid_from_pk ON public.customer_versions USING btree (customer_id, valid_from)
table customer_words
  column customer_id text collate C not null
  column word text collate C not null
  constraint customer_words_customer_id_word_pk PRIMARY KEY (customer_id, word)
  CREATE UNIQUE INDEX customer_words_customer_id_word_pk ON public.customer_words USING btree (customer_id, word)
  CREATE INDEX customer_words_word ON public.customer_words USING btree (word, customer_id)
table customers
  column id text collate C not null
  column display_name text
  column given_name text
  column family_name text
  column language text
  column market text
  column time_zone text
  column preferred_channel text
  column address jsonb
  column latitude double precision
  column longitude double precision
  column created_at timestamp(3) with time zone not null
  column updated_at timestamp(3) with time zone not null
  column preferences jsonb
  constraint customers_pkey PRIMARY KEY (id)
  CREATE INDEX customers_newest ON public.customers USING btree (created_at, id)
  CREATE INDEX customers_of_channel ON public.customers USING btree (preferred_channel, created_at, id) WHERE (preferred_channel IS NOT NULL)
  CREATE INDEX customers_of_language ON public.customers USING btree (language, created_at, id)
  CREATE INDEX customers_of_market ON public.customers USING btree (market, created_at, id)
  CREATE UNIQUE INDEX customers_pkey ON public.customers USING btree (id)
table deliveries
  column message_id text collate C not null
  column inbox_id text collate C not null
  column channel text not null
  column endpoint_id text collate C not null
  column state text not null
  column attempt_count smallint not null default 0
  column next_attempt_at timestamp(3) with time zone
  column provider_id text
  column failure text
  column failure_text text
  column queued_at timestamp(3) with time zone not null
  column sent_at timestamp(3) with time zone
  column delivered_at timestamp(3) with time zone
  column read_at timestamp(3) with time zone
  column failed_at timestamp(3) with time zone
  constraint deliveries_message_id_messages_id_fk FOREIGN KEY (message_id) REFERENCES messages(id)
  constraint deliveries_pkey PRIMARY KEY (message_id)
  CREATE UNIQUE INDEX deliveries_pkey ON public.deliveries USING btree (message_id)
  CREATE INDEX deliveries_provider_id ON public.deliveries USING btree (inbox_id, provider_id) WHERE (provider_id IS NOT NULL)
  CREATE INDEX deliveries_waiting ON public.deliveries USING btree (next_attempt_at) WHERE ((state = 'queued'::text) AND (next_attempt_at IS NOT NULL))
table dropped_identities
  column id text collate C not null
  column customer_id text collate C not null
  column kind text not null
  column value text not null
  column match_key text collate C not null
  column verified boolean not null
  column reason text not null
  column is_of_known boolean not null
  column source text not null
  column rules_version integer not null
  column first_seen_at timestamp(3) with time zone not null
  column last_seen_at timestamp(3) with time zone not null
  constraint dropped_identities_customer_id_customers_id_fk FOREIGN KEY (customer_id) REFERENCES customers(id)
  constraint dropped_identities_pkey PRIMARY KEY (id)
  CREATE INDEX dropped_identities_newest ON public.dropped_identities USING btree (customer_id, last_seen_at, id)
  CREATE UNIQUE INDEX dropped_identities_of_customer ON public.dropped_identities USING btree (customer_id, kind, match_key)
  CREATE UNIQUE INDEX dropped_identities_pkey ON public.dropped_identities USING btree (id)
  CREATE INDEX dropped_identities_shared ON public.dropped_identities USING btree (kind, match_key, last_seen_at)
table endpoints
  column id text collate C not null
  column inbox_id text collate C not null
  column customer_id text collate C not null
  column address text not null
  column created_at timestamp(3) with time zone not null
  column is_public boolean not null default false
  constraint endpoints_customer_id_customers_id_fk FOREIGN KEY (customer_id) REFERENCES customers(id)
  constraint endpoints_inbox_id_inboxes_id_fk FOREIGN KEY (inbox_id) REFERENCES inboxes(id)
  constraint endpoints_pkey PRIMARY KEY (id)
  CREATE INDEX endpoints_customer ON public.endpoints USING btree (customer_id)
  CREATE UNIQUE INDEX endpoints_inbox_address ON public.endpoints USING btree (inbox_id, address, customer_id, is_public)
  CREATE UNIQUE INDEX endpoints_pkey ON public.endpoints USING btree (id)
table erasures
  column id text collate C not null
  column customer_ids text[] not null
  column requested_by text not null
  column erased_at timestamp(3) with time zone not null
  column completed_at timestamp(3) with time zone
  column counts jsonb not null
  column xid xid8 not null default pg_current_xact_id()
  constraint erasures_pkey PRIMARY KEY (id)
  CREATE INDEX erasures_newest ON public.erasures USING btree (erased_at, id)
  CREATE INDEX erasures_open ON public.erasures USING btree (erased_at, id) WHERE (completed_at IS NULL)
  CREATE UNIQUE INDEX erasures_pkey ON public.erasures USING btree (id)
table event_streams partitioned by RANGE ("position")
  column stream text collate C not null
  column version bigint not null
  column position bigint not null
  column xid xid8 not null default pg_current_xact_id()
  constraint event_streams_stream_version_position_pk PRIMARY KEY (stream, version, "position")
  CREATE UNIQUE INDEX event_streams_stream_version_position_pk ON ONLY public.event_streams USING btree (stream, version, "position")
table event_streams_0 FOR VALUES FROM (MINVALUE) TO ('4294967296')
  column stream text collate C not null
  column version bigint not null
  column position bigint not null
  column xid xid8 not null default pg_current_xact_id()
  constraint event_streams_0_pkey PRIMARY KEY (stream, version, "position")
  CREATE UNIQUE INDEX event_streams_0_pkey ON public.event_streams_0 USING btree (stream, version, "position")
table events partitioned by RANGE ("position")
  column position bigint not null default nextval('journal_positions'::regclass)
  column xid xid8 not null default pg_current_xact_id()
  column type text not null
  column streams text[] not null
  column versions bigint[] not null
  column topics text[] not null
  column actor text not null
  column occurred_at timestamp(3) with time zone not null
  column received_at timestamp(3) with time zone not null
  column recorded_at timestamp with time zone not null
  column details jsonb not null
  constraint events_xid_position_pk PRIMARY KEY (xid, "position")
  CREATE UNIQUE INDEX events_xid_position_pk ON ONLY public.events USING btree (xid, "position")
table events_0 FOR VALUES FROM (MINVALUE) TO ('4294967296')
  column position bigint not null
  column xid xid8 not null default pg_current_xact_id()
  column type text not null
  column streams text[] not null
  column versions bigint[] not null
  column topics text[] not null
  column actor text not null
  column occurred_at timestamp(3) with time zone not null
  column received_at timestamp(3) with time zone not null
  column recorded_at timestamp with time zone not null
  column details jsonb not null
  constraint events_0_pkey PRIMARY KEY (xid, "position")
  CREATE UNIQUE INDEX events_0_pkey ON public.events_0 USING btree (xid, "position")
table first_answers
  column conversation_id text collate C not null
  column channel text not null
  column asked_at timestamp(3) with time zone not null
  column answered_at timestamp(3) with time zone not null
  constraint first_answers_pkey PRIMARY KEY (conversation_id)
  CREATE INDEX first_answers_newest ON public.first_answers USING btree (answered_at)
  CREATE UNIQUE INDEX first_answers_pkey ON public.first_answers USING btree (conversation_id)
table former_identities
  column id text collate C not null
  column customer_id text collate C not null
  column kind text not null
  column value text not null
  column normalized text collate C not null
  column verified boolean not null
  column source text not null
  column first_seen_at timestamp(3) with time zone not null
  column last_seen_at timestamp(3) with time zone not null
  column ended_at timestamp(3) with time zone not null
  constraint former_identities_customer_id_customers_id_fk FOREIGN KEY (customer_id) REFERENCES customers(id)
  constraint former_identities_pkey PRIMARY KEY (id)
  CREATE INDEX former_identities_customer ON public.former_identities USING btree (customer_id, ended_at)
  CREATE UNIQUE INDEX former_identities_pkey ON public.former_identities USING btree (id)
table fulfilment_orders
  column id text collate C not null
  column order_id text collate C not null
  column external_id text not null
  column location_external_id text
  column method text not null
  column status text not null
  column status_occurred_at timestamp(3) with time zone not null
  column fulfil_by timestamp(3) with time zone
  column lines jsonb not null
  column created_at timestamp(3) with time zone not null
  constraint fulfilment_orders_order_id_orders_id_fk FOREIGN KEY (order_id) REFERENCES orders(id)
  constraint fulfilment_orders_pkey PRIMARY KEY (id)
  CREATE UNIQUE INDEX fulfilment_orders_external ON public.fulfilment_orders USING btree (order_id, external_id)
  CREATE UNIQUE INDEX fulfilment_orders_pkey ON public.fulfilment_orders USING btree (id)
  CREATE INDEX fulfilment_orders_place ON public.fulfilment_orders USING btree (location_external_id)
table handoffs
  column id text collate C not null
  column conversation_id text collate C not null
  column from_kind text
  column from_id text collate C
  column to_kind text not null
  column to_id text collate C not null
  column summary text not null
  column handed_at timestamp(3) with time zone not null
  column by_kind text not null
  column by_id text collate C not null
  column customer_id text collate C not null
  constraint handoffs_conversation_id_conversations_id_fk FOREIGN KEY (conversation_id) REFERENCES conversations(id)
  constraint handoffs_pkey PRIMARY KEY (id)
  CREATE INDEX handoffs_conversation ON public.handoffs USING btree (conversation_id, handed_at, id)
  CREATE INDEX handoffs_customer ON public.handoffs USING btree (customer_id, handed_at, id)
  CREATE UNIQUE INDEX handoffs_pkey ON public.handoffs USING btree (id)
table hold_lines
  column hold_id text collate C not null
  column variant_id text collate C not null
  column quantity integer not null
  constraint hold_lines_hold_id_holds_id_fk FOREIGN KEY (hold_id) REFERENCES holds(id)
  constraint hold_lines_hold_id_variant_id_pk PRIMARY KEY (hold_id, variant_id)
  constraint hold_lines_variant_id_variants_id_fk FOREIGN KEY (variant_id) REFERENCES variants(id)
  CREATE UNIQUE INDEX hold_lines_hold_id_variant_id_pk ON public.hold_lines USING btree (hold_id, variant_id)
table holds
  column id text collate C not null
  column customer_id text collate C not null
  column conversation_id text collate C
  column location_id text collate C not null
  column slot_id text collate C
  column state text not null
  column made_at timestamp(3) with time zone not null
  column made_by text not null
  column expires_at timestamp(3) with time zone not null
  column settled_at timestamp(3) with time zone
  constraint holds_conversation_id_conversations_id_fk FOREIGN KEY (conversation_id) REFERENCES conversations(id)
  constraint holds_customer_id_customers_id_fk FOREIGN KEY (customer_id) REFERENCES customers(id)
  constraint holds_location_id_locations_id_fk FOREIGN KEY (location_id) REFERENCES locations(id)
  constraint holds_pkey PRIMARY KEY (id)
  constraint holds_slot_id_pickup_slots_id_fk FOREIGN KEY (slot_id) REFERENCES pickup_slots(id)
  CREATE INDEX holds_conversation ON public.holds USING btree (conversation_id, made_at) WHERE (conversation_id IS NOT NULL)
  CREATE INDEX holds_customer ON public.holds USING btree (customer_id, made_at, id)
  CREATE INDEX holds_due ON public.holds USING btree (expires_at) WHERE (state = 'open'::text)
  CREATE INDEX holds_location ON public.holds USING btree (location_id, made_at, id)
  CREATE UNIQUE INDEX holds_pkey ON public.holds USING btree (id)
table idempotency_keys
  column principal text not null
  column mutation text not null
  column key text not null
  column input_digest bytea not null
  column result jsonb not null
  column created_at timestamp(3) with time zone not null
  constraint idempotency_keys_principal_mutation_key_pk PRIMARY KEY (principal, mutation, key)
  CREATE INDEX idempotency_keys_created_at ON public.idempotency_keys USING btree (created_at)
  CREATE UNIQUE INDEX idempotency_keys_principal_mutation_key_pk ON public.idempotency_keys USING btree (principal, mutation, key)
table identities
  column id text collate C not null
  column customer_id text collate C not null
  column kind text not null
  column value text not null
  column normalized text collate C not null
  column verified boolean not null default false
  column source text not null
  column first_seen_at timestamp(3) with time zone not null
  column last_seen_at timestamp(3) with time zone not null
  column match_key text collate C
  column confidence real not null default 0.8
  constraint identities_customer_id_customers_id_fk FOREIGN KEY (customer_id) REFERENCES customers(id)
  constraint identities_pkey PRIMARY KEY (id)
  CREATE INDEX identities_customer ON public.identities USING btree (customer_id, first_seen_at, id)
  CREATE UNIQUE INDEX identities_kind_match_key ON public.identities USING btree (kind, COALESCE(match_key, normalized))
  CREATE UNIQUE INDEX identities_kind_normalized ON public.identities USING btree (kind, normalized)
  CREATE INDEX identities_phone_tail ON public.identities USING btree (reverse(normalized)) WHERE (kind = 'phone'::text)
  CREATE UNIQUE INDEX identities_pkey ON public.identities USING btree (id)
table identity_rule_sets
  column version integer not null
  column rules jsonb not null
  column note text
  column set_at timestamp(3) with time zone not null
  column set_by text not null
  constraint identity_rule_sets_pkey PRIMARY KEY (version)
  CREATE UNIQUE INDEX identity_rule_sets_pkey ON public.identity_rule_sets USING btree (version)
table inboxes
  column id text collate C not null
  column channel text not null
  column external_id text not null
  column name text not null
  column address text
  column brand text
  column market text
  column created_at timestamp(3) with time zone not null
  column business_hours jsonb
  column hook_secret bytea
  column hook_secret_prefix text
  column earlier_hook_secret bytea
  column earlier_hook_secret_until timestamp(3) with time zone
  column credentials bytea
  column bridge_url text
  column bridge_secret bytea
  column bridge_secret_prefix text
  column sending_stopped_at timestamp(3) with time zone
  column routing text not null default 'on_request'::text
  constraint inboxes_external_id_unique UNIQUE (external_id)
  constraint inboxes_pkey PRIMARY KEY (id)
  CREATE UNIQUE INDEX inboxes_external_id_unique ON public.inboxes USING btree (external_id)
  CREATE UNIQUE INDEX inboxes_pkey ON public.inboxes USING btree (id)
table installation
  column id smallint not null default 1
  column epoch text not null
  column secret bytea not null
  column pruned_xid xid8 not null default '0'::xid8
  column created_at timestamp(3) with time zone not null default now()
  constraint installation_pkey PRIMARY KEY (id)
  CREATE UNIQUE INDEX installation_pkey ON public.installation USING btree (id)
table journal_slices
  column slice integer not null
  column prepared_at timestamp(3) with time zone not null default clock_timestamp()
  column started_at timestamp(3) with time zone
  column from_xid xid8
  constraint journal_slices_pkey PRIMARY KEY (slice)
  CREATE UNIQUE INDEX journal_slices_pkey ON public.journal_slices USING btree (slice)
table kept_apart
  column one_id text collate C not null
  column other_id text collate C not null
  column decided_at timestamp(3) with time zone not null
  column decided_by text not null
  constraint kept_apart_one_id_customers_id_fk FOREIGN KEY (one_id) REFERENCES customers(id)
  constraint kept_apart_one_id_other_id_pk PRIMARY KEY (one_id, other_id)
  constraint kept_apart_other_id_customers_id_fk FOREIGN KEY (other_id) REFERENCES customers(id)
  CREATE UNIQUE INDEX kept_apart_one_id_other_id_pk ON public.kept_apart USING btree (one_id, other_id)
  CREATE INDEX kept_apart_other ON public.kept_apart USING btree (other_id)
table legal_holds
  column id text collate C not null
  column customer_id text collate C
  column order_id text collate C
  column reference text not null
  column placed_at timestamp(3) with time zone not null
  column placed_by text not null
  column released_at timestamp(3) with time zone
  column released_by text
  constraint legal_holds_pkey PRIMARY KEY (id)
  CREATE INDEX legal_holds_in_force ON public.legal_holds USING btree (customer_id, order_id) WHERE (released_at IS NULL)
  CREATE INDEX legal_holds_newest ON public.legal_holds USING btree (placed_at, id)
  CREATE UNIQUE INDEX legal_holds_pkey ON public.legal_holds USING btree (id)
table legs
  column id text collate C not null
  column conversation_id text collate C not null
  column endpoint_id text collate C not null
  column started_at timestamp(3) with time zone not null
  column last_message_at timestamp(3) with time zone not null
  column turned_to_at timestamp(3) with time zone not null default now()
  constraint legs_conversation_id_conversations_id_fk FOREIGN KEY (conversation_id) REFERENCES conversations(id)
  constraint legs_endpoint_id_endpoints_id_fk FOREIGN KEY (endpoint_id) REFERENCES endpoints(id)
  constraint legs_pkey PRIMARY KEY (id)
  CREATE UNIQUE INDEX legs_conversation_endpoint ON public.legs USING btree (conversation_id, endpoint_id)
  CREATE INDEX legs_endpoint ON public.legs USING btree (endpoint_id)
  CREATE UNIQUE INDEX legs_pkey ON public.legs USING btree (id)
table locations
  column id text collate C not null
  column external_id text not null
  column name text not null
  column kind text not null
  column address jsonb
  column latitude double precision
  column longitude double precision
  column time_zone text
  column created_at timestamp(3) with time zone not null
  column updated_at timestamp(3) with time zone not null
  column opening_hours jsonb
  column pickup_minutes integer
  column delivery_hours integer
  constraint locations_external_id_unique UNIQUE (external_id)
  constraint locations_pkey PRIMARY KEY (id)
  CREATE UNIQUE INDEX locations_external_id_unique ON public.locations USING btree (external_id)
  CREATE UNIQUE INDEX locations_pkey ON public.locations USING btree (id)
  CREATE INDEX locations_place ON public.locations USING gist (point(longitude, latitude))
table match_candidates
  column one_id text collate C not null
  column other_id text collate C not null
  column confidence double precision not null
  constraint match_candidates_one_id_other_id_pk PRIMARY KEY (one_id, other_id)
  CREATE INDEX match_candidates_best ON public.match_candidates USING btree (confidence, one_id, other_id)
  CREATE UNIQUE INDEX match_candidates_one_id_other_id_pk ON public.match_candidates USING btree (one_id, other_id)
  CREATE INDEX match_candidates_other ON public.match_candidates USING btree (other_id)
table match_keys
  column customer_id text collate C not null
  column key bigint not null
  constraint match_keys_key_customer_id_pk PRIMARY KEY (key, customer_id)
  CREATE INDEX match_keys_customer ON public.match_keys USING btree (customer_id)
  CREATE UNIQUE INDEX match_keys_key_customer_id_pk ON public.match_keys USING btree (key, customer_id)
table match_place
  column id integer not null
  column cursor text not null
  constraint match_place_pkey PRIMARY KEY (id)
  CREATE UNIQUE INDEX match_place_pkey ON public.match_place USING btree (id)
table match_walk
  column id integer not null
  column step text not null
  column place text not null
  column changed_since timestamp(3) with time zone
  column begun_at timestamp(3) with time zone not null
  constraint match_walk_pkey PRIMARY KEY (id)
  CREATE UNIQUE INDEX match_walk_pkey ON public.match_walk USING btree (id)
table match_weights
  column version integer not null
  column person_count integer not null
  column weights jsonb not null
  column common_values jsonb not null
  column counted_persons integer not null
  column learned_at timestamp(3) with time zone not null
  constraint match_weights_pkey PRIMARY KEY (version)
  CREATE UNIQUE INDEX match_weights_pkey ON public.match_weights USING btree (version)
table merge_proposals
  column id text collate C not null
  column one_id text collate C not null
  column other_id text collate C not null
  column confidence double precision not null
  column evidence jsonb not null
  column is_contradicted boolean not null
  column state text not null
  column weights_version integer not null
  column proposed_at timestamp(3) with time zone not null
  column decided_at timestamp(3) with time zone
  column decided_by text
  constraint merge_proposals_one_id_customers_id_fk FOREIGN KEY (one_id) REFERENCES customers(id)
  constraint merge_proposals_other_id_customers_id_fk FOREIGN KEY (other_id) REFERENCES customers(id)
  constraint merge_proposals_pkey PRIMARY KEY (id)
  CREATE INDEX merge_proposals_newest ON public.merge_proposals USING btree (proposed_at, id)
  CREATE INDEX merge_proposals_of_state ON public.merge_proposals USING btree (state, proposed_at, id)
  CREATE INDEX merge_proposals_other ON public.merge_proposals USING btree (other_id)
  CREATE UNIQUE INDEX merge_proposals_pair ON public.merge_proposals USING btree (one_id, other_id)
  CREATE UNIQUE INDEX merge_proposals_pkey ON public.merge_proposals USING btree (id)
table merges
  column id text collate C not null
  column person_id text collate C not null
  column merged_id text collate C not null
  column reason text not null
  column confidence double precision
  column merged_at timestamp(3) with time zone not null
  column merged_by text not null
  column unmerged_at timestamp(3) with time zone
  column unmerged_by text
  constraint merges_merged_id_customers_id_fk FOREIGN KEY (merged_id) REFERENCES customers(id)
  constraint merges_person_id_customers_id_fk FOREIGN KEY (person_id) REFERENCES customers(id)
  constraint merges_pkey PRIMARY KEY (id)
  CREATE INDEX merges_merged ON public.merges USING btree (merged_id)
  CREATE INDEX merges_person ON public.merges USING btree (person_id, merged_at, id)
  CREATE UNIQUE INDEX merges_pkey ON public.merges USING btree (id)
  CREATE UNIQUE INDEX merges_standing ON public.merges USING btree (merged_id) WHERE (unmerged_at IS NULL)
table messages
  column id text collate C not null
  column conversation_id text collate C not null
  column leg_id text collate C
  column inbox_id text collate C
  column customer_id text collate C not null
  column external_id text
  column direction text not null
  column visibility text not null
  column author_kind text not null
  column author_id text not null
  column text text not null
  column occurred_at timestamp(3) with time zone not null
  column received_at timestamp(3) with time zone not null
  column recorded_at timestamp(3) with time zone not null
  column delivery_state text
  column fallback_of_id text collate C
  column full_text text
  constraint messages_pkey PRIMARY KEY (id)
  CREATE INDEX messages_conversation ON public.messages USING btree (conversation_id, occurred_at, id)
  CREATE INDEX messages_customer_internal ON public.messages USING btree (customer_id, occurred_at, id) WHERE (visibility = 'internal'::text)
  CREATE INDEX messages_customer_public ON public.messages USING btree (customer_id, occurred_at, id, inbox_id) WHERE (visibility = 'public'::text)
  CREATE UNIQUE INDEX messages_fallback_of ON public.messages USING btree (fallback_of_id) WHERE (fallback_of_id IS NOT NULL)
  CREATE UNIQUE INDEX messages_inbox_external_id ON public.messages USING btree (inbox_id, external_id)
  CREATE UNIQUE INDEX messages_pkey ON public.messages USING btree (id)
table notices
  column id text collate C not null
  column customer_id text collate C not null
  column order_id text collate C not null
  column kind text not null
  column about text not null
  column expected_at timestamp(3) with time zone
  column state text not null
  column due_at timestamp(3) with time zone not null
  column raised_at timestamp(3) with time zone
  column settled_at timestamp(3) with time zone
  column reason text
  column message_id text collate C
  constraint notices_customer_id_customers_id_fk FOREIGN KEY (customer_id) REFERENCES customers(id)
  constraint notices_once UNIQUE NULLS NOT DISTINCT (order_id, kind, about, expected_at)
  constraint notices_order_id_orders_id_fk FOREIGN KEY (order_id) REFERENCES orders(id)
  constraint notices_pkey PRIMARY KEY (id)
  CREATE INDEX notices_customer ON public.notices USING btree (customer_id)
  CREATE INDEX notices_due ON public.notices USING btree (due_at) WHERE (state = ANY (ARRAY['planned'::text, 'raised'::text]))
  CREATE INDEX notices_message ON public.notices USING btree (message_id) WHERE (message_id IS NOT NULL)
  CREATE UNIQUE INDEX notices_once ON public.notices USING btree (order_id, kind, about, expected_at) NULLS NOT DISTINCT
  CREATE UNIQUE INDEX notices_pkey ON public.notices USING btree (id)
table order_facts
  column id text collate C not null
  column order_id text collate C
  column source text not null
  column source_event_id text not null
  column source_version bigint
  column kind text not null
  column body jsonb not null
  column occurred_at timestamp(3) with time zone not null
  column received_at timestamp(3) with time zone not null
  column recorded_at timestamp(3) with time zone not null
  column order_number text not null
  constraint order_facts_order_id_orders_id_fk FOREIGN KEY (order_id) REFERENCES orders(id)
  constraint order_facts_pkey PRIMARY KEY (id)
  CREATE INDEX order_facts_order ON public.order_facts USING btree (order_id)
  CREATE INDEX order_facts_order_number ON public.order_facts USING btree (order_number)
  CREATE UNIQUE INDEX order_facts_pkey ON public.order_facts USING btree (id)
  CREATE INDEX order_facts_recorded ON public.order_facts USING brin (recorded_at)
  CREATE UNIQUE INDEX order_facts_source_event ON public.order_facts USING btree (source, source_event_id)
table order_lines
  column id text collate C not null
  column order_id text collate C not null
  column external_id text not null
  column position integer not null
  column variant_id text collate C
  column sku text not null
  column title text not null
  column options jsonb not null
  column quantity integer not null
  column unit_price_minor bigint not null
  constraint order_lines_order_id_orders_id_fk FOREIGN KEY (order_id) REFERENCES orders(id)
  constraint order_lines_pkey PRIMARY KEY (id)
  constraint order_lines_variant_id_variants_id_fk FOREIGN KEY (variant_id) REFERENCES variants(id)
  CREATE UNIQUE INDEX order_lines_external ON public.order_lines USING btree (order_id, external_id)
  CREATE UNIQUE INDEX order_lines_pkey ON public.order_lines USING btree (id)
  CREATE INDEX order_lines_variant ON public.order_lines USING btree (variant_id)
  CREATE INDEX order_lines_without_variant ON public.order_lines USING btree (sku) WHERE (variant_id IS NULL)
table order_proof_failures
  column subject text collate C not null
  column failures integer not null
  column since timestamp(3) with time zone not null
  constraint order_proof_failures_pkey PRIMARY KEY (subject)
  CREATE UNIQUE INDEX order_proof_failures_pkey ON public.order_proof_failures USING btree (subject)
  CREATE INDEX order_proof_failures_since ON public.order_proof_failures USING btree (since)
table order_steps
  column id text collate C not null
  column customer_id text collate C not null
  column order_id text collate C not null
  column kind text not null
  column status text not null
  column return_id text collate C
  column occurred_at timestamp(3) with time zone not null
  constraint order_steps_order_id_orders_id_fk FOREIGN KEY (order_id) REFERENCES orders(id)
  constraint order_steps_pkey PRIMARY KEY (id)
  CREATE INDEX order_steps_customer ON public.order_steps USING btree (customer_id, kind, occurred_at, id)
  CREATE UNIQUE INDEX order_steps_pkey ON public.order_steps USING btree (id)
table order_versions
  column order_id text collate C not null
  column valid_from timestamp(3) with time zone not null
  column valid_to timestamp(3) with time zone
  column status text not null
  column payment_status text not null
  column fulfilment_status text not null default 'unfulfilled'::text
  column return_status text not null default 'none'::text
  constraint order_versions_order_id_valid_from_pk PRIMARY KEY (order_id, valid_from)
  CREATE UNIQUE INDEX order_versions_order_id_valid_from_pk ON public.order_versions USING btree (order_id, valid_from)
  CREATE TRIGGER order_versions_axes_follow_status BEFORE INSERT OR UPDATE ON public.order_versions FOR EACH ROW EXECUTE FUNCTION order_axes_follow_status()
table orders
  column id text collate C not null
  column number text not null
  column source text not null
  column customer_id text collate C not null
  column partner_id text collate C
  column placed_at timestamp(3) with time zone not null
  column currency text not null
  column total_minor bigint not null
  column status text not null
  column status_occurred_at timestamp(3) with time zone not null
  column status_received_at timestamp(3) with time zone not null
  column status_recorded_at timestamp(3) with time zone not null
  column payment_status text not null
  column cancel_reason text
  column shipping_address jsonb
  column updated_at timestamp(3) with time zone not null
  column status_reason_code text
  column status_raw text
  column fulfilment_status text not null default 'unfulfilled'::text
  column return_status text not null default 'none'::text
  column items_changed_at timestamp(3) with time zone
  column status_source text
  column status_source_kind text
  constraint orders_number_unique UNIQUE (number)
  constraint orders_partner_id_partners_id_fk FOREIGN KEY (partner_id) REFERENCES partners(id)
  constraint orders_pkey PRIMARY KEY (id)
  CREATE INDEX orders_customer ON public.orders USING btree (customer_id, placed_at, id)
  CREATE INDEX orders_newest ON public.orders USING btree (placed_at, id)
  CREATE INDEX orders_number_prefix ON public.orders USING btree (number text_pattern_ops)
  CREATE UNIQUE INDEX orders_number_unique ON public.orders USING btree (number)
  CREATE INDEX orders_partner ON public.orders USING btree (partner_id, placed_at, id)
  CREATE UNIQUE INDEX orders_pkey ON public.orders USING btree (id)
  CREATE INDEX orders_status ON public.orders USING btree (status, placed_at, id)
  CREATE TRIGGER orders_axes_follow_status BEFORE INSERT OR UPDATE ON public.orders FOR EACH ROW EXECUTE FUNCTION order_axes_follow_status()
table outreaches
  column message_id text collate C not null
  column customer_id text collate C not null
  column purpose text not null
  column about text not null
  column written_at timestamp(3) with time zone not null
  column order_id text collate C
  constraint outreaches_customer_id_customers_id_fk FOREIGN KEY (customer_id) REFERENCES customers(id)
  constraint outreaches_message_id_messages_id_fk FOREIGN KEY (message_id) REFERENCES messages(id)
  constraint outreaches_pkey PRIMARY KEY (message_id)
  CREATE INDEX outreaches_about ON public.outreaches USING btree (customer_id, about)
  CREATE INDEX outreaches_newest ON public.outreaches USING btree (customer_id, written_at)
  CREATE UNIQUE INDEX outreaches_pkey ON public.outreaches USING btree (message_id)
table packet_watches
  column customer_id text collate C not null
  column process_id text not null
  column until timestamp(3) with time zone not null
  constraint packet_watches_customer_id_process_id_pk PRIMARY KEY (customer_id, process_id)
  CREATE UNIQUE INDEX packet_watches_customer_id_process_id_pk ON public.packet_watches USING btree (customer_id, process_id)
table partner_locations
  column partner_id text collate C not null
  column location_id text collate C not null
  constraint partner_locations_location_id_locations_id_fk FOREIGN KEY (location_id) REFERENCES locations(id)
  constraint partner_locations_partner_id_location_id_pk PRIMARY KEY (partner_id, location_id)
  constraint partner_locations_partner_id_partners_id_fk FOREIGN KEY (partner_id) REFERENCES partners(id)
  CREATE INDEX partner_locations_location ON public.partner_locations USING btree (location_id)
  CREATE UNIQUE INDEX partner_locations_partner_id_location_id_pk ON public.partner_locations USING btree (partner_id, location_id)
table partners
  column id text collate C not null
  column external_id text not null
  column name text not null
  column kind text not null
  column created_at timestamp(3) with time zone not null
  constraint partners_external_id_unique UNIQUE (external_id)
  constraint partners_pkey PRIMARY KEY (id)
  CREATE UNIQUE INDEX partners_external_id_unique ON public.partners USING btree (external_id)
  CREATE UNIQUE INDEX partners_pkey ON public.partners USING btree (id)
table payments
  column id text collate C not null
  column order_id text collate C not null
  column external_id text not null
  column kind text not null
  column method text not null
  column amount_minor bigint not null
  column occurred_at timestamp(3) with time zone not null
  column state text not null default 'done'::text
  column expected_by timestamp(3) with time zone
  constraint payments_order_id_orders_id_fk FOREIGN KEY (order_id) REFERENCES orders(id)
  constraint payments_pkey PRIMARY KEY (id)
  CREATE UNIQUE INDEX payments_external ON public.payments USING btree (order_id, kind, external_id)
  CREATE UNIQUE INDEX payments_pkey ON public.payments USING btree (id)
table person_links
  column member_id text collate C not null
  column person_id text collate C not null
  column linked_at timestamp(3) with time zone not null
  column into_id text collate C
  constraint person_links_into_id_customers_id_fk FOREIGN KEY (into_id) REFERENCES customers(id)
  constraint person_links_member_id_customers_id_fk FOREIGN KEY (member_id) REFERENCES customers(id)
  constraint person_links_person_id_customers_id_fk FOREIGN KEY (person_id) REFERENCES customers(id)
  constraint person_links_pkey PRIMARY KEY (member_id)
  CREATE INDEX person_links_into ON public.person_links USING btree (into_id) WHERE (into_id IS NOT NULL)
  CREATE INDEX person_links_person ON public.person_links USING btree (person_id)
  CREATE UNIQUE INDEX person_links_pkey ON public.person_links USING btree (member_id)
table pickup_slots
  column id text collate C not null
  column location_id text collate C not null
  column starts_at timestamp(3) with time zone not null
  column ends_at timestamp(3) with time zone not null
  column capacity integer not null
  column taken integer not null default 0
  constraint pickup_slots_location_id_locations_id_fk FOREIGN KEY (location_id) REFERENCES locations(id)
  constraint pickup_slots_pkey PRIMARY KEY (id)
  constraint pickup_slots_within_capacity CHECK (((taken >= 0) AND (taken <= capacity) AND (starts_at < ends_at)))
  CREATE UNIQUE INDEX pickup_slots_pkey ON public.pickup_slots USING btree (id)
  CREATE UNIQUE INDEX pickup_slots_start ON public.pickup_slots USING btree (location_id, starts_at)
table places
  column country text not null
  column postal_code text not null
  column name text not null
  column name_key text not null
  column latitude double precision not null
  column longitude double precision not null
  constraint places_country_postal_code_pk PRIMARY KEY (country, postal_code)
  CREATE UNIQUE INDEX places_country_postal_code_pk ON public.places USING btree (country, postal_code)
  CREATE INDEX places_name ON public.places USING btree (name_key, country, postal_code)
  CREATE INDEX places_postal_code ON public.places USING btree (postal_code, country)
table polled_parcels
  column connector_id text collate C not null
  column shipment_id text collate C not null
  column asked_at timestamp(3) with time zone not null
  constraint polled_parcels_connector_id_polls_connector_id_fk FOREIGN KEY (connector_id) REFERENCES polls(connector_id)
  constraint polled_parcels_connector_id_shipment_id_pk PRIMARY KEY (connector_id, shipment_id)
  constraint polled_parcels_shipment_id_shipments_id_fk FOREIGN KEY (shipment_id) REFERENCES shipments(id)
  CREATE UNIQUE INDEX polled_parcels_connector_id_shipment_id_pk ON public.polled_parcels USING btree (connector_id, shipment_id)
  CREATE INDEX polled_parcels_shipment ON public.polled_parcels USING btree (shipment_id)
table polls
  column connector_id text collate C not null
  column url text not null
  column key bytea not null
  column carriers text[] not null
  column every_seconds integer not null
  column next_at timestamp(3) with time zone not null
  column failures integer not null default 0
  column asked_at timestamp(3) with time zone
  constraint polls_connector_id_connectors_id_fk FOREIGN KEY (connector_id) REFERENCES connectors(id)
  constraint polls_pkey PRIMARY KEY (connector_id)
  CREATE INDEX polls_due ON public.polls USING btree (next_at)
  CREATE UNIQUE INDEX polls_pkey ON public.polls USING btree (connector_id)
table products
  column id text collate C not null
  column external_id text not null
  column title text not null
  column brand text
  column category text
  column created_at timestamp(3) with time zone not null
  column updated_at timestamp(3) with time zone not null
  column bundle text
  constraint products_external_id_unique UNIQUE (external_id)
  constraint products_pkey PRIMARY KEY (id)
  CREATE INDEX products_bundle ON public.products USING btree (bundle) WHERE (bundle IS NOT NULL)
  CREATE INDEX products_category ON public.products USING btree (category) WHERE (category IS NOT NULL)
  CREATE UNIQUE INDEX products_external_id_unique ON public.products USING btree (external_id)
  CREATE UNIQUE INDEX products_pkey ON public.products USING btree (id)
table quarantined_facts
  column id text collate C not null
  column source text not null
  column source_event_id text not null
  column version bigint
  column kind text not null
  column reason text not null
  column order_number text
  column body jsonb not null
  column occurred_at timestamp(3) with time zone not null
  column received_at timestamp(3) with time zone not null
  column recorded_at timestamp(3) with time zone not null
  column state text not null
  column decided_at timestamp(3) with time zone
  column decided_by text
  column note text
  constraint quarantined_facts_pkey PRIMARY KEY (id)
  CREATE INDEX quarantined_facts_held ON public.quarantined_facts USING btree (recorded_at, id) WHERE (state = 'held'::text)
  CREATE INDEX quarantined_facts_newest ON public.quarantined_facts USING btree (recorded_at, id)
  CREATE INDEX quarantined_facts_order ON public.quarantined_facts USING btree (order_number)
  CREATE UNIQUE INDEX quarantined_facts_pkey ON public.quarantined_facts USING btree (id)
  CREATE UNIQUE INDEX quarantined_facts_source_event ON public.quarantined_facts USING btree (source, source_event_id)
table queue_feedback
  column conversation_id text collate C not null
  column position integer not null
  column wait_seconds integer
  column told_at timestamp(3) with time zone not null
  constraint queue_feedback_conversation_id_conversations_id_fk FOREIGN KEY (conversation_id) REFERENCES conversations(id)
  constraint queue_feedback_pkey PRIMARY KEY (conversation_id)
  CREATE UNIQUE INDEX queue_feedback_pkey ON public.queue_feedback USING btree (conversation_id)
table queue_feedback_place
  column id integer not null
  column estimated_at timestamp(3) with time zone not null
  constraint queue_feedback_place_pkey PRIMARY KEY (id)
  CREATE UNIQUE INDEX queue_feedback_place_pkey ON public.queue_feedback_place USING btree (id)
table receptions
  column conversation_id text collate C not null
  column customer_id text collate C not null
  column decided_at timestamp(3) with time zone not null
  column receiver text not null
  column rule text not null
  column policy_version integer not null
  column signals jsonb not null
  constraint receptions_conversation_id_conversations_id_fk FOREIGN KEY (conversation_id) REFERENCES conversations(id)
  constraint receptions_conversation_id_decided_at_pk PRIMARY KEY (conversation_id, decided_at)
  CREATE UNIQUE INDEX receptions_conversation_id_decided_at_pk ON public.receptions USING btree (conversation_id, decided_at)
  CREATE INDEX receptions_customer ON public.receptions USING btree (customer_id, decided_at)
table retention_rules
  column id text collate C not null
  column data_class text not null
  column market text
  column keep_days integer not null
  column time_zone text not null
  column set_at timestamp(3) with time zone not null
  column set_by text not null
  constraint retention_rules_pkey PRIMARY KEY (id)
  constraint retention_rules_place UNIQUE NULLS NOT DISTINCT (data_class, market)
  CREATE UNIQUE INDEX retention_rules_pkey ON public.retention_rules USING btree (id)
  CREATE UNIQUE INDEX retention_rules_place ON public.retention_rules USING btree (data_class, market) NULLS NOT DISTINCT
table return_lines
  column id text collate C not null
  column return_id text collate C not null
  column line_external_id text not null
  column quantity integer not null
  column received_quantity integer
  column exchange_sku text
  constraint return_lines_pkey PRIMARY KEY (id)
  constraint return_lines_return_id_returns_id_fk FOREIGN KEY (return_id) REFERENCES returns(id)
  CREATE UNIQUE INDEX return_lines_line ON public.return_lines USING btree (return_id, line_external_id)
  CREATE UNIQUE INDEX return_lines_pkey ON public.return_lines USING btree (id)
table returns
  column id text collate C not null
  column order_id text collate C not null
  column external_id text not null
  column status text not null
  column reason text
  column requested_at timestamp(3) with time zone not null
  column status_occurred_at timestamp(3) with time zone not null
  column updated_at timestamp(3) with time zone not null
  column outcome text not null default 'refund'::text
  column steps jsonb not null default '[]'::jsonb
  column refund_method text
  column refund_expected_by timestamp(3) with time zone
  column told_at timestamp(3) with time zone not null default now()
  constraint returns_order_id_orders_id_fk FOREIGN KEY (order_id) REFERENCES orders(id)
  constraint returns_pkey PRIMARY KEY (id)
  CREATE UNIQUE INDEX returns_external ON public.returns USING btree (order_id, external_id)
  CREATE UNIQUE INDEX returns_pkey ON public.returns USING btree (id)
table routing_decisions
  column id text collate C not null
  column conversation_id text collate C not null
  column decided_at timestamp(3) with time zone not null
  column chosen_agent_id text collate C
  column requirements jsonb not null
  column candidates jsonb not null
  column others_by_reason jsonb not null
  column explanation text not null
  column customer_id text collate C not null
  column task_id text collate C
  column policy_version integer
  column circumstances jsonb
  constraint routing_decisions_chosen_agent_id_agents_id_fk FOREIGN KEY (chosen_agent_id) REFERENCES agents(id)
  constraint routing_decisions_conversation_id_conversations_id_fk FOREIGN KEY (conversation_id) REFERENCES conversations(id)
  constraint routing_decisions_pkey PRIMARY KEY (id)
  constraint routing_decisions_task_id_routing_tasks_id_fk FOREIGN KEY (task_id) REFERENCES routing_tasks(id)
  CREATE INDEX routing_decisions_conversation ON public.routing_decisions USING btree (conversation_id, decided_at, id)
  CREATE INDEX routing_decisions_customer ON public.routing_decisions USING btree (customer_id, decided_at, id)
  CREATE INDEX routing_decisions_newest ON public.routing_decisions USING btree (decided_at, id)
  CREATE UNIQUE INDEX routing_decisions_pkey ON public.routing_decisions USING btree (id)
  CREATE INDEX routing_decisions_task ON public.routing_decisions USING btree (task_id)
table routing_policies
  column id text collate C not null
  column version integer not null
  column name text not null
  column document text not null
  column note text
  column created_at timestamp(3) with time zone not null
  column created_by text not null
  constraint routing_policies_pkey PRIMARY KEY (id)
  constraint routing_policies_version_unique UNIQUE (version)
  CREATE INDEX routing_policies_newest ON public.routing_policies USING btree (created_at, id)
  CREATE UNIQUE INDEX routing_policies_pkey ON public.routing_policies USING btree (id)
  CREATE UNIQUE INDEX routing_policies_version_unique ON public.routing_policies USING btree (version)
table routing_policy_activations
  column number bigint not null generated always as identity
  column version integer not null
  column begins_at timestamp(3) with time zone not null
  column segment jsonb
  column control_percent smallint
  column is_roll_back boolean not null default false
  column note text
  column made_at timestamp(3) with time zone not null
  column made_by text not null
  column cancelled_at timestamp(3) with time zone
  constraint routing_policy_activations_pkey PRIMARY KEY (number)
  CREATE INDEX routing_policy_activations_begun ON public.routing_policy_activations USING btree (begins_at, number)
  CREATE UNIQUE INDEX routing_policy_activations_pkey ON public.routing_policy_activations USING btree (number)
  CREATE INDEX routing_policy_activations_version ON public.routing_policy_activations USING btree (version, number)
table routing_rehearsals
  column id text collate C not null
  column state text not null
  column version integer
  column document text not null
  column active_version integer not null
  column history_days smallint
  column seed integer
  column progress_percent smallint not null default 0
  column report jsonb
  column made_at timestamp(3) with time zone not null
  column made_by text not null
  column ended_at timestamp(3) with time zone
  constraint routing_rehearsals_pkey PRIMARY KEY (id)
  CREATE INDEX routing_rehearsals_newest ON public.routing_rehearsals USING btree (made_at, id)
  CREATE INDEX routing_rehearsals_open ON public.routing_rehearsals USING btree (made_at) WHERE (state = ANY (ARRAY['waiting'::text, 'running'::text]))
  CREATE UNIQUE INDEX routing_rehearsals_pkey ON public.routing_rehearsals USING btree (id)
table routing_rehearsed_contacts
  column rehearsal_id text collate C not null
  column number integer not null
  column contact text collate C not null
  column active jsonb
  column rehearsed jsonb
  column is_different boolean not null
  constraint routing_rehearsed_contacts_rehearsal_id_number_pk PRIMARY KEY (rehearsal_id, number)
  constraint routing_rehearsed_contacts_rehearsal_id_routing_rehearsals_id_f FOREIGN KEY (rehearsal_id) REFERENCES routing_rehearsals(id)
  CREATE INDEX routing_rehearsed_contacts_different ON public.routing_rehearsed_contacts USING btree (rehearsal_id, number) WHERE is_different
  CREATE UNIQUE INDEX routing_rehearsed_contacts_rehearsal_id_number_pk ON public.routing_rehearsed_contacts USING btree (rehearsal_id, number)
table routing_reservations
  column id text collate C not null
  column task_id text collate C not null
  column agent_id text collate C not null
  column conversation_id text collate C
  column customer_id text collate C
  column decision_id text collate C
  column state text not null
  column offered_at timestamp(3) with time zone not null
  column expires_at timestamp(3) with time zone
  column answered_at timestamp(3) with time zone
  constraint routing_reservations_agent_id_agents_id_fk FOREIGN KEY (agent_id) REFERENCES agents(id)
  constraint routing_reservations_conversation_id_conversations_id_fk FOREIGN KEY (conversation_id) REFERENCES conversations(id)
  constraint routing_reservations_pkey PRIMARY KEY (id)
  constraint routing_reservations_task_id_routing_tasks_id_fk FOREIGN KEY (task_id) REFERENCES routing_tasks(id)
  CREATE INDEX routing_reservations_agent ON public.routing_reservations USING btree (agent_id, offered_at, id)
  CREATE INDEX routing_reservations_conversation ON public.routing_reservations USING btree (conversation_id)
  CREATE INDEX routing_reservations_customer ON public.routing_reservations USING btree (customer_id)
  CREATE UNIQUE INDEX routing_reservations_live ON public.routing_reservations USING btree (task_id) WHERE (state = 'pending'::text)
  CREATE INDEX routing_reservations_newest ON public.routing_reservations USING btree (offered_at, id)
  CREATE INDEX routing_reservations_pending ON public.routing_reservations USING btree (agent_id) WHERE (state = 'pending'::text)
  CREATE UNIQUE INDEX routing_reservations_pkey ON public.routing_reservations USING btree (id)
  CREATE INDEX routing_reservations_task ON public.routing_reservations USING btree (task_id)
table routing_tasks
  column id text collate C not null
  column conversation_id text collate C
  column customer_id text collate C
  column state text not null
  column channel text not null
  column signals jsonb not null
  column waiting_since timestamp(3) with time zone not null
  column priority_minutes real not null default 0
  column team_id text collate C
  column is_transfer boolean not null default false
  column pinned_to_id text collate C
  column pinned_until timestamp(3) with time zone
  column earlier_agent_ids text[] not null default '{}'::text[]
  column declines jsonb not null
  column acted_through smallint not null default '-1'::integer
  column agent_id text collate C
  column agent_since timestamp(3) with time zone
  column wrap_up_seconds integer not null default 0
  column due_at timestamp(3) with time zone
  column ended_at timestamp(3) with time zone
  column changed_in xid8 not null default pg_current_xact_id()
  column inbox_id text collate C
  column queue text
  column requires jsonb not null default '[]'::jsonb
  constraint routing_tasks_agent_id_agents_id_fk FOREIGN KEY (agent_id) REFERENCES agents(id)
  constraint routing_tasks_conversation_id_conversations_id_fk FOREIGN KEY (conversation_id) REFERENCES conversations(id)
  constraint routing_tasks_pkey PRIMARY KEY (id)
  CREATE INDEX routing_tasks_agent ON public.routing_tasks USING btree (agent_id) WHERE (state = ANY (ARRAY['reserved'::text, 'assigned'::text, 'wrapping'::text]))
  CREATE INDEX routing_tasks_changed_in ON public.routing_tasks USING btree (changed_in)
  CREATE INDEX routing_tasks_conversation ON public.routing_tasks USING btree (conversation_id, id)
  CREATE INDEX routing_tasks_customer ON public.routing_tasks USING btree (customer_id, waiting_since, id)
  CREATE INDEX routing_tasks_due ON public.routing_tasks USING btree (due_at) WHERE (due_at IS NOT NULL)
  CREATE INDEX routing_tasks_inbox ON public.routing_tasks USING btree (inbox_id, waiting_since, id)
  CREATE UNIQUE INDEX routing_tasks_live ON public.routing_tasks USING btree (conversation_id) WHERE (state = ANY (ARRAY['pending'::text, 'reserved'::text, 'assigned'::text]))
  CREATE INDEX routing_tasks_newest ON public.routing_tasks USING btree (waiting_since, id)
  CREATE INDEX routing_tasks_of_agent ON public.routing_tasks USING btree (agent_id, waiting_since, id)
  CREATE UNIQUE INDEX routing_tasks_pkey ON public.routing_tasks USING btree (id)
  CREATE INDEX routing_tasks_queue ON public.routing_tasks USING btree (queue, waiting_since, id)
  CREATE INDEX routing_tasks_state ON public.routing_tasks USING btree (state, waiting_since, id)
  CREATE INDEX routing_tasks_waiting ON public.routing_tasks USING btree (waiting_since, id) WHERE (state = 'pending'::text)
  CREATE TRIGGER routing_tasks_changed BEFORE INSERT OR UPDATE ON public.routing_tasks FOR EACH ROW EXECUTE FUNCTION routing_changed()
table segment_members
  column segment_id text collate C not null
  column customer_id text collate C not null
  column entered_at timestamp(3) with time zone not null
  constraint segment_members_customer_id_customers_id_fk FOREIGN KEY (customer_id) REFERENCES customers(id)
  constraint segment_members_customer_id_segment_id_pk PRIMARY KEY (customer_id, segment_id)
  constraint segment_members_segment_id_segments_id_fk FOREIGN KEY (segment_id) REFERENCES segments(id)
  CREATE UNIQUE INDEX segment_members_customer_id_segment_id_pk ON public.segment_members USING btree (customer_id, segment_id)
  CREATE INDEX segment_members_newest ON public.segment_members USING btree (segment_id, entered_at, customer_id)
table segment_place
  column id integer not null
  column cursor text
  constraint segment_place_pkey PRIMARY KEY (id)
  CREATE UNIQUE INDEX segment_place_pkey ON public.segment_place USING btree (id)
table segments
  column id text collate C not null
  column name text not null
  column filter jsonb not null
  column version integer not null
  column created_at timestamp(3) with time zone not null
  column updated_at timestamp(3) with time zone not null
  column examined_up_to text collate C
  column examined integer not null default 0
  column to_examine integer
  column is_deleted boolean not null default false
  constraint segments_pkey PRIMARY KEY (id)
  CREATE UNIQUE INDEX segments_name ON public.segments USING btree (lower(name)) WHERE (NOT is_deleted)
  CREATE INDEX segments_newest ON public.segments USING btree (created_at, id)
  CREATE UNIQUE INDEX segments_pkey ON public.segments USING btree (id)
table served_statuses
  column id bigint not null generated always as identity
  column served_at timestamp(3) with time zone not null
  column touchpoint text not null
  column channel text not null
  column order_id text collate C not null
  column status text not null
  column is_right boolean
  column about text
  constraint served_statuses_pkey PRIMARY KEY (id)
  CREATE UNIQUE INDEX served_statuses_pkey ON public.served_statuses USING btree (id)
  CREATE INDEX served_statuses_served ON public.served_statuses USING brin (served_at)
  CREATE INDEX served_statuses_unjudged ON public.served_statuses USING btree (served_at) WHERE (is_right IS NULL)
table service_clocks
  column conversation_id text collate C not null
  column kind text not null
  column started_at timestamp(3) with time zone not null
  column target_seconds integer not null
  column warn_before_seconds integer not null
  column policy_version integer not null
  column level text not null
  column counted_ms bigint not null
  column counted_until timestamp(3) with time zone
  column running_since timestamp(3) with time zone
  column due_at timestamp(3) with time zone
  column look_at timestamp(3) with time zone
  column warned_at timestamp(3) with time zone
  column breached_at timestamp(3) with time zone
  column ended_at timestamp(3) with time zone
  constraint service_clocks_conversation_id_kind_pk PRIMARY KEY (conversation_id, kind)
  CREATE UNIQUE INDEX service_clocks_conversation_id_kind_pk ON public.service_clocks USING btree (conversation_id, kind)
  CREATE INDEX service_clocks_due ON public.service_clocks USING btree (look_at) WHERE (look_at IS NOT NULL)
table shipments
  column id text collate C not null
  column order_id text collate C not null
  column external_id text not null
  column partner_id text collate C
  column carrier text
  column tracking_number text
  column status text not null
  column status_occurred_at timestamp(3) with time zone not null
  column estimated_delivery_at timestamp(3) with time zone
  column line_external_ids text[] not null
  column created_at timestamp(3) with time zone not null
  column fulfilment_order_external_id text
  constraint shipments_order_id_orders_id_fk FOREIGN KEY (order_id) REFERENCES orders(id)
  constraint shipments_partner_id_partners_id_fk FOREIGN KEY (partner_id) REFERENCES partners(id)
  constraint shipments_pkey PRIMARY KEY (id)
  CREATE UNIQUE INDEX shipments_external ON public.shipments USING btree (order_id, external_id)
  CREATE INDEX shipments_on_their_way ON public.shipments USING btree (created_at, id) WHERE ((status <> ALL (ARRAY['delivered'::text, 'cancelled'::text])) AND (tracking_number IS NOT NULL))
  CREATE INDEX shipments_partner ON public.shipments USING btree (partner_id, order_id)
  CREATE UNIQUE INDEX shipments_pkey ON public.shipments USING btree (id)
  CREATE INDEX shipments_tracking_number ON public.shipments USING btree (tracking_number)
table skill_versions
  column skill_id text collate C not null
  column version integer not null
  column act text not null
  column label text
  column description text
  column owner text
  column note text
  column at timestamp(3) with time zone not null
  column by text not null
  constraint skill_versions_skill_id_skills_id_fk FOREIGN KEY (skill_id) REFERENCES skills(id)
  constraint skill_versions_skill_id_version_pk PRIMARY KEY (skill_id, version)
  CREATE UNIQUE INDEX skill_versions_skill_id_version_pk ON public.skill_versions USING btree (skill_id, version)
table skills
  column id text collate C not null
  column skill text not null
  column class text not null
  column label text
  column description text
  column owner text
  column version integer not null
  column reviewed_at timestamp(3) with time zone
  column review_due_at timestamp(3) with time zone not null
  column created_at timestamp(3) with time zone not null
  constraint skills_pkey PRIMARY KEY (id)
  constraint skills_skill_unique UNIQUE (skill)
  CREATE INDEX skills_class ON public.skills USING btree (class, created_at, id)
  CREATE INDEX skills_newest ON public.skills USING btree (created_at, id)
  CREATE UNIQUE INDEX skills_pkey ON public.skills USING btree (id)
  CREATE INDEX skills_review_due ON public.skills USING btree (review_due_at, id)
  CREATE UNIQUE INDEX skills_skill_unique ON public.skills USING btree (skill)
table source_objects
  column source text not null
  column kind text not null
  column external_id text not null
  column name text
  column version bigint
  constraint source_objects_source_kind_external_id_pk PRIMARY KEY (source, kind, external_id)
  CREATE INDEX source_objects_customer ON public.source_objects USING btree (name) WHERE (kind = 'customer'::text)
  CREATE INDEX source_objects_order_number ON public.source_objects USING btree (name) WHERE (kind = 'order'::text)
  CREATE UNIQUE INDEX source_objects_source_kind_external_id_pk ON public.source_objects USING btree (source, kind, external_id)
table sources
  column kind text not null
  column name text not null
  column first_heard_at timestamp(3) with time zone not null
  column last_heard_at timestamp(3) with time zone not null
  column expected_every_seconds integer
  column owner text
  column service_level text
  column error_procedure text
  column stale_since timestamp(3) with time zone
  constraint sources_kind_name_pk PRIMARY KEY (kind, name)
  CREATE UNIQUE INDEX sources_kind_name_pk ON public.sources USING btree (kind, name)
table stock_levels
  column variant_id text collate C not null
  column location_id text collate C not null
  column on_hand integer not null default 0
  column held integer not null default 0
  column as_of timestamp(3) with time zone not null
  column source text not null
  column updated_at timestamp(3) with time zone not null
  column committed integer not null default 0
  column incoming integer not null default 0
  column safety integer not null default 0
  column damaged integer not null default 0
  column incoming_at timestamp(3) with time zone
  column received_at timestamp(3) with time zone
  column recorded_at timestamp(3) with time zone
  constraint stock_levels_location_id_locations_id_fk FOREIGN KEY (location_id) REFERENCES locations(id)
  constraint stock_levels_names_never_below_zero CHECK ((LEAST(committed, incoming, safety, damaged) >= 0))
  constraint stock_levels_never_below_zero CHECK (((on_hand >= 0) AND (held >= 0)))
  constraint stock_levels_variant_id_location_id_pk PRIMARY KEY (variant_id, location_id)
  constraint stock_levels_variant_id_variants_id_fk FOREIGN KEY (variant_id) REFERENCES variants(id)
  CREATE INDEX stock_levels_location ON public.stock_levels USING btree (location_id)
  CREATE UNIQUE INDEX stock_levels_variant_id_location_id_pk ON public.stock_levels USING btree (variant_id, location_id)
table stock_versions
  column variant_id text collate C not null
  column location_id text collate C not null
  column valid_from timestamp(3) with time zone not null
  column valid_to timestamp(3) with time zone
  column on_hand integer not null
  column held integer not null
  column reason text not null
  column source text not null
  column id bigint not null generated always as identity
  column recorded_at timestamp(3) with time zone not null
  column committed integer not null default 0
  column incoming integer not null default 0
  column safety integer not null default 0
  column damaged integer not null default 0
  column changes jsonb
  constraint stock_versions_pkey PRIMARY KEY (id)
  CREATE UNIQUE INDEX stock_versions_current ON public.stock_versions USING btree (variant_id, location_id) WHERE (valid_to IS NULL)
  CREATE INDEX stock_versions_level ON public.stock_versions USING btree (variant_id, location_id, valid_from, id)
  CREATE UNIQUE INDEX stock_versions_pkey ON public.stock_versions USING btree (id)
table stream_heads with {fillfactor=50}
  column stream text collate C not null
  column version bigint not null
  constraint stream_heads_pkey PRIMARY KEY (stream)
  CREATE UNIQUE INDEX stream_heads_pkey ON public.stream_heads USING btree (stream)
table suppressions
  column hash bytea not null
  column erasure_id text collate C not null
  column erased_at timestamp(3) with time zone not null
  column ends_at timestamp(3) with time zone not null
  column refused_count integer not null default 0
  column last_refused_at timestamp(3) with time zone
  constraint suppressions_pkey PRIMARY KEY (hash)
  CREATE INDEX suppressions_erasure ON public.suppressions USING btree (erasure_id)
  CREATE UNIQUE INDEX suppressions_pkey ON public.suppressions USING btree (hash)
table team_members
  column team_id text collate C not null
  column agent_id text collate C not null
  constraint team_members_agent_id_agents_id_fk FOREIGN KEY (agent_id) REFERENCES agents(id)
  constraint team_members_team_id_agent_id_pk PRIMARY KEY (team_id, agent_id)
  constraint team_members_team_id_teams_id_fk FOREIGN KEY (team_id) REFERENCES teams(id)
  CREATE INDEX team_members_agent ON public.team_members USING btree (agent_id)
  CREATE UNIQUE INDEX team_members_team_id_agent_id_pk ON public.team_members USING btree (team_id, agent_id)
  CREATE TRIGGER team_members_changed AFTER INSERT OR DELETE OR UPDATE ON public.team_members FOR EACH ROW EXECUTE FUNCTION routing_changed_agent()
table teams
  column id text collate C not null
  column external_id text not null
  column name text not null
  column created_at timestamp(3) with time zone not null
  constraint teams_external_id_unique UNIQUE (external_id)
  constraint teams_pkey PRIMARY KEY (id)
  CREATE UNIQUE INDEX teams_external_id_unique ON public.teams USING btree (external_id)
  CREATE INDEX teams_newest ON public.teams USING btree (created_at, id)
  CREATE UNIQUE INDEX teams_pkey ON public.teams USING btree (id)
table tracking_events
  column id text collate C not null
  column shipment_id text collate C
  column source text not null
  column source_event_id text not null
  column status text not null
  column raw_status text
  column place text
  column occurred_at timestamp(3) with time zone not null
  column received_at timestamp(3) with time zone not null
  column recorded_at timestamp(3) with time zone not null
  column tracking_number text
  column estimated_delivery_at timestamp(3) with time zone
  column reason_code text
  constraint tracking_events_pkey PRIMARY KEY (id)
  constraint tracking_events_shipment_id_shipments_id_fk FOREIGN KEY (shipment_id) REFERENCES shipments(id)
  CREATE UNIQUE INDEX tracking_events_pkey ON public.tracking_events USING btree (id)
  CREATE INDEX tracking_events_recorded ON public.tracking_events USING brin (recorded_at)
  CREATE INDEX tracking_events_shipment ON public.tracking_events USING btree (shipment_id, occurred_at, id)
  CREATE UNIQUE INDEX tracking_events_source_event ON public.tracking_events USING btree (source, source_event_id)
  CREATE INDEX tracking_events_waiting ON public.tracking_events USING btree (tracking_number) WHERE (shipment_id IS NULL)
table variants
  column id text collate C not null
  column product_id text collate C not null
  column sku text not null
  column title text not null
  column options jsonb not null
  column price_minor bigint
  column currency text
  constraint variants_pkey PRIMARY KEY (id)
  constraint variants_product_id_products_id_fk FOREIGN KEY (product_id) REFERENCES products(id)
  constraint variants_sku_unique UNIQUE (sku)
  CREATE UNIQUE INDEX variants_pkey ON public.variants USING btree (id)
  CREATE INDEX variants_product ON public.variants USING btree (product_id)
  CREATE UNIQUE INDEX variants_sku_unique ON public.variants USING btree (sku)
table viewer_revocations
  column principal text not null
  column revoked_at timestamp(3) with time zone not null
  column revoked_by text not null
  constraint viewer_revocations_pkey PRIMARY KEY (principal)
  CREATE UNIQUE INDEX viewer_revocations_pkey ON public.viewer_revocations USING btree (principal)
table visitor_sessions
  column id text collate C not null
  column customer_id text collate C not null
  column visitor_id text
  column inbox_id text collate C
  column origin text
  column started_at timestamp(3) with time zone not null
  column last_seen_at timestamp(3) with time zone not null
  constraint visitor_sessions_pkey PRIMARY KEY (id)
  CREATE INDEX visitor_sessions_customer ON public.visitor_sessions USING btree (customer_id)
  CREATE UNIQUE INDEX visitor_sessions_pkey ON public.visitor_sessions USING btree (id)
table waiting_facts
  column id bigint not null generated always as identity
  column source text not null
  column source_event_id text not null
  column waits_for text not null
  column waits_for_id text not null
  column version bigint
  column body jsonb not null
  column occurred_at timestamp(3) with time zone not null
  column received_at timestamp(3) with time zone not null
  constraint waiting_facts_pkey PRIMARY KEY (id)
  CREATE INDEX waiting_facts_name ON public.waiting_facts USING btree (waits_for, waits_for_id)
  CREATE UNIQUE INDEX waiting_facts_pkey ON public.waiting_facts USING btree (id)
  CREATE UNIQUE INDEX waiting_facts_source_event ON public.waiting_facts USING btree (source, source_event_id)
table waiting_spells
  column conversation_id text collate C not null
  column position bigint not null generated always as identity
  column asked_at timestamp(3) with time zone not null
  column began_at timestamp(3) with time zone not null
  column ended_at timestamp(3) with time zone
  column is_pause boolean not null default false
  column is_counted boolean not null default false
  constraint waiting_spells_conversation_id_position_pk PRIMARY KEY (conversation_id, "position")
  CREATE UNIQUE INDEX waiting_spells_conversation_id_position_pk ON public.waiting_spells USING btree (conversation_id, "position")
  CREATE INDEX waiting_spells_news ON public.waiting_spells USING btree ("position") WHERE (NOT is_counted)
table webhook_attempts
  column id text collate C not null
  column delivery_id text collate C not null
  column started_at timestamp(3) with time zone not null
  column duration_ms integer not null
  column outcome text not null
  column status integer
  column request_bytes integer not null
  column response_bytes integer not null
  constraint webhook_attempts_delivery_id_webhook_deliveries_id_fk FOREIGN KEY (delivery_id) REFERENCES webhook_deliveries(id)
  constraint webhook_attempts_pkey PRIMARY KEY (id)
  CREATE INDEX webhook_attempts_delivery ON public.webhook_attempts USING btree (delivery_id, started_at, id)
  CREATE UNIQUE INDEX webhook_attempts_pkey ON public.webhook_attempts USING btree (id)
table webhook_deliveries
  column id text collate C not null
  column endpoint_id text collate C not null
  column event_position bigint
  column event_version bigint
  column event_type text
  column cursor text not null
  column ordering_key text not null
  column state text not null
  column attempt_count integer not null
  column tries integer not null
  column outcome text
  column due_at timestamp(3) with time zone
  column claimed_until timestamp(3) with time zone
  column created_at timestamp(3) with time zone not null
  column settled_at timestamp(3) with time zone
  constraint webhook_deliveries_endpoint_id_webhook_endpoints_id_fk FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoints(id)
  constraint webhook_deliveries_pkey PRIMARY KEY (id)
  CREATE INDEX webhook_deliveries_due ON public.webhook_deliveries USING btree (endpoint_id, due_at) WHERE (state = 'pending'::text)
  CREATE UNIQUE INDEX webhook_deliveries_event ON public.webhook_deliveries USING btree (endpoint_id, event_position)
  CREATE INDEX webhook_deliveries_lane ON public.webhook_deliveries USING btree (endpoint_id, ordering_key, event_position) WHERE (state = 'pending'::text)
  CREATE INDEX webhook_deliveries_newest ON public.webhook_deliveries USING btree (endpoint_id, created_at, id)
  CREATE UNIQUE INDEX webhook_deliveries_pkey ON public.webhook_deliveries USING btree (id)
table webhook_endpoints
  column id text collate C not null
  column name text not null
  column url text not null
  column document text not null
  column variables jsonb not null
  column key_id text collate C not null
  column secret bytea not null
  column secret_prefix text not null
  column earlier_secret bytea
  column earlier_secret_until timestamp(3) with time zone
  column revision integer not null
  column from_cursor text not null
  column replay_cursor text
  column failing_since timestamp(3) with time zone
  column disabled_at timestamp(3) with time zone
  column disabled_reason text
  column created_by text not null
  column created_at timestamp(3) with time zone not null
  column gap_since timestamp(3) with time zone
  column gap_until timestamp(3) with time zone
  column gap_reason text
  column gap_cursor text
  constraint webhook_endpoints_pkey PRIMARY KEY (id)
  CREATE INDEX webhook_endpoints_key ON public.webhook_endpoints USING btree (key_id)
  CREATE INDEX webhook_endpoints_newest ON public.webhook_endpoints USING btree (created_at, id)
  CREATE UNIQUE INDEX webhook_endpoints_pkey ON public.webhook_endpoints USING btree (id)
table webhook_place
  column id integer not null
  column cursor text
  constraint webhook_place_pkey PRIMARY KEY (id)
  CREATE UNIQUE INDEX webhook_place_pkey ON public.webhook_place USING btree (id)
CREATE OR REPLACE FUNCTION public.access_holds(who text, since timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog'
AS $function$
BEGIN
  IF EXISTS (SELECT FROM public.access_changes c WHERE c.principal = who AND c.at >= since AND c.act IN ('changed', 'revoked') AND c.done_by <> who) THEN
    RAISE EXCEPTION 'the access of % was changed', who USING ERRCODE = 'PU001';
  END IF;
  RETURN true;
END
$function$

CREATE OR REPLACE FUNCTION public.audit_forget(before timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
DECLARE
  removed integer;
BEGIN
  DELETE FROM public.audit_entries e USING (
    SELECT o.process, o.number FROM public.audit_entries o
    WHERE o.at < least(before, clock_timestamp() - interval '30 days') ORDER BY o.at, o.process, o.number LIMIT 5000
  ) old
  WHERE e.process = old.process AND e.number = old.number;
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN removed;
END
$function$

CREATE OR REPLACE FUNCTION public.journal_begin_slice(prepared_before timestamp with time zone, begun_before timestamp with time zone)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog'
 SET lock_timeout TO '100ms'
AS $function$
DECLARE
  upcoming integer;
  drawn bigint;
  was_drawn boolean;
BEGIN
  LOCK TABLE public.journal_slices IN SHARE ROW EXCLUSIVE MODE;
  -- A statement that began before the partitions were there does not know them: positions are drawn from a slice only some time after.
  SELECT slice INTO upcoming FROM public.journal_slices WHERE started_at IS NULL AND prepared_at < prepared_before;
  IF upcoming IS NULL THEN RETURN false; END IF;
  IF EXISTS (SELECT FROM public.journal_slices WHERE started_at >= begun_before) THEN RETURN false; END IF;
  SELECT last_value, is_called INTO drawn, was_drawn FROM public.journal_positions;
  -- Nothing has happened since the last one began: it goes on.
  IF NOT was_drawn AND drawn = (SELECT max(slice)::bigint << 32 FROM public.journal_slices WHERE started_at IS NOT NULL) THEN RETURN false; END IF;
  -- Takes effect at once, whatever becomes of this transaction; tried again, it must not go back.
  IF drawn < upcoming::bigint << 32 THEN PERFORM setval('public.journal_positions', upcoming::bigint << 32, false); END IF;
  UPDATE public.journal_slices SET started_at = clock_timestamp() WHERE slice = upcoming;
  RETURN true;
END
$function$

CREATE OR REPLACE FUNCTION public.journal_drop_slice(ended_before timestamp with time zone)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog'
 SET lock_timeout TO '100ms'
AS $function$
DECLARE
  oldest integer;
  newest_gone xid8;
BEGIN
  LOCK TABLE public.journal_slices IN SHARE ROW EXCLUSIVE MODE;
  SELECT s.slice INTO oldest FROM public.journal_slices s
  WHERE (SELECT min(later.started_at) FROM public.journal_slices later WHERE later.slice > s.slice) < ended_before
  ORDER BY s.slice LIMIT 1;
  IF oldest IS NULL THEN RETURN NULL; END IF;
  LOCK TABLE ONLY public.events, ONLY public.event_streams IN ACCESS EXCLUSIVE MODE;
  EXECUTE format('SELECT max(xid) FROM public.%I', 'events_' || oldest) INTO newest_gone;
  UPDATE public.installation SET pruned_xid = greatest(pruned_xid, newest_gone) WHERE id = 1;
  EXECUTE format('DROP TABLE public.%I, public.%I', 'events_' || oldest, 'event_streams_' || oldest);
  DELETE FROM public.journal_slices WHERE slice = oldest;
  RETURN oldest;
END
$function$

CREATE OR REPLACE FUNCTION public.journal_make_partitions(made integer)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog'
AS $function$
DECLARE
  parent text;
BEGIN
  FOREACH parent IN ARRAY ARRAY['events', 'event_streams'] LOOP
    -- Attached and not made in place: that lets everybody read and write meanwhile.
    EXECUTE format('CREATE TABLE public.%I (LIKE public.%I INCLUDING DEFAULTS INCLUDING INDEXES)', parent || '_' || made, parent);
    EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES FROM (%s) TO (%s)',
      parent, parent || '_' || made, made::bigint << 32, (made::bigint + 1) << 32);
  END LOOP;
END
$function$

CREATE OR REPLACE FUNCTION public.journal_prepare_slice()
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog'
 SET lock_timeout TO '100ms'
AS $function$
DECLARE
  upcoming integer;
BEGIN
  LOCK TABLE public.journal_slices IN SHARE ROW EXCLUSIVE MODE;
  -- One ahead is enough.
  IF EXISTS (SELECT FROM public.journal_slices WHERE started_at IS NULL) THEN RETURN false; END IF;
  SELECT coalesce(max(slice), 0) + 1 INTO upcoming FROM public.journal_slices;
  PERFORM public.journal_make_partitions(upcoming);
  INSERT INTO public.journal_slices (slice) VALUES (upcoming);
  RETURN true;
END
$function$

CREATE OR REPLACE FUNCTION public.order_axes_follow_status()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog'
AS $function$
BEGIN
  IF NEW.status IS DISTINCT FROM (CASE
    WHEN NEW.fulfilment_status = 'cancelled' THEN 'cancelled'
    WHEN NEW.return_status = 'started' THEN 'return_started'
    WHEN NEW.return_status = 'returned' THEN 'returned'
    WHEN NEW.fulfilment_status = 'unfulfilled' THEN 'pending'
    WHEN NEW.fulfilment_status = 'in_progress' THEN 'processed'
    WHEN NEW.fulfilment_status = 'partially_delivered' THEN 'in_transit'
    ELSE NEW.fulfilment_status
  END) THEN
    NEW.fulfilment_status := CASE NEW.status WHEN 'pending' THEN 'unfulfilled' WHEN 'processed' THEN 'in_progress'
      WHEN 'return_started' THEN 'delivered' WHEN 'returned' THEN 'delivered' ELSE NEW.status END;
    NEW.return_status := CASE NEW.status WHEN 'return_started' THEN 'started' WHEN 'returned' THEN 'returned' ELSE 'none' END;
  END IF;
  RETURN NEW;
END $function$

CREATE OR REPLACE FUNCTION public.renew_statistics(of_table text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog'
AS $function$
DECLARE
  is_empty boolean;
  sampled record;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relname = of_table AND c.relkind = 'r') THEN RETURN; END IF;
  EXECUTE format('ANALYZE public.%I', of_table);
  EXECUTE format('SELECT NOT EXISTS (SELECT FROM public.%I)', of_table) INTO is_empty;
  IF NOT is_empty THEN RETURN; END IF;
  FOR sampled IN
    SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, l.collname AS "collation"
    FROM pg_attribute a JOIN pg_stats s ON s.schemaname = 'public' AND s.tablename = of_table AND s.attname = a.attname
    LEFT JOIN pg_collation l ON l.oid = a.attcollation
    WHERE a.attrelid = format('public.%I', of_table)::regclass
  LOOP
    IF to_regproc('pg_catalog.pg_clear_attribute_stats') IS NOT NULL THEN
      -- From PostgreSQL 18 on.
      EXECUTE 'SELECT pg_catalog.pg_clear_attribute_stats(''public'', $1, $2, false)' USING of_table, sampled.name::text;
    ELSE
      -- Before it nothing else lets go of them: the same type again, in a table without a row.
      EXECUTE format('ALTER TABLE public.%I ALTER COLUMN %I TYPE %s %s', of_table, sampled.name, sampled.type,
        CASE WHEN sampled."collation" IS NULL THEN '' ELSE format('COLLATE %I', sampled."collation") END);
    END IF;
  END LOOP;
END
$function$

CREATE OR REPLACE FUNCTION public.routing_changed()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog'
AS $function$
BEGIN
  NEW.changed_in := pg_current_xact_id();
  RETURN NEW;
END $function$

CREATE OR REPLACE FUNCTION public.routing_changed_agent()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog'
AS $function$
BEGIN
  UPDATE public.agents SET changed_in = pg_current_xact_id()
  WHERE id = coalesce(NEW.agent_id, OLD.agent_id) AND changed_in <> pg_current_xact_id();
  RETURN NULL;
END $function$


-- What channels are like, as data, and what an inbox needs to take requests and to send. Adds columns to inboxes under a short lock.
CREATE TABLE "channels" (
	"name" text PRIMARY KEY NOT NULL,
	"class" text NOT NULL,
	"title" text NOT NULL,
	"description" text NOT NULL,
	"sender_kind" text NOT NULL,
	"is_public" boolean NOT NULL,
	"has_threads" boolean NOT NULL,
	"sends_by" text,
	"longest_text" integer
);
--> statement-breakpoint
ALTER TABLE "inboxes" ADD COLUMN "business_hours" jsonb;--> statement-breakpoint
ALTER TABLE "inboxes" ADD COLUMN "hook_secret" "bytea";--> statement-breakpoint
ALTER TABLE "inboxes" ADD COLUMN "hook_secret_prefix" text;--> statement-breakpoint
ALTER TABLE "inboxes" ADD COLUMN "earlier_hook_secret" "bytea";--> statement-breakpoint
ALTER TABLE "inboxes" ADD COLUMN "earlier_hook_secret_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "inboxes" ADD COLUMN "credentials" "bytea";--> statement-breakpoint
ALTER TABLE "inboxes" ADD COLUMN "bridge_url" text;--> statement-breakpoint
ALTER TABLE "inboxes" ADD COLUMN "bridge_secret" "bytea";--> statement-breakpoint
ALTER TABLE "inboxes" ADD COLUMN "bridge_secret_prefix" text;--> statement-breakpoint
INSERT INTO "channels" (name, class, title, description, sender_kind, is_public, has_threads, sends_by, longest_text) VALUES
  ('email', 'direct', 'E-mail', 'Electronic mail.', 'email', false, true, 'email', null),
  ('live_chat', 'direct', 'Live chat', 'Chat on the web site.', 'visitor_id', false, false, 'live_chat', null),
  ('voice', 'direct', 'Phone', 'Telephone: what was said, or what was noted of it.', 'phone', false, false, 'bridge', null),
  ('sms', 'direct', 'SMS', 'Text message.', 'phone', false, false, 'bridge', 1530),
  ('whatsapp', 'messaging', 'WhatsApp', 'WhatsApp.', 'phone', false, false, 'bridge', 4096),
  ('messenger', 'messaging', 'Messenger', 'Facebook Messenger.', 'social_handle', false, false, 'bridge', 2000),
  ('instagram', 'social', 'Instagram', 'Instagram, private messages and comments.', 'social_handle', false, true, 'bridge', 1000),
  ('facebook', 'social', 'Facebook', 'Facebook, posts and comments.', 'social_handle', true, true, 'bridge', 8000),
  ('x', 'social', 'X', 'X, posts and private messages.', 'social_handle', true, true, 'bridge', 280),
  ('web_form', 'direct', 'Web form', 'A form on the web site.', 'email', false, false, 'email', null),
  ('store', 'direct', 'Store', 'A visit to a store or its till.', 'loyalty_id', false, false, null, null),
  ('review', 'social', 'Review', 'A product or shop review.', 'external_id', true, true, 'bridge', null),
  ('self_service', 'self_service', 'Self-service', 'Help pages and portals.', 'visitor_id', false, false, null, null),
  ('site_search', 'self_service', 'Site search', 'Search on the web site.', 'visitor_id', false, false, null, null),
  ('app', 'self_service', 'App', 'The mobile app.', 'external_id', false, false, 'bridge', null);

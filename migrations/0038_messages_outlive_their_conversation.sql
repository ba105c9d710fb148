-- A person with a million messages is erased in many transactions: the conversations go in the first, so messages no longer hold them. Locks messages and conversations for a moment, channel_switches while its index is made.
ALTER TABLE "messages" DROP CONSTRAINT "messages_conversation_id_conversations_id_fk";
--> statement-breakpoint
CREATE INDEX "channel_switches_to_leg" ON "channel_switches" USING btree ("to_leg_id");

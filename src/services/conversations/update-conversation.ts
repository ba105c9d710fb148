import { checkOptionalLanguage } from '../../values/check-language.ts';
import { checkOptionalText } from '../../values/check-text.ts';
import type { ConversationId } from '../../values/ids.ts';
import { checkTags } from '../../values/tags.ts';
import type { IssueType, Priority } from '../../values/vocabulary.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import type { Conversation } from './conversation.ts';
import { conversationFact } from './conversation-fact.ts';
import { lockConversation } from './lock-conversation.ts';

/** What to change: what is left out (undefined) stays as it is, null empties it. */
export interface ConversationChange {
  readonly subject?: string | null | undefined;
  readonly topic?: string | null | undefined;
  readonly language?: string | null | undefined;
  readonly issueType?: IssueType | null | undefined;
  readonly priority?: Priority | null | undefined;
  readonly tags?: readonly string[] | null | undefined;
}

const FIELDS = ['subject', 'topic', 'language', 'issueType', 'priority', 'tags'] as const;
type Described = Pick<Conversation, (typeof FIELDS)[number]>;

/** Changes how a conversation is described, in any of its states. What stands there already is no change and no fact. */
export async function updateConversation(
  scope: Scope,
  id: string,
  change: ConversationChange,
  expectedVersion: number | null = null,
): Promise<ConversationId> {
  requireRight(scope.viewer, 'conversations:write');
  const wanted = checkChange(change);
  return atomically(scope, async (tx) => {
    const conversation = await lockConversation(tx, id, { version: expectedVersion });
    const next: Described = { ...conversation, ...wanted };
    const changed = FIELDS.filter((field) => JSON.stringify(next[field]) !== JSON.stringify(conversation[field]));
    if (changed.length === 0) return conversation.id;
    await tx.db.sql`
      update conversations set subject = ${next.subject}, topic = ${next.topic}, language = ${next.language},
        issue_type = ${next.issueType}, priority = ${next.priority}, tags = ${next.tags as string[]}::text[]
      where id = ${conversation.id}`;
    // Other targets may hold for it now: who waits is counted anew.
    await tx.db
      .sql`update waiting_spells set is_counted = false where conversation_id = ${conversation.id} and ended_at is null`;
    // Texts that people write do not stand in the journal: the fact says which of them changed.
    const { issueType, priority } = next;
    recordFact(
      tx,
      conversationFact(conversation, { type: 'conversation.updated', details: { changed, issueType, priority } }),
    );
    return conversation.id;
  });
}

function checkChange(change: ConversationChange): Partial<Described> {
  const at = (field: string) => ['input', field];
  const { subject, topic, language, issueType, priority, tags } = change;
  return {
    ...(subject !== undefined && { subject: checkOptionalText(subject, at('subject'), 500) }),
    ...(topic !== undefined && { topic: checkOptionalText(topic?.trim().toLowerCase(), at('topic'), 50) }),
    ...(language !== undefined && { language: checkOptionalLanguage(language, at('language')) }),
    ...(issueType !== undefined && { issueType }),
    ...(priority !== undefined && { priority: priority ?? 'normal' }),
    ...(tags !== undefined && { tags: checkTags(tags ?? [], at('tags')) }),
  };
}

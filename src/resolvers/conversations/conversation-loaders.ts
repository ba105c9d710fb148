import DataLoader from 'dataloader';

import type { Agent, Conversation, Inbox, Leg, Message } from '../../services/conversations/conversation.ts';
import type { Delivery } from '../../services/conversations/delivery.ts';
import { agentsByIds } from '../../services/conversations/read-agents.ts';
import { attachmentsOfMessages } from '../../services/conversations/read-attachments.ts';
import {
  conversationsByIds,
  conversationsOfPersons,
  legsOfConversations,
} from '../../services/conversations/read-conversations.ts';
import { deliveriesOfMessages } from '../../services/conversations/read-deliveries.ts';
import { agentCountsOfSkills, skillsByIds, versionsOfSkills } from '../../services/conversations/skills/read-skills.ts';
import type { Skill } from '../../services/conversations/skills/skill.ts';
import { inboxesByIds } from '../../services/conversations/read-inboxes.ts';
import {
  fullTextsOfMessages,
  messagesByIds,
  messagesOfConversations,
} from '../../services/conversations/read-messages.ts';
import type { Scope } from '../../services/scope.ts';
import type { ConversationId, CustomerId, SkillId } from '../../values/ids.ts';
import { loadManyBy, loadOneBy } from '../load-by.ts';
import { makePagedLoader } from '../paged-loader.ts';

export const makeConversationLoaders = (scope: Scope) => ({
  conversation: new DataLoader<string, Conversation | null>((ids) => conversationsByIds(scope, ids)),
  message: new DataLoader<string, Message | null>((ids) => messagesByIds(scope, ids)),
  fullTextOfMessage: new DataLoader<string, string | null>((ids) => fullTextsOfMessages(scope, ids)),
  attachmentsOfMessage: loadManyBy(
    (ids) => attachmentsOfMessages(scope, ids),
    ({ messageId }) => messageId ?? '',
  ),
  deliveryOfMessage: new DataLoader<string, Delivery | null>((ids) => deliveriesOfMessages(scope, ids)),
  inbox: new DataLoader<string, Inbox | null>((ids) => inboxesByIds(scope, ids)),
  agent: new DataLoader<string, Agent | null>((ids) => agentsByIds(scope, ids)),
  skill: new DataLoader<string, Skill | null>((ids) => skillsByIds(scope, ids)),
  agentCountOfSkill: loadOneBy(
    (skills) => agentCountsOfSkills(scope, skills),
    ({ skill }) => skill,
  ),
  versionsOfSkill: makePagedLoader((ids: readonly SkillId[], request) => versionsOfSkills(scope, ids, request)),
  legsOfConversation: new DataLoader<ConversationId, Leg[]>((ids) => legsOfConversations(scope, ids)),
  conversationsOfPerson: makePagedLoader((ids: readonly CustomerId[], request) =>
    conversationsOfPersons(scope, ids, request),
  ),
  messagesOfConversation: makePagedLoader((ids: readonly ConversationId[], request) =>
    messagesOfConversations(scope, ids, { ...request, visibility: 'public' }),
  ),
  notesOfConversation: makePagedLoader((ids: readonly ConversationId[], request) =>
    messagesOfConversations(scope, ids, { ...request, visibility: 'internal' }),
  ),
});

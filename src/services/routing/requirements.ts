import type { Channel } from '../../values/vocabulary.ts';
import type { Requirement } from './choose-agent.ts';

/**
 * What a conversation asks of an agent. The language is a must: nobody is helped in a language the agent does not speak. Topic and
 * channel only weigh. What is not known asks for nothing.
 */
export function requirementsOf(conversation: {
  language: string | null;
  channel: Channel;
  topic: string | null;
}): Requirement[] {
  const language = conversation.language?.split('-')[0]?.toLowerCase();
  return [
    ...(language ? [{ skill: `language:${language}`, weight: 3, isRequired: true, source: 'language' } as const] : []),
    ...(conversation.topic
      ? [{ skill: `topic:${conversation.topic}`, weight: 2, isRequired: false, source: 'topic' } as const]
      : []),
    { skill: `channel:${conversation.channel}`, weight: 1, isRequired: false, source: 'channel' },
  ];
}

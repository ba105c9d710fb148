import type { ChannelDialect } from './channel-dialect.ts';
import { readJsonHook } from './json-hook.ts';

export const liveChat: ChannelDialect = {
  name: 'live_chat',
  class: 'direct',
  title: 'Live chat',
  description: 'Chat on the web site.',
  senderKind: 'visitor_id',
  isPublic: false,
  hasThreads: false,
  sendsBy: 'live_chat',
  longestText: null,
  accepts: ['application/json'],
  read: readJsonHook,
};

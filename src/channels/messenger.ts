import type { ChannelDialect } from './channel-dialect.ts';
import { readJsonHook } from './json-hook.ts';

export const messenger: ChannelDialect = {
  name: 'messenger',
  class: 'messaging',
  title: 'Messenger',
  description: 'Facebook Messenger.',
  senderKind: 'social_handle',
  isPublic: false,
  hasThreads: false,
  sendsBy: 'bridge',
  longestText: 2_000,
  accepts: ['application/json'],
  read: readJsonHook,
};

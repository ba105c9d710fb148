import type { ChannelDialect } from './channel-dialect.ts';
import { readJsonHook } from './json-hook.ts';

export const x: ChannelDialect = {
  name: 'x',
  class: 'social',
  title: 'X',
  description: 'X, posts and private messages.',
  senderKind: 'social_handle',
  isPublic: true,
  hasThreads: true,
  sendsBy: 'bridge',
  // Of a post; it is what people see first.
  longestText: 280,
  accepts: ['application/json'],
  read: readJsonHook,
};

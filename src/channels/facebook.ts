import type { ChannelDialect } from './channel-dialect.ts';
import { readJsonHook } from './json-hook.ts';

export const facebook: ChannelDialect = {
  name: 'facebook',
  class: 'social',
  title: 'Facebook',
  description: 'Facebook, posts and comments.',
  senderKind: 'social_handle',
  isPublic: true,
  hasThreads: true,
  sendsBy: 'bridge',
  longestText: 8_000,
  accepts: ['application/json'],
  read: readJsonHook,
};

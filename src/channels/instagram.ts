import type { ChannelDialect } from './channel-dialect.ts';
import { readJsonHook } from './json-hook.ts';

export const instagram: ChannelDialect = {
  name: 'instagram',
  class: 'social',
  title: 'Instagram',
  description: 'Instagram, private messages and comments.',
  senderKind: 'social_handle',
  isPublic: false,
  hasThreads: true,
  sendsBy: 'bridge',
  longestText: 1_000,
  accepts: ['application/json'],
  read: readJsonHook,
};

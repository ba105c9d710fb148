import type { ChannelDialect } from './channel-dialect.ts';
import { readJsonHook } from './json-hook.ts';

export const voice: ChannelDialect = {
  name: 'voice',
  class: 'direct',
  title: 'Phone',
  description: 'Telephone: what was said, or what was noted of it.',
  senderKind: 'phone',
  isPublic: false,
  hasThreads: false,
  sendsBy: 'bridge',
  longestText: null,
  accepts: ['application/json'],
  read: readJsonHook,
};

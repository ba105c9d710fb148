import type { ChannelDialect } from './channel-dialect.ts';
import { readJsonHook } from './json-hook.ts';

export const email: ChannelDialect = {
  name: 'email',
  class: 'direct',
  title: 'E-mail',
  description: 'Electronic mail.',
  senderKind: 'email',
  isPublic: false,
  hasThreads: true,
  sendsBy: 'email',
  longestText: null,
  accepts: ['application/json'],
  read: readJsonHook,
};

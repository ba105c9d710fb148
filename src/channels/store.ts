import type { ChannelDialect } from './channel-dialect.ts';
import { readJsonHook } from './json-hook.ts';

export const store: ChannelDialect = {
  name: 'store',
  class: 'direct',
  title: 'Store',
  description: 'A visit to a store or its till.',
  senderKind: 'loyalty_id',
  isPublic: false,
  hasThreads: false,
  sendsBy: null,
  longestText: null,
  accepts: ['application/json'],
  read: readJsonHook,
};

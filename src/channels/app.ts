import type { ChannelDialect } from './channel-dialect.ts';
import { readJsonHook } from './json-hook.ts';

export const app: ChannelDialect = {
  name: 'app',
  class: 'self_service',
  title: 'App',
  description: 'The mobile app.',
  senderKind: 'external_id',
  isPublic: false,
  hasThreads: false,
  sendsBy: 'bridge',
  longestText: null,
  accepts: ['application/json'],
  read: readJsonHook,
};

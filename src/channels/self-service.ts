import type { ChannelDialect } from './channel-dialect.ts';
import { readJsonHook } from './json-hook.ts';

export const selfService: ChannelDialect = {
  name: 'self_service',
  class: 'self_service',
  title: 'Self-service',
  description: 'Help pages and portals.',
  senderKind: 'visitor_id',
  isPublic: false,
  hasThreads: false,
  sendsBy: null,
  longestText: null,
  accepts: ['application/json'],
  read: readJsonHook,
};

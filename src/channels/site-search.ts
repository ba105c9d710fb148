import type { ChannelDialect } from './channel-dialect.ts';
import { readJsonHook } from './json-hook.ts';

export const siteSearch: ChannelDialect = {
  name: 'site_search',
  class: 'self_service',
  title: 'Site search',
  description: 'Search on the web site.',
  senderKind: 'visitor_id',
  isPublic: false,
  hasThreads: false,
  sendsBy: null,
  longestText: null,
  accepts: ['application/json'],
  read: readJsonHook,
};

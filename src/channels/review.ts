import type { ChannelDialect } from './channel-dialect.ts';
import { readJsonHook } from './json-hook.ts';

export const review: ChannelDialect = {
  name: 'review',
  class: 'social',
  title: 'Review',
  description: 'A product or shop review.',
  senderKind: 'external_id',
  isPublic: true,
  hasThreads: true,
  sendsBy: 'bridge',
  longestText: null,
  accepts: ['application/json'],
  read: readJsonHook,
};

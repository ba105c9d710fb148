import type { ChannelDialect } from './channel-dialect.ts';
import { readJsonHook } from './json-hook.ts';

export const sms: ChannelDialect = {
  name: 'sms',
  class: 'direct',
  title: 'SMS',
  description: 'Text message.',
  senderKind: 'phone',
  isPublic: false,
  hasThreads: false,
  sendsBy: 'bridge',
  // Ten segments of 153 characters.
  longestText: 1_530,
  accepts: ['application/json'],
  read: readJsonHook,
};

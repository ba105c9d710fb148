import type { ChannelDialect } from './channel-dialect.ts';
import { readJsonHook } from './json-hook.ts';

export const whatsapp: ChannelDialect = {
  name: 'whatsapp',
  class: 'messaging',
  title: 'WhatsApp',
  description: 'WhatsApp.',
  senderKind: 'phone',
  isPublic: false,
  hasThreads: false,
  sendsBy: 'bridge',
  longestText: 4_096,
  accepts: ['application/json'],
  read: readJsonHook,
};

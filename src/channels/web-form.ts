import type { ChannelDialect } from './channel-dialect.ts';
import { readJsonHook } from './json-hook.ts';

export const webForm: ChannelDialect = {
  name: 'web_form',
  class: 'direct',
  title: 'Web form',
  description: 'A form on the web site.',
  senderKind: 'email',
  isPublic: false,
  hasThreads: false,
  sendsBy: 'email',
  longestText: null,
  accepts: ['application/json'],
  read: readJsonHook,
};

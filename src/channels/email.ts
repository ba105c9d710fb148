import type { ChannelDialect } from './channel-dialect.ts';
import { readMailHook } from './email/read-mail-hook.ts';
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
  accepts: ['message/rfc822', 'application/json'],
  read: (body, channel) => (body.contentType === 'message/rfc822' ? readMailHook(body) : readJsonHook(body, channel)),
};

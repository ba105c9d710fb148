import { app } from './app.ts';
import { email } from './email.ts';
import { facebook } from './facebook.ts';
import { instagram } from './instagram.ts';
import { liveChat } from './live-chat.ts';
import { messenger } from './messenger.ts';
import { review } from './review.ts';
import { selfService } from './self-service.ts';
import { siteSearch } from './site-search.ts';
import { sms } from './sms.ts';
import { store } from './store.ts';
import { voice } from './voice.ts';
import { webForm } from './web-form.ts';
import { whatsapp } from './whatsapp.ts';
import { x } from './x.ts';
import type { ChannelDialect } from './channel-dialect.ts';

/** Every channel that Punos speaks. Add at the end: the order is nobody's, the names are for ever. */
export const CHANNELS: readonly ChannelDialect[] = [
  email,
  liveChat,
  voice,
  sms,
  whatsapp,
  messenger,
  instagram,
  facebook,
  x,
  webForm,
  store,
  review,
  selfService,
  siteSearch,
  app,
];

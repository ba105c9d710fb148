import { CHANNELS } from '../../channels/channels.ts';

export const CHANNEL_NAMES = CHANNELS.map(({ name }) => name);

/** For the guide. */
export const CHANNEL_WORDS = CHANNEL_NAMES.map((name) => `\`${name}\``).join(', ');

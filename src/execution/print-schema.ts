import { lexicographicSortSchema, printSchema } from 'graphql';

import type { ChannelFacts } from '../values/channel-facts.ts';
import { buildSchema } from './build-schema.ts';

/** The schema as text, in one order: what is committed and served at /schema.graphql. */
export const printedSchema = (channels: readonly ChannelFacts[]): string =>
  `${printSchema(lexicographicSortSchema(buildSchema(channels).schema))}\n`;

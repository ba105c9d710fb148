import { lexicographicSortSchema, printSchema } from 'graphql';

import { buildSchema } from './build-schema.ts';

/** The schema as text, in one order: what is committed and served at /schema.graphql. */
export const printedSchema = (): string => `${printSchema(lexicographicSortSchema(buildSchema().schema))}\n`;

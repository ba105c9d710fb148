import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync, type PubSub } from 'type-graphql';

import { RESOLVERS } from '../resolvers/index.ts';
import { InputError, InsufficientStockError } from '../schema/access/user-error.ts';
import { readFieldRights, type FieldRights } from './field-rights.ts';

export interface BuiltSchema {
  readonly schema: GraphQLSchema;
  readonly rights: FieldRights;
}

// Subscriptions run over the journal; type-graphql asks for a bus of its own all the same.
const NO_BUS: PubSub = {
  publish: () => undefined,
  subscribe: () => {
    throw new Error('Subscriptions are opened by the live edge.');
  },
};

let built: BuiltSchema | undefined;

/** Builds the schema from the resolvers, once a process. Throws when a field has no right. */
export function buildSchema(): BuiltSchema {
  if (built) return built;
  const schema = buildSchemaSync({
    resolvers: [...RESOLVERS] as unknown as [NewableFunction],
    orphanedTypes: [InputError, InsufficientStockError],
    validate: false,
    pubSub: NO_BUS,
  });
  built = { schema, rights: readFieldRights(schema) };
  return built;
}

import 'reflect-metadata';
import { isInterfaceType, type GraphQLSchema } from 'graphql';
import { buildSchemaSync, getMetadataStorage, type PubSub } from 'type-graphql';

import { RESOLVERS } from '../resolvers/index.ts';
import { InputError, InsufficientStockError, VersionConflictError } from '../schema/access/user-error.ts';
import { nameChannels } from '../schema/vocabulary.ts';
import type { ChannelFacts } from '../values/channel-facts.ts';
import { TimelineIdentity, TimelineTrait } from '../schema/context/timeline.ts';
import { readFieldRights, type FieldRights } from './field-rights.ts';
import { markCursors } from './list-cursors.ts';
import { noteSubjects } from './note-subjects.ts';

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

let built: (BuiltSchema & { channels: readonly ChannelFacts[] }) | undefined;

/** Builds the schema from the resolvers for these channels, once for a list. Throws when a field has no right. */
export function buildSchema(channels: readonly ChannelFacts[]): BuiltSchema {
  if (built?.channels === channels) return built;
  nameChannels(Object.fromEntries(channels.map(({ name, description }) => [name, description])));
  readFieldsPlainly();
  const schema = buildSchemaSync({
    resolvers: [...RESOLVERS] as unknown as [NewableFunction],
    orphanedTypes: [InputError, InsufficientStockError, TimelineIdentity, TimelineTrait, VersionConflictError],
    validate: false,
    pubSub: NO_BUS,
  });
  resolveTypesAtOnce(schema);
  markCursors(schema);
  const rights = readFieldRights(schema);
  noteSubjects(schema, rights);
  built = { schema, rights, channels };
  return built;
}

/** A field without a resolver is a property of its object, no more: no function of type-graphql stands before it. */
function readFieldsPlainly(): void {
  for (const type of getMetadataStorage().objectTypes) type.simpleResolvers ??= true;
}

/** Ours answer at once; type-graphql would make a promise of each answer, for every row of a list. */
function resolveTypesAtOnce(schema: GraphQLSchema): void {
  for (const { name, resolveType } of getMetadataStorage().interfaceTypes) {
    const type = schema.getType(name);
    if (resolveType && isInterfaceType(type)) type.resolveType = resolveType as NonNullable<typeof type.resolveType>;
  }
}

import {
  isInterfaceType,
  isObjectType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

import { rightIn } from '../schema/right.ts';
import { RIGHTS, type Right } from '../values/rights.ts';

/** The right that each field asks for, by `Type.field`. */
export type FieldRights = ReadonlyMap<string, Right>;

type Composite = GraphQLObjectType | GraphQLInterfaceType;

function knownRight(extensions: Readonly<Record<string, unknown>>, place: string): Right | undefined {
  const right = rightIn(extensions);
  if (right === undefined) return undefined;
  if (typeof right !== 'string' || !Object.hasOwn(RIGHTS, right))
    throw new Error(`${place} asks for an unknown right: ${JSON.stringify(right)}.`);
  return right as Right;
}

/**
 * Reads the right of every field: its own, or its type's. Throws when one has none, so that a field nobody thought about
 * cannot be served. A field of a root type must have its own.
 */
export function readFieldRights(schema: GraphQLSchema): FieldRights {
  const rights = new Map<string, Right>();
  const missing: string[] = [];
  const roots = new Set<unknown>([schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]);
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || !(isObjectType(type) || isInterfaceType(type))) continue;
    const ofType = roots.has(type) ? undefined : knownRight(type.extensions, type.name);
    for (const field of Object.values((type as Composite).getFields())) {
      const place = `${type.name}.${field.name}`;
      const right = knownRight(field.extensions, place) ?? ofType;
      if (right) rights.set(place, right);
      else missing.push(place);
    }
  }
  if (missing.length > 0)
    throw new Error(`Fields without a right (put @Right on the field or on its type): ${missing.join(', ')}.`);
  return rights;
}

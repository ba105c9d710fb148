import {
  defaultFieldResolver,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

import type { Context } from '../resolvers/context.ts';
import { customerPropertiesIn } from '../schema/of-customer.ts';
import { opensPersonalData } from '../values/personal-classes.ts';
import type { FieldRights } from './field-rights.ts';

type Field = GraphQLField<unknown, Context>;
/** Adds the customers of a value to the subjects of a run. */
type Note = (value: unknown, subjects: Set<string>) => void;

/**
 * The one place that knows whom an answer shows: whatever a resolver answers with is looked at for objects that say whose they are (`@OfCustomer`).
 * It stands in the schema itself, so no way to run a document goes past it. Throws where personal data is reached that nobody said whose it is.
 */
export function noteSubjects(schema: GraphQLSchema, rights: FieldRights): void {
  const unsaid = typesOfUnsaidCustomers(schema, rights);
  if (unsaid.length > 0)
    throw new Error(
      `These show personal data and say not whose (put @OfCustomer or @OfNobody on the type): ${unsaid.join(', ')}.`,
    );
  const noteOf = notesOf(schema);
  for (const type of objectTypes(schema))
    for (const field of Object.values(type.getFields()) as Field[]) {
      if (isProperty(field)) continue;
      const note = noteOf(getNamedType(field.type));
      if (note) field.resolve = noting(field.resolve!, note);
    }
}

const objectTypes = (schema: GraphQLSchema): GraphQLObjectType[] =>
  Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) && !type.name.startsWith('__')) as never;

const isProperty = ({ resolve }: Field) => !resolve || resolve === defaultFieldResolver;

const noting =
  (resolve: GraphQLFieldResolver<unknown, Context>, note: Note): GraphQLFieldResolver<unknown, Context> =>
  (source, args, context, info) => {
    const noted = (value: unknown): unknown => {
      note(value, context.subjects);
      return value;
    };
    const value = resolve(source, args, context, info);
    return value instanceof Promise ? value.then(noted) : noted(value);
  };

/** How the customers of values of a type are found; null where there can be none. What resolvers bring is looked at when they bring it. */
function notesOf(schema: GraphQLSchema): (type: GraphQLNamedType) => Note | null {
  const known = new Map<string, Note | null>();
  const noteOf = (type: GraphQLNamedType): Note | null => {
    const before = known.get(type.name);
    if (before !== undefined) return before;
    // Types may hold each other: meanwhile it is looked up when it is needed.
    known.set(type.name, (value, subjects) => known.get(type.name)?.(value, subjects));
    const note = isObjectType(type) ? ofObject(type) : isAbstractType(type) ? ofAbstract(type) : null;
    known.set(type.name, note);
    return note;
  };

  const ofObject = (type: GraphQLObjectType): Note | null => {
    const properties = customerPropertiesIn(type.extensions) ?? [];
    const parts = (Object.values(type.getFields()) as Field[]).filter(isProperty).flatMap(({ name, type: of }) => {
      const inner = getNamedType(of);
      const note = isCompositeType(inner) ? noteOf(inner) : null;
      return note ? [{ name, note }] : [];
    });
    if (properties.length === 0 && parts.length === 0) return null;
    return each((row, subjects) => {
      for (const property of properties) {
        const customer = row[property];
        if (typeof customer === 'string') subjects.add(customer);
      }
      for (const { name, note } of parts) note(row[name], subjects);
    });
  };

  const ofAbstract = (type: GraphQLAbstractType): Note | null => {
    const notes = new Map(schema.getPossibleTypes(type).map((object) => [object.name, noteOf(object)]));
    if ([...notes.values()].every((note) => note === null)) return null;
    // Ours look at the row alone (build-schema.ts).
    const nameOf = type.resolveType as unknown as (row: unknown) => unknown;
    return each((row, subjects) => notes.get(nameOf(row) as string)?.(row, subjects));
  };

  return noteOf;
}

/** For each object of a value, however deep in lists. */
function each(note: (row: Readonly<Record<string, unknown>>, subjects: Set<string>) => void): Note {
  const look: Note = (value, subjects) => {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) for (const one of value) look(one, subjects);
    else note(value as Readonly<Record<string, unknown>>, subjects);
  };
  return look;
}

/** Fields with personal data that a document can reach without passing an object that says whose it is. */
function typesOfUnsaidCustomers(schema: GraphQLSchema, rights: FieldRights): string[] {
  const unsaid = new Set<string>();
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const reached = new Set<GraphQLNamedType>(roots.filter((root) => root != null));
  for (const type of reached) {
    if (isAbstractType(type)) for (const object of schema.getPossibleTypes(type)) reached.add(object);
    if (!(isObjectType(type) || isInterfaceType(type))) continue;
    const properties = customerPropertiesIn(type.extensions);
    if (properties && properties.length > 0) continue;
    for (const field of Object.values(type.getFields())) {
      const inner = getNamedType(field.type);
      if (isCompositeType(inner)) reached.add(inner);
      else if (properties === undefined && opensPersonalData(rights.get(`${type.name}.${field.name}`)!))
        unsaid.add(`${type.name}.${field.name}`);
    }
  }
  return [...unsaid];
}

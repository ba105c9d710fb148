import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

import { literalOf } from './schema-paths.ts';

/** A field that answers a page: of the query, or of something that has an id. */
export interface ListField {
  readonly parent: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
}

/** Every list of the graph, found by its type and not by a name written here. */
export function listsOf(schema: GraphQLSchema): ListField[] {
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((parent) =>
      Object.values(parent.getFields())
        .filter(({ type }) => getNamedType(type).name.endsWith('Connection'))
        .map((field) => ({ parent, field })),
    );
}

/** What to try where an input of a type is wanted. A word of each kind that the test knows of; enums bring their own. */
export type Words = Readonly<Record<string, readonly string[]>>;

/** One argument of a list, or one field of its filter, with a literal to try there. */
export interface Try {
  /** `status`, `filter.tag`. */
  readonly place: string;
  /** The argument as it is written: `filter: { tag: "x" }`. */
  readonly written: string;
}

const PAGING = new Set(['first', 'after']);

/** Each filter and sort alone, with each word that fits; whatever else must be given is at its least. */
export function triesOf({ field }: ListField, words: Words): Try[] {
  return field.args
    .filter(({ name }) => !PAGING.has(name))
    .flatMap(({ name, type }) =>
      literalsIn(type, name, words).map(({ place, literal }) => ({ place, written: `${name}: ${literal}` })),
    );
}

function literalsIn(type: GraphQLInputType, place: string, words: Words): { place: string; literal: string }[] {
  const bare = getNullableType(type);
  if (isListType(bare))
    return literalsIn(bare.ofType as GraphQLInputType, place, words).map((one) => ({
      place,
      literal: `[${one.literal}]`,
    }));
  if (isEnumType(bare)) return bare.getValues().map(({ name }) => ({ place, literal: name }));
  if (!isInputObjectType(bare))
    return (words[getNamedType(bare).name] ?? []).map((word) => ({
      place,
      literal: /^(Int|Float|Boolean)$/.test(getNamedType(bare).name) ? word : JSON.stringify(word),
    }));
  const fields = Object.values(bare.getFields());
  return fields.flatMap((field) => {
    const others = fields
      .filter((other) => other !== field && isRequiredInputField(other))
      .map((other) => `${other.name}: ${literalOf(other.type)}, `);
    return literalsIn(field.type, `${place}.${field.name}`, words).map((one) => ({
      place: one.place,
      literal: `{ ${others.join('')}${field.name}: ${one.literal} }`,
    }));
  });
}

/** The call of a list with what is written, the required arguments at their least beside it, and all that a page says of its rows. */
export function pageOfList({ field }: ListField, written: readonly string[]): string {
  const given = written.map((one) => one.slice(0, one.indexOf(':')));
  const least = field.args
    .filter((arg) => isRequiredArgument(arg) && !given.includes(arg.name))
    .map((arg) => `${arg.name}: ${literalOf(arg.type)}`);
  const connection = getNamedType(field.type) as GraphQLObjectType;
  // Also what somebody adds one day: a count beside the rows tells of rows as well as they do themselves.
  const beside = Object.values(connection.getFields())
    .filter(({ type }) => isLeafType(getNamedType(type)))
    .map(({ name }) => name);
  return `${field.name}(${[...written, ...least].join(', ')}) { ${beside.join(' ')} edges { cursor } pageInfo { hasNextPage endCursor } }`;
}

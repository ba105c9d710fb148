import { hash } from 'node:crypto';

import { getNamedType, isObjectType, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';

import type { Context } from '../resolvers/context.ts';
import type { Connection } from '../schema/connection.ts';
import { InvalidRequest } from '../values/invalid-request.ts';

type Resolve = GraphQLFieldResolver<unknown, Context, { readonly after?: string | null }>;

/** Of six bytes, so that what follows decodes as it did. */
const MARK_LENGTH = 8;

/**
 * Has every cursor say of which list it is, by a mark before it, and refuses those of others: they hold a time and an id as well, and a page behind them
 * would leave out rows without a word. It stands in the schema itself, so no list is without it.
 */
export function markCursors(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const isList = getNamedType(field.type).name.endsWith('Connection');
      if (!isList || !field.resolve || !field.args.some(({ name }) => name === 'after')) continue;
      const mark = hash('sha256', `${type.name}.${field.name}`, 'base64url').slice(0, MARK_LENGTH);
      field.resolve = marking(field.resolve as Resolve, mark) as typeof field.resolve;
    }
  }
}

const marking =
  (resolve: Resolve, mark: string): Resolve =>
  (source, args, context, info) => {
    const { after } = args;
    if (after != null && !after.startsWith(mark))
      throw new InvalidRequest('after', '`after` is not a cursor of this list. Take it from `pageInfo.endCursor`.');
    const own = after == null ? args : { ...args, after: after.slice(MARK_LENGTH) };
    const marked = (value: unknown) => markedAs(mark, value as Connection<unknown> | null | undefined);
    const value = resolve(source, own, context, info);
    return value instanceof Promise ? value.then(marked) : marked(value);
  };

function markedAs<T>(mark: string, list: Connection<T> | null | undefined) {
  if (!list) return list;
  const { edges, pageInfo } = list;
  const { startCursor, endCursor } = pageInfo;
  return {
    ...list,
    edges: edges.map((edge) => ({ ...edge, cursor: mark + edge.cursor })),
    pageInfo: {
      ...pageInfo,
      startCursor: startCursor === null ? null : mark + startCursor,
      endCursor: endCursor === null ? null : mark + endCursor,
    },
  };
}

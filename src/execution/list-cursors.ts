import { timingSafeEqual } from 'node:crypto';

import { getNamedType, isObjectType, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';

import type { Context } from '../resolvers/context.ts';
import type { Connection } from '../schema/connection.ts';
import { type Installation, keyedHash } from '../services/events/installation.ts';
import { InvalidRequest } from '../values/invalid-request.ts';

type Resolve = GraphQLFieldResolver<unknown, Context, { readonly after?: string | null }>;

/** Of six bytes, so that what follows decodes as it did. */
const MARK_LENGTH = 8;

/**
 * Has every cursor say of which list it is, by a keyed mark before it, and refuses those of others and those that were changed: they hold a time and an
 * id as well, and a page behind them would leave out rows without a word. It stands in the schema itself, so no list is without it.
 */
export function markCursors(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const isList = getNamedType(field.type).name.endsWith('Connection');
      if (!isList || !field.resolve || !field.args.some(({ name }) => name === 'after')) continue;
      field.resolve = marking(field.resolve as Resolve, `${type.name}.${field.name}`) as typeof field.resolve;
    }
  }
}

const marking =
  (resolve: Resolve, list: string): Resolve =>
  (source, args, context, info) => {
    const { installation } = context;
    const marked = (cursor: string) => markOf(installation, list, cursor) + cursor;
    const own = args.after == null ? args : { ...args, after: unmarked(marked, args.after) };
    const value = resolve(source, own, context, info);
    const withMarks = (page: unknown) => markedPage(marked, page as Connection<unknown> | null | undefined);
    return value instanceof Promise ? value.then(withMarks) : withMarks(value);
  };

const markOf = (installation: Installation, list: string, cursor: string): string =>
  keyedHash(installation, 'list cursor', `${list}\n${cursor}`).slice(0, MARK_LENGTH);

function unmarked(marked: (cursor: string) => string, after: string): string {
  const cursor = after.slice(MARK_LENGTH);
  const [given, expected] = [after, marked(cursor)].map((text) => Buffer.from(text));
  if (given!.length !== expected!.length || !timingSafeEqual(given!, expected!))
    throw new InvalidRequest('after', '`after` is not a cursor of this list. Take it from `pageInfo.endCursor`.');
  return cursor;
}

/** Marks are made when they are asked for: most pages are read without the cursors of their rows. */
function markedPage<T>(marked: (cursor: string) => string, list: Connection<T> | null | undefined) {
  if (!list) return list;
  const { edges, pageInfo } = list;
  const { startCursor, endCursor } = pageInfo;
  return {
    ...list,
    edges: edges.map((edge) => ({
      ...edge,
      get cursor() {
        return marked(edge.cursor);
      },
    })),
    pageInfo: {
      ...pageInfo,
      get startCursor() {
        return startCursor === null ? null : marked(startCursor);
      },
      get endCursor() {
        return endCursor === null ? null : marked(endCursor);
      },
    },
  };
}
